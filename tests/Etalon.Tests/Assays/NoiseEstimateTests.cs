using Etalon.Assays;
using Etalon.Assays.Diffusion;
using Etalon.Imaging;
using Etalon.Numerics;
using Etalon.Tests.Twin;
using Xunit;

namespace Etalon.Tests.Assays;

/// <summary>Noise of heads with anisotropic white matter, with air and with the air set to 0.</summary>
[Trait("Kind", "Numeric")]
public sealed class NoiseEstimateTests(ITestOutputHelper output)
{
    private static readonly Vector3[] Axes = [new(1, 0, 0), new(0, 0.8, 0.6), new(0, -0.6, 0.8)];

    private static readonly Grid Grid = TumourFixtures.ObliqueGrid(47, 54, 17, 1.7, 2.1, 3.6);

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Anisotropy_is_not_taken_for_noise(bool isAirKept, bool areDirectionsKnown)
    {
        double[] b = [0, 1000, 1000, 1000];
        var (frames, _) = Head(b, [default, .. Axes], sd: 5, isAirKept);

        var noise = NoiseEstimate.FromDiffusion(Grid, b, frames, areDirectionsKnown ? [null, .. Axes.Select(a => (Vector3?)a)] : null);

        output.WriteLine(FormattableString.Invariant($"noise {noise:0.00} of 5"));
        // Air gives σ to 1 % and dark tissue adds some percent; neighbouring voxels keep what structure a block does not take out.
        Assert.Equal(5, noise!.Value, 0.15 * 5);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(30)]
    public void Air_that_was_set_to_zero_does_not_make_the_darkest_tissue_noise(double sd)
    {
        double[] b = [0, 1000];
        var (frames, lesion) = Head(b, [default, Axes[1]], sd, isAirKept: false);

        var map = AdcFit.Fit(Grid, b, frames, AdcMethod.RicianLeastSquares, null, TestContext.Current.CancellationToken);

        output.WriteLine(FormattableString.Invariant($"noise {map.NoiseSd:0.00} of {sd}"));
        Assert.Equal(sd, map.NoiseSd!.Value, 0.15 * sd);
        var values = lesion.Select(n => (double)map.Value.Values[n]).ToList();
        Assert.All(lesion, n => Assert.Equal(VoxelStatus.Ok, map.Status[n]));
        // Some 500 voxels of a lesion of 1.2e-3 at a signal-to-noise ratio of 10 at b = 1000: 0.4 % of sampling, under 1 % of curvature.
        Assert.Equal(1.2e-3, values.Average(), 0.02 * 1.2e-3);
    }

    [Fact]
    public void Images_summed_over_coils_are_not_read_by_the_law_of_one_coil()
    {
        // Air of four coils: √ of a sum of eight squares, which by the law of one coil would be noise of 18.
        double[] b = [0, 1000];
        var random = new RandomStream(8, "coils");
        var (clean, _) = Head(b, [default, Axes[2]], sd: 0, isAirKept: true);
        var frames = clean.Select(f => Array.ConvertAll(f, a =>
        {
            var squares = 0.0;
            for (var c = 0; c < 8; c++)
            {
                var part = (c == 0 ? a : 0) + 9 * random.NextNormal();
                squares += part * part;
            }

            return (float)Math.Sqrt(squares);
        })).ToArray();

        var noise = NoiseEstimate.FromDiffusion(Grid, b, frames);

        output.WriteLine(FormattableString.Invariant($"noise {noise:0.00} of 9"));
        // What structure the blocks keep, and the coils without signal, add some 15 %.
        Assert.Equal(9, noise!.Value, 0.25 * 9);
    }

    [Fact]
    public void Whole_numbers_of_a_quiet_background_are_still_read_as_one()
    {
        double[] b = [0, 1000];
        var (frames, _) = Head(b, [default, Axes[0]], sd: 2.5, isAirKept: true);

        var noise = NoiseEstimate.FromDiffusion(Grid, b, frames.Select(f => Array.ConvertAll(f, MathF.Round)).ToArray());

        output.WriteLine(FormattableString.Invariant($"noise {noise:0.00} of 2.5"));
        // Rounding adds 1/12 to a mean square of 2σ², and voxels rounded to 0 are left out: together some 5 %.
        Assert.Equal(2.5, noise!.Value, 0.12 * 2.5);
    }

