using Etalon.Imaging;
using Etalon.Imaging.Fusion;
using Etalon.Imaging.Registration;
using Etalon.Numerics;
using Xunit;

namespace Etalon.Tests.Imaging.Fusion;

/// <summary>Maps of several images on one grid.</summary>
[Trait("Kind", "Numeric")]
public sealed class MapFusionTests(ITestOutputHelper output)
{
    private static readonly Grid Fine = new(61, 54, 40, new Vector3(-40, -31, 5), new Vector3(1.2, 0.1, 0), new Vector3(-0.1, 1.4, 0), new Vector3(0, 0, 1.9));
    private static readonly Grid Coarse = new(19, 21, 15, new Vector3(-38, -29, 8), new Vector3(3.7, 0, 0), new Vector3(0, 3.1, 0), new Vector3(0, 0, 4.3));

    [Fact]
    public void A_sharp_map_is_smeared_as_far_as_the_widest_so_that_variances_add()
    {
        var centre = Fine.ToPatient(30.2, 27.1, 20.4);
        double Blob(Vector3 p, double variance) => Math.Pow(16 / variance, 1.5) * Math.Exp(-0.5 * (p - centre).Dot(p - centre) / variance);
        var sharp = Map("a", Fine, p => Blob(p, 16), new PointSpread(0, 0, 0));
        var wide = Map("b", Coarse, p => Blob(p, 25), PointSpread.Isotropic(3 * PointSpread.FwhmPerSd));
        var fused = MapFusion.Fuse([sharp, wide], Fine, isMatched: true, TestContext.Current.CancellationToken);
        // 4² and 3² make 5²; trilinear interpolation between coarse voxels flattens a peak of variance 25 mm² by up to Σh²/8/25, a fifth.
        foreach (var index in new[] { (30, 27, 20), (34, 24, 22), (25, 30, 18) })
        {
            var place = Fine.ToPatient(index.Item1, index.Item2, index.Item3);
            var n = Fine.Index(index.Item1, index.Item2, index.Item3);
            Assert.Equal(Blob(place, 25), fused[0].Value.Values[n], 0.01);
            Assert.Equal(fused[1].Value.Values[n], fused[0].Value.Values[n], 0.2 * Blob(place, 25));
        }

        var kept = MapFusion.Fuse([sharp, wide], Fine, isMatched: false, TestContext.Current.CancellationToken);
        Assert.Equal(Blob(Fine.ToPatient(30, 27, 20), 16), kept[0].Value.Values[Fine.Index(30, 27, 20)], 1e-5);
    }

    [Fact]
    public void The_partial_volume_term_is_what_the_point_spread_does_to_a_curved_map()
    {
        // f = x²: a point spread of variance s² adds s² everywhere.
        var map = Map("a", Fine, p => p.X * p.X, new PointSpread(4, 0, 0));
        var fused = MapFusion.Fuse([map], Fine, isMatched: true, TestContext.Current.CancellationToken)[0];
        // The first axis leans by 5° from x: its cosine's square is 0.993.
        Assert.Equal(4, fused.PartialVolumeU.Values[Fine.Index(30, 27, 20)], 0.1);
    }

    [Fact]
    public void Averaging_lowers_noise_and_voxels_that_share_it_lower_it_less()
    {
        MapToFuse Of(double grain) => Map("a", Fine, _ => 1, new PointSpread(0, 0, 0)) with { U = new Volume(Fine, [.. Enumerable.Repeat(0.4f, Fine.Count)], null), VoxelsPerDraw = grain };
        float U(double grain) => MapFusion.Fuse([Of(grain), Map("b", Coarse, _ => 1, PointSpread.Isotropic(8))], Fine, true, TestContext.Current.CancellationToken)[0].NoiseU.Values[Fine.Index(30, 27, 20)];
        var voxels = Math.Sqrt(Math.Pow(4 * Math.PI, 3)) * Math.Pow(8 / PointSpread.FwhmPerSd, 3) / (Fine.VoxelVolumeMl * 1000);
        Assert.Equal(0.4 / Math.Sqrt(voxels), U(1), 0.05 * 0.4 / Math.Sqrt(voxels));
        Assert.Equal(Math.Sqrt(3) * U(1), U(3), 1e-4);
        Assert.True(U(1e6) <= 0.4 + 1e-6);
    }

