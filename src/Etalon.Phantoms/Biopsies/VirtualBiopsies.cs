using Etalon.Assays;
using Etalon.Assays.Biopsies;
using Etalon.Imaging;
using Etalon.Metrology;
using Etalon.Numerics;

namespace Etalon.Phantoms.Biopsies;

/// <summary>What a virtual study of biopsies is like.</summary>
public sealed record VirtualBiopsyOptions
{
    /// <summary>Patients. The default is 12.</summary>
    public int Patients { get; init; } = 12;

    /// <summary>Biopsies of each. The default is 4.</summary>
    public int BiopsiesEach { get; init; } = 4;

    /// <summary>Standard deviation of each coordinate of the place, mm. The default is 3.</summary>
    public double PlaceSdMm { get; init; } = 3;

    /// <summary>Standard deviation of the smoothing of true values, mm: patches are about three times as wide. The default is 4.</summary>
    public double PatchMm { get; init; } = 4;

    /// <summary>Slope of pathology on the map, per mm²/s. The default is −4 × 10⁶ (cells per mm² and mm²/s).</summary>
    public double Slope { get; init; } = -4e6;

    /// <summary>Scatter of pathology about the line. The default is 400.</summary>
    public double Scatter { get; init; } = 400;

    /// <summary>Standard deviation of patients' levels. The default is 200.</summary>
    public double BetweenPatients { get; init; } = 200;

    /// <summary>Standard uncertainty of pathology. The default is 200.</summary>
    public double PathologyU { get; init; } = 200;

    /// <summary>Standard deviation of noise of the map, mm²/s. The default is 0.1 × 10⁻³.</summary>
    public double NoiseSd { get; init; } = 0.1e-3;

    /// <summary>Fixes everything. The default is 1.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>Biopsies of virtual patients: each has an ADC map of smooth random tissue under noise, and needles that miss the stated place by a known covariance.</summary>
/// <param name="Readings">What a fit sees.</param>
/// <param name="Maps">Map of each patient.</param>
/// <param name="Places">Stated places by patient.</param>
public sealed record VirtualBiopsies(IReadOnlyList<BiopsyReading> Readings, IReadOnlyList<ParametricMap> Maps, IReadOnlyList<IReadOnlyList<PointLocation>> Places)
{
    private const double Mean = 1.2e-3, Sd = 0.3e-3, BetweenMaps = 0.1e-3;
    private static readonly Unit Adc = Unit.Parse("mm2/s");

    /// <summary>Makes one.</summary>
    public static VirtualBiopsies Of(VirtualBiopsyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var random = new RandomStream(options.Seed, "biopsies");
        var grid = new Grid(33, 28, 15, new Vector3(-31.5, 12.25, 40), new Vector3(1.5, 0, 0), new Vector3(0, 1.7, 0), new Vector3(0, 0, 3));
        var (readings, maps, places) = (new List<BiopsyReading>(), new List<ParametricMap>(), new List<IReadOnlyList<PointLocation>>());
        for (var p = 0; p < options.Patients; p++)
        {
            var truth = Truth(grid, options.PatchMm, random);
            var seen = Array.ConvertAll(truth, v => (float)(v + options.NoiseSd * random.NextNormal()));
            var map = new ParametricMap(new Volume(grid, seen, Adc), new Volume(grid, Array.ConvertAll(seen, _ => (float)options.NoiseSd), Adc), Array.ConvertAll(seen, _ => VoxelStatus.Ok), null);
            var (level, stated) = (3000 + options.BetweenPatients * random.NextNormal(), new List<PointLocation>());
            for (var b = 0; b < options.BiopsiesEach; b++)
            {
                var aim = grid.ToPatient(random.NextUniform(9, grid.Nx - 10), random.NextUniform(8, grid.Ny - 9), random.NextUniform(4.5, grid.Nz - 5.5));
                var needle = new Vector3(aim.X + options.PlaceSdMm * random.NextNormal(), aim.Y + options.PlaceSdMm * random.NextNormal(), aim.Z + options.PlaceSdMm * random.NextNormal());
                var v = options.PlaceSdMm * options.PlaceSdMm;
                var location = new PointLocation([aim.X, aim.Y, aim.Z], [v, 0, 0, 0, v, 0, 0, 0, v]);
                var pathology = level + options.Slope * (At(grid, truth, needle) - Mean) + options.Scatter * random.NextNormal() + options.PathologyU * random.NextNormal();
                stated.Add(location);
                readings.Add(new BiopsyReading($"b{b + 1}", $"P{p + 1}", BiopsyCloud.Of(map, location, 1)!, pathology, options.PathologyU));
            }

            maps.Add(map);
            places.Add(stated);
        }

        return new VirtualBiopsies(readings, maps, places);
    }

    /// <summary>Smooth random tissue with a mean of its own.</summary>
    private static double[] Truth(Grid grid, double patchMm, RandomStream random)
    {
        var h = grid.SpacingMm;
        var field = SmoothNoise.Of(grid, [patchMm / h.X, patchMm / h.Y, patchMm / h.Z], random);
        var middle = Mean + BetweenMaps * random.NextNormal();
        return Array.ConvertAll(field, v => middle + Sd * v);
    }

    private static double At(Grid g, double[] values, Vector3 place)
    {
        var at = g.ToIndex(place);
        var (x, y, z) = (Math.Clamp(at.X, 0, g.Nx - 1.001), Math.Clamp(at.Y, 0, g.Ny - 1.001), Math.Clamp(at.Z, 0, g.Nz - 1.001));
        var (i, j, k) = ((int)x, (int)y, (int)z);
        var sum = 0.0;
        for (var c = 0; c < 8; c++)
        {
            var (a, b, d) = (c & 1, (c >> 1) & 1, c >> 2);
            sum += (a == 0 ? 1 - (x - i) : x - i) * (b == 0 ? 1 - (y - j) : y - j) * (d == 0 ? 1 - (z - k) : z - k) * values[g.Index(i + a, j + b, k + d)];
        }

        return sum;
    }
}