    [Fact]
    public void Air_that_the_scanner_has_suppressed_is_no_measure_of_noise_in_tissue()
    {
        // Two thirds of the air at 0, the rest at a tenth of its noise and whole: as some scanners store it.
        double[] b = [0, 1000];
        var (frames, _) = Head(b, [default, Axes[0]], sd: 14, isAirKept: true);
        var random = new RandomStream(21, "suppressed");
        var stored = frames.Select(f => Array.ConvertAll(f, v => v > 60 ? MathF.Round(v) : random.NextUniform() < 0.67 ? 0 : MathF.Round(0.1f * v))).ToArray();

        var noise = NoiseEstimate.FromDiffusion(Grid, b, stored);

        output.WriteLine(FormattableString.Invariant($"noise {noise:0.00} of 14"));
        Assert.Equal(14, noise!.Value, 0.15 * 14);
    }

    [Fact]
    public void Without_any_sign_of_noise_it_is_unknown_and_so_is_the_uncertainty()
    {
        var grid = TumourFixtures.ObliqueGrid(9, 7, 4, 1.7, 2.1, 3.6);
        var frames = new[] { 800.0, 800 * Math.Exp(-0.9) }.Select(v => Enumerable.Repeat((float)v, grid.Count).ToArray()).ToArray();

        var map = AdcFit.Fit(grid, [0, 900], frames, AdcMethod.RicianLeastSquares, null, TestContext.Current.CancellationToken);

        Assert.Null(map.NoiseSd);
        Assert.False(map.IsUKnown);
        Assert.Equal(1e-3, map.Value.Values[5], 1e-9);
        Assert.Null(RegionStatistics.Of(map, new Mask(grid, Array.ConvertAll(map.Status, s => s == VoxelStatus.Ok)))!.NoiseU);
    }

    /// <summary>An ellipse of two thirds white matter, whose fibres turn from place to place, grey matter and a lesion, of uneven brightness; Rician noise.</summary>
    private static (float[][] Frames, List<int> Lesion) Head(double[] b, Vector3[] directions, double sd, bool isAirKept)
    {
        var random = new RandomStream(5, "head");
        var frames = b.Select(_ => new float[Grid.Count]).ToArray();
        var lesion = new List<int>();
        for (var n = 0; n < Grid.Count; n++)
        {
            var (i, j, k) = (n % Grid.Nx, n / Grid.Nx % Grid.Ny, n / Grid.Nx / Grid.Ny);
            var (x, y) = ((i - 23.0) / 20, (j - 26.5) / 23);
            var isHead = x * x + y * y < 1;
            if (!isHead && !isAirKept)
            {
                continue;
            }

            var isLesion = (i - 16) * (i - 16) + (j - 30) * (j - 30) < 25 && k is > 4 and < 12;
            var isWhite = x * x + y * y < 0.67;
            var fibre = new Vector3(Math.Cos(0.11 * i + 0.05 * j), Math.Sin(0.11 * i + 0.05 * j), 0.4).Normalised();
            var s0 = (isLesion ? 1100 : isWhite ? 700 : 950) * (1 + 0.2 * Math.Sin(0.09 * i) * Math.Cos(0.07 * j));
            if (isLesion)
            {
                lesion.Add(n);
            }

            for (var f = 0; f < b.Length; f++)
            {
                var along = fibre.Dot(directions[f]);
                var d = isLesion ? 1.2e-3 : isWhite ? 0.35e-3 + 1.3e-3 * along * along : 0.85e-3;
                var a = isHead ? s0 * Math.Exp(-b[f] * d) : 0;
                var (p, q) = (a + sd * random.NextNormal(), sd * random.NextNormal());
                frames[f][n] = (float)Math.Sqrt(p * p + q * q);
            }
        }

        return (frames, lesion);
    }
}
