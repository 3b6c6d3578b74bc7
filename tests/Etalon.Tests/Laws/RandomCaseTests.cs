using Etalon.Imaging;
using Etalon.Imaging.Registration;
using Etalon.Metrology;
using Etalon.Treatment;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Etalon.Tests.Laws;

/// <summary>Laws that hold for every input, over random cases of one fixed seed; a case that fails is shrunk to a small one.</summary>
[Trait("Kind", "Numeric")]
public sealed class RandomCaseTests
{
    private static readonly Config Fixed = Config.QuickThrowOnFailure.WithMaxTest(400).WithReplay(20240301, 17);

    /// <summary>Numbers of every size that a measurement can have, never a special one.</summary>
    private static readonly Arbitrary<double> Size = Gen.Choose(-6000, 6000).Select(n => Math.Pow(10, n / 1000.0)).ToArbitrary();

    [Fact]
    public void Splitting_any_dose_in_two_never_kills_more() => Check(
        Prop.ForAll(Size, Size, (a, b) =>
        {
            var (dose, alpha, ratio) = (Math.Min(a, 80), Math.Min(b, 1), 0.5 + a % 20);
            var whole = LinearQuadratic.LogSurvival(dose, alpha, ratio);
            // Rounding of three products: a few units in the last place.
            return 2 * LinearQuadratic.LogSurvival(dose / 2, alpha, ratio) >= whole - 1e-13 * Math.Abs(whole);
        }));

    [Fact]
    public void Converting_there_and_back_returns_the_value() => Check(
        Prop.ForAll(Size, Gen.Elements("mm2/s", "10*-6.mm2/s", "m2/s", "cm2/d").ToArbitrary(), Gen.Elements("um2/ms", "mm2/s", "m2/h", "10*-3.mm2/s").ToArbitrary(), (value, from, to) =>
        {
            var (a, b) = (Unit.Parse(from), Unit.Parse(to));
            return Math.Abs(value * a.FactorTo(b) * b.FactorTo(a) / value - 1) < 1e-14;
        }));

    [Fact]
    public void A_rigid_motion_keeps_distances_and_its_inverse_undoes_it() => Check(
        Prop.ForAll(Gen.Choose(-1800, 1800).Three().ToArbitrary(), Gen.Choose(-900, 900).Three().ToArbitrary(), (angles, shift) =>
        {
            var motion = RigidTransform.FromEuler(
                new Vector3(angles.Item1 / 10.0, angles.Item2 / 10.0, angles.Item3 / 10.0), new Vector3(shift.Item1 / 10.0, shift.Item2 / 10.0, shift.Item3 / 10.0), new Vector3(3, -17, 41), false);
            var (p, q) = (new Vector3(12.5, -40, 7), new Vector3(-61, 3.25, 88));
            var kept = Math.Abs((motion.Apply(p) - motion.Apply(q)).Length - (p - q).Length) < 1e-10;
            return kept && (motion.Inverse().Apply(motion.Apply(p)) - p).Length < 1e-10;
        }));

    [Fact]
    public void Voxels_of_any_oblique_grid_are_found_where_they_lie() => Check(
        Prop.ForAll(Gen.Choose(-1800, 1800).Three().ToArbitrary(), Gen.Choose(3, 90).Three().ToArbitrary(), (angles, spacing) =>
        {
            var turn = RigidTransform.FromEuler(new Vector3(angles.Item1 / 10.0, angles.Item2 / 10.0, angles.Item3 / 10.0), new Vector3(0, 0, 0), new Vector3(0, 0, 0), false);
            var grid = new Grid(
                7, 5, 4, new Vector3(-31, 12.5, 80), turn.Apply(new Vector3(spacing.Item1 / 10.0, 0, 0)), turn.Apply(new Vector3(0, spacing.Item2 / 10.0, 0)), turn.Apply(new Vector3(0, 0, spacing.Item3 / 10.0)));
            var index = grid.ToIndex(grid.ToPatient(5, 1, 3));
            return (index - new Vector3(5, 1, 3)).Length < 1e-9;
        }));

    private static void Check(Property property) => property.Check(Fixed);
}
