using Etalon.Numerics;
using Etalon.Phantoms;
using Etalon.Phantoms.Tumours;
using Etalon.Treatment;
using Etalon.Twin;
using Xunit;

namespace Etalon.Tests.Phantoms.Tumours;

/// <summary>The models that make virtual patients by another path keep the laws that they state.</summary>
[Trait("Kind", "Numeric")]
public sealed class PlainTumourTests
{
    private static readonly TumourAnatomy Anatomy = TumourAnatomy.Draw(new RandomStream(4, "anatomy"));

    private static double[] Lump() => Anatomy.Domain.Inside.Select((inside, n) =>
    {
        var g = Anatomy.Domain.Grid;
        var (x, y, z) = ((n % g.Nx - 15) * 2.5, (n / g.Nx % g.Ny - 12) * 2.3, (n / g.Nx / g.Ny - 13) * 3.1);
        return inside ? 0.5 * Math.Exp(-(x * x + y * y + z * z) / 80) : 0;
    }).ToArray();

    private static TumourTruth Truth(TumourKind kind) => new()
    {
        Kind = kind, DiffusivityMm2PerDay = 0.2, ProliferationPerDay = 0, AlphaPerGy = 0.03, SensitivityPerDay = 0.2,
        SlowDiffusion = kind == TumourKind.TwoSpecies ? 0.2 : 1, SlowProliferation = 0.4, Resistance = 1, ConversionPerDay = kind == TumourKind.TwoSpecies ? 0.03 : 0,
        Anisotropy = kind == TumourKind.Tensor ? 5 : 1, WhiteOverGrey = kind == TumourKind.Tensor ? 4 : 1, ComplianceMm2 = kind == TumourKind.MassEffect ? 120 : 0,
    };

    private static PlainTumour Of(TumourTruth truth) => truth.Kind switch
    {
        TumourKind.TwoSpecies => new TwoSpeciesTumour(Anatomy, truth, Lump()),
        TumourKind.Tensor => new TensorTumour(Anatomy, truth, Lump()),
        _ => new MassEffectTumour(Anatomy, truth, Lump()),
    };

    [Theory]
    [InlineData(TumourKind.TwoSpecies)]
    [InlineData(TumourKind.Tensor)]
    [InlineData(TumourKind.MassEffect)]
    public void Spreading_keeps_the_cells(TumourKind kind)
    {
        var after = Of(Truth(kind)).Run(TreatmentSchedule.None, 0, [37.3], _ => true)![0];

        // Sums of 20,000 numbers over 150 steps round at 1e-11; along fibres fluxes that would make a density negative are cut, a millionth here.
        Assert.Equal(Lump().Sum(), after.Sum(), (kind == TumourKind.Tensor ? 1e-4 : 1e-9) * Lump().Sum());
        Assert.All(after, n => Assert.InRange(n, 0, 1));
    }

    [Theory]
    [InlineData(TumourKind.TwoSpecies)]
    [InlineData(TumourKind.Tensor)]
    [InlineData(TumourKind.MassEffect)]
    public void A_fraction_and_a_dose_kill_by_their_closed_forms(TumourKind kind)
    {
        var schedule = new TreatmentSchedule([new(1.3, 2)], [new("temozolomide", VirtualTreatment.TemozolomideDecayPerDay, [new(2.6, 1)])]);

        var after = Of(Truth(kind)).Run(schedule, 0, [1.3, 8.9], _ => true)!;

        // α d (1 + d/10) = 0.03 · 2.4 of the fraction, seen only after its instant; s/β of a dose that has decayed.
        var expected = Math.Exp(-0.03 * 2.4 - 0.2 / 9.242);
        Assert.Equal(Lump().Sum(), after[0].Sum(), 1e-4 * Lump().Sum());
        Assert.Equal(expected, after[1].Sum() / Lump().Sum(), 1e-4);
    }

    [Fact]
    public void Without_anisotropy_or_contrast_the_tensor_model_is_the_twin_s()
    {
        var truth = Truth(TumourKind.Tensor) with { Anisotropy = 1, WhiteOverGrey = 1, ProliferationPerDay = 0.03 };
        var plain = new TensorTumour(Anatomy, truth, Lump()).Run(TreatmentSchedule.None, 0, [41.3], _ => true)![0];
        var model = new TumourModel(new FluxDiffusion(Anatomy.Domain));
        double[] twin = [];
        model.Simulate(
            model.Diffusion.ToState(Lump()), new GrowthParameters { DiffusivityMm2PerDay = 0.2, ProliferationPerDay = 0.03, AlphaPerGy = 0 }, TreatmentSchedule.None, 0, [41.3],
            (_, n) => twin = n.ToArray(), null, TestContext.Current.CancellationToken);

        // Steps of a quarter day of order one: k·h/2 of the change, and diffusion's share, below 0.5 %.
        Assert.Equal(twin.Sum(), plain.Sum(), 5e-3 * twin.Sum());
        Assert.All(model.Diffusion.ToState(plain).Zip(twin), p => Assert.Equal(p.Second, p.First, 5e-3));
    }

    [Fact]
    public void A_growing_tumour_with_mass_effect_reaches_further_than_without()
    {
        double Reach(double compliance)
        {
            var truth = Truth(TumourKind.MassEffect) with { ComplianceMm2 = compliance, ProliferationPerDay = 0.06 };
            return new MassEffectTumour(Anatomy, truth, Lump()).Run(TreatmentSchedule.None, 0, [40], _ => true)![0].Count(n => n > 0.15);
        }

        Assert.True(Reach(150) > 1.05 * Reach(0));
    }

    [Theory]
    [InlineData(TumourKind.ReactionDiffusion)]
    [InlineData(TumourKind.Tensor)]
    public void A_seed_gives_the_same_patient_whose_scans_err_as_they_state(TumourKind kind)
    {
        var patients = Enumerable.Range(1, 2).Select(_ => VirtualDensityPatient.Draw(kind, 11)).ToList();
        Assert.Equal(patients[0].Observations[^1].Density, patients[1].Observations[^1].Density);
        Assert.NotEqual(patients[0].Observations[^1].Density, VirtualDensityPatient.Draw(kind, 12).Observations[^1].Density);

        // Measured minus true cells of all visits of ten patients, over what the scale's and the noise's uncertainty make of them.
        var z = Enumerable.Range(20, 10).Select(s => VirtualDensityPatient.Draw(kind, (ulong)s)).SelectMany(p => p.Observations.Select((o, v) =>
        {
            var drawn = Enumerable.Range(0, o.Density.Length).Where(n => o.IsTumour[n]).ToList();
            var (seen, there) = (drawn.Sum(n => o.Density[n]), drawn.Sum(n => p.States[v][n]));
            return (seen - there) / (Etalon.Twin.Validation.MeasuredBurden.Of(o, VirtualDensityPatient.Reference, VirtualDensityPatient.VoxelsPerGrain).RelativeU * there);
        })).ToList();
        // Sixty, in groups that share a scanner state: root mean square 1 ± 0.2 with room for the shift at the drawn edge and for noise cut at 0.
        Assert.InRange(Math.Sqrt(z.Average(x => x * x)), 0.6, 1.6);
    }
}
