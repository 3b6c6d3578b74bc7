using System.Collections.Immutable;
using Etalon.Assays.Radiomics.Filters;

namespace Etalon.Assays.Radiomics;

/// <summary>Settings by name: those of the reference values, and what is taken for a kind of image where nobody says how.</summary>
public static class RadiomicsPresets
{
    private const string Hounsfield = "[hnsf'U]";

    private static readonly (double, double, double) TwoMm = (2, 2, 2);

    /// <summary>All of them.</summary>
    public static ImmutableArray<RadiomicsSettings> All { get; } =
    [
        new() { Name = "ibsi-digital", Aggregations = [.. RadiomicsSettings.OfSlices, .. RadiomicsSettings.InSpace] },
        new()
        {
            Name = "ibsi-a", ForUnit = Hounsfield, InSlices = true, Aggregations = RadiomicsSettings.OfSlices, RoundsIntensities = true, Range = (-500, 400), Levels = Discretisation.Size(25),
        },
        new()
        {
            Name = "ibsi-b", ForUnit = Hounsfield, InSlices = true, Aggregations = RadiomicsSettings.OfSlices, SpacingMm = TwoMm, RoundsIntensities = true, Range = (-500, 400), Levels = Discretisation.Number(32),
        },
        new()
        {
            Name = "ibsi-c", ForUnit = Hounsfield, SpacingMm = TwoMm, RoundsIntensities = true, Range = (-1000, 400), Levels = Discretisation.Size(25), VolumeHistogramLevels = Discretisation.Size(2.5),
        },
        new() { Name = "ibsi-d", ForUnit = Hounsfield, SpacingMm = TwoMm, RoundsIntensities = true, OutlierSigmas = 3, Levels = Discretisation.Number(32) },
        new()
        {
            Name = "ibsi-e", ForUnit = Hounsfield, SpacingMm = TwoMm, Interpolation = InterpolationKind.Cubic, RoundsIntensities = true, Range = (-1000, 400), OutlierSigmas = 3,
            Levels = Discretisation.Number(32), VolumeHistogramLevels = Discretisation.Number(1000),
        },
        .. Filtered(),
        new()
        {
            Name = "ct", ForUnit = Hounsfield, SpacingMm = TwoMm, RoundsIntensities = true, Range = (-1000, 400), Levels = Discretisation.Size(25), VolumeHistogramLevels = Discretisation.Size(2.5),
        },
        new() { Name = "adc", ForUnit = "mm2/s", SpacingMm = TwoMm, Levels = Discretisation.Size(5e-5), LowestBin = 0, VolumeHistogramLevels = Discretisation.Size(1e-5) },
        new()
        {
            Name = "suv", ForUnit = "g/mL", SpacingMm = (4, 4, 4), Levels = Discretisation.Size(0.25), LowestBin = 0, VolumeHistogramLevels = Discretisation.Size(0.05),
        },
        new() { Name = "relative", SpacingMm = TwoMm, OutlierSigmas = 3, Levels = Discretisation.Number(32), VolumeHistogramLevels = Discretisation.Number(1000) },
    ];

    /// <summary>The settings of that name; null where there are none.</summary>
    public static RadiomicsSettings? Find(string name) => All.FirstOrDefault(s => s.Name == name);

    /// <summary>What is taken for an image where nobody says how: by its unit, for numbers mean nothing without it.</summary>
    /// <param name="unit">Unit of the image.</param>
    public static RadiomicsSettings For(Metrology.Unit unit)
    {
        ArgumentNullException.ThrowIfNull(unit);
        return new[] { "ct", "adc", "suv" }.Select(n => Find(n)!).FirstOrDefault(s => unit.IsCommensurableWith(Metrology.Unit.Parse(s.ForUnit!))) ?? Find("relative")!;
    }

    /// <summary>The nine filters of the second part of IBSI, in slices (a) and in space (b), whose intensity statistics have reference values.</summary>
    private static IEnumerable<RadiomicsSettings> Filtered()
    {
        foreach (var inSlices in new[] { true, false })
        {
            ImageFilter?[] filters =
            [
                null,
                new MeanFilter(5),
                new LaplacianOfGaussianFilter(1.5),
                new LawsFilter(inSlices ? ["L5", "E5"] : ["L5", "E5", "E5"]) { Pooling = FilterPooling.Max, EnergyDistance = 7 },
                new GaborFilter(5, 2, 1.5) { ThetaStep = Math.PI / 8, OrthogonalPlanes = !inSlices },
                new WaveletFilter(WaveletKind.Daubechies3, inSlices ? "LH" : "LLH") { Pooling = FilterPooling.Mean },
                new WaveletFilter(WaveletKind.Daubechies3, inSlices ? "HH" : "HHH", 2) { Pooling = FilterPooling.Mean },
                new SimoncelliFilter(1) { Boundary = FilterBoundary.Periodic },
                new SimoncelliFilter(2) { Boundary = FilterBoundary.Periodic },
            ];
            for (var n = 0; n < filters.Length; n++)
            {
                yield return new RadiomicsSettings
                {
                    Name = FormattableString.Invariant($"ibsi2-{n + 1}{(inSlices ? 'a' : 'b')}"),
                    ForUnit = Hounsfield,
                    InSlices = inSlices,
                    SpacingMm = (1, 1, 1),
                    Interpolation = InterpolationKind.Cubic,
                    RoundsIntensities = true,
                    Range = (-1000, 400),
                    Filter = filters[n] is { } f ? f with { InSlices = inSlices } : null,
                    Families = [FeatureFamily.IntensityStatistics],
                };
            }
        }
    }
}