    [Fact]
    public void Known_displacements_move_values_by_as_much_as_is_stated()
    {
        var random = new RandomStream(12, "fusion/warp");
        var waves = Enumerable.Range(0, 6).Select(_ => (K: new Vector3(random.NextNormal(), random.NextNormal(), random.NextNormal()).Normalised() * (2 * Math.PI / random.NextUniform(18, 40)), Phase: random.NextUniform(0, 6))).ToList();
        double Tissue(Vector3 p) => 5 + waves.Sum(w => Math.Sin(w.K.Dot(p) + w.Phase));
        double[] diagonal = [3e-4, 2e-4, 4e-4, 1.2, 0.7, 1.9];
        var registration = new RigidUncertainty(
            RigidTransform.FromEuler(new Vector3(2, -1, 3), new Vector3(1.5, -2, 0.8)), Fine.ToPatient(30, 27, 20), [.. Enumerable.Range(0, 36).Select(e => e % 7 == 0 ? diagonal[e / 7] : 0)]);
        var fused = MapFusion.Fuse([Map("a", Fine, Tissue, PointSpread.OfVoxel(Fine)) with { Registration = registration }], Coarse, false, TestContext.Current.CancellationToken)[0];
        var (inside, count) = (0, 0);
        for (var trial = 0; trial < 60; trial++)
        {
            // The map shows the tissue in its own place; where a voxel of the common grid truly lies in it, a drawn transform says.
            var truth = registration.Draw(random);
            for (var n = 0; n < Coarse.Count; n += 97)
            {
                if (fused.HasValue[n])
                {
                    var place = Coarse.ToPatient(n % Coarse.Nx, n / Coarse.Nx % Coarse.Ny, n / Coarse.Nx / Coarse.Ny);
                    count++;
                    inside += Math.Abs(Tissue(truth.Apply(place)) - fused.Value.Values[n]) <= 1.96 * fused.DisplacementU.Values[n] ? 1 : 0;
                }
            }
        }

        output.WriteLine($"{inside} of {count}: {(double)inside / count:0.000}");
        Assert.InRange((double)inside / count, 0.90, 0.98);
    }

    [Fact]
    public void Rows_hold_the_voxels_in_which_all_maps_have_a_value()
    {
        var maps = MapFusion.Fuse([Map("a", Fine, p => p.X, new PointSpread(0, 0, 0)), Map("b", Coarse, p => p.Y, new PointSpread(0, 0, 0))], Fine, false, TestContext.Current.CancellationToken);
        var region = new Mask(Fine, [.. Enumerable.Range(0, Fine.Count).Select(n => n % 7 == 0)]);
        var rows = VoxelTable.Rows(maps, region).ToList();
        Assert.NotEmpty(rows);
        Assert.All(rows, r =>
        {
            Assert.True(region.Inside[r.Voxel] && maps.All(m => m.HasValue[r.Voxel]));
            Assert.Equal(r.Place.X, r.Values[0], 1e-3);
            Assert.Equal(r.Place.Y, r.Values[1], 1e-3);
        });
        Assert.True(rows.Count < region.Count);
    }

    private static MapToFuse Map(string name, Grid grid, Func<Vector3, double> value, PointSpread spread)
    {
        float[] values = [.. Enumerable.Range(0, grid.Count).Select(n => (float)value(grid.ToPatient(n % grid.Nx, n / grid.Nx % grid.Ny, n / grid.Nx / grid.Ny)))];
        return new MapToFuse { Name = name, Value = new Volume(grid, values, null), U = new Volume(grid, new float[grid.Count], null), HasValue = [.. Enumerable.Repeat(true, grid.Count)], Spread = spread };
    }
}
