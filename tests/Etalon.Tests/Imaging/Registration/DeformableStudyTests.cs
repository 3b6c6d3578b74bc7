using Etalon.Imaging;
using Etalon.Imaging.Registration;
using Etalon.Numerics;
using Xunit;

namespace Etalon.Tests.Imaging.Registration;

/// <summary>Known smooth deformations of a head.</summary>
[Trait("Kind", "Study")]
public sealed class DeformableStudyTests(ITestOutputHelper output)
{
    [Fact]
    public void A_bent_head_is_brought_nearer_than_by_a_rigid_motion_and_most_points_lie_in_their_regions()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("ETALON_FULL") == "1", "A study of some minutes: ./etalon test --full runs it.");
        var (inside, count, refused) = (0, 0, 0);
        for (ulong seed = 11; seed <= 13; seed++)
        {
            var (head, random) = (new HeadImages(seed), new RandomStream(seed, "bent"));
            double Any(double most) => random.NextUniform(-most, most);
            var rigid = HeadImages.Motion(Any(3), Any(3), Any(3), Any(4), Any(4), Any(4));
            // Waves of 90 to 150 mm, much longer than the 24 mm between control points; displacements of some 3 mm.
            var waves = Enumerable.Range(0, 4).Select(_ => (
                Wave: new Vector3(random.NextNormal(), random.NextNormal(), random.NextNormal()).Normalised() * (2 * Math.PI / random.NextUniform(90, 150)),
                Height: 1.5 * new Vector3(random.NextNormal(), random.NextNormal(), random.NextNormal()), Phase: random.NextUniform(0, 6))).ToList();
            Vector3 Bend(Vector3 p) => waves.Aggregate(default(Vector3), (sum, w) => sum + Math.Sin(w.Wave.Dot(p) + w.Phase) * w.Height);
            var back = rigid.Inverse();
            Vector3 Before(Vector3 y)
            {
                var straight = back.Apply(y);
                var x = straight;
                // The displacement changes by less than half its argument's change, so that this closes in by a factor at each turn.
                for (var turn = 0; turn < 25; turn++)
                {
                    x = straight - Bend(x);
                }

                return x;
            }

            var first = head.Image(HeadImages.Grid, p => p, 10, random);
            var second = head.Image(HeadImages.Grid, Before, 10, random);

            var result = new ElastixRegistration().RunDeformable(first, second, cancellation: TestContext.Current.CancellationToken);

            Assert.SkipWhen(result.Status == RegistrationStatus.NotInstalled, "elastix is not installed: apt-get install elastix.");
            if (result.Status == RegistrationStatus.WorseThanBefore)
            {
                refused++;
                output.WriteLine($"head {seed} refused");
                continue;
            }

            Assert.Equal(RegistrationStatus.Ok, result.Status);
            var points = HeadImages.Points().ToList();
            Vector3 Error(ISpatialTransform t, Vector3 p) => t.Apply(p) - rigid.Apply(p + Bend(p));
            var (stiff, bent) = (points.Average(p => Error(result.Rigid.Transform, p).Length), points.Average(p => Error(result.Uncertainty!.Estimate, p).Length));
            var here = points.Count(p => result.Uncertainty!.At(p).IsWithin95(Error(result.Uncertainty.Estimate, p)));
            (inside, count) = (inside + here, count + points.Count);
            output.WriteLine(FormattableString.Invariant($"rigid {stiff:0.00} mm, bent {bent:0.00} mm, {here / (double)points.Count:P1} inside"));
            Assert.InRange(bent, 0, 0.6 * stiff);
        }

        // A deformation is some hundred numbers, of which few points of a plain head tell much: the regions are coarser than those of a rigid motion.
        // A good one that is refused costs a picture, not a number; more than one of three would make the way of no use.
        Assert.InRange(refused, 0, 1);
        Assert.InRange(inside / (double)count, 0.8, 1);
    }
}
