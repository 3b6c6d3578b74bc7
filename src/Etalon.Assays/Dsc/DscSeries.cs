using Etalon.Assays.Maps;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;

namespace Etalon.Assays.Dsc;

/// <summary>A T2*-weighted dynamic series with what a measurement needs of it.</summary>
internal sealed record DscSeries(MapSeries Series, double FrameS, string FrameSource, double EchoTimeS, string EchoSource)
{
    /// <summary>Fewest volumes.</summary>
    public const int FewestFrames = 20;

    /// <summary>Shortest echo time at which a series is taken for T2*-weighted, s: T1-weighted dynamic series have 1 to 5 ms, DSC at least 15 (ASFNR recommendations, AJNR 36:E41–E51, 2015: 25 to 45 ms).</summary>
    public const double ShortestEchoS = 0.01;

    /// <summary>Finds the series; null where there is none, and a finding says why.</summary>
    public static DscSeries? Find(MapInput input, DscMapOptions options, List<Finding> findings)
    {
        var dynamic = input.Series.Where(s => options.Series is { } name ? s.Name == name : IsDynamic(s)).OrderByDescending(s => s.Frames.Count).ThenBy(s => s.Name, StringComparer.Ordinal).ToList();
        if (dynamic.Count == 0)
        {
            Refuse(findings, options.Series ?? "the input", Text(input), $"a T2*-weighted MR series with {FewestFrames} or more volumes of one echo time", "Supply the dynamic series with all its volumes; name it where its kind is not stated.");
            return null;
        }

        // A series whose echo time says T1-weighted is not the one, unless the user says so.
        var chosen = dynamic.FirstOrDefault(s => options.Series is not null || options.EchoTimeS is not null || !(Echo(s) < ShortestEchoS)) ?? dynamic[0];
        if (chosen.Frames.Count < FewestFrames)
        {
            Refuse(findings, chosen.Name, $"{chosen.Frames.Count} volumes", $"{FewestFrames} or more", "Supply all volumes.");
            return null;
        }

        if ((options.EchoTimeS ?? Echo(chosen)) is not { } echo || !(echo > 0) || (options.EchoTimeS is null && echo < ShortestEchoS))
        {
            var found = Echo(chosen) is { } e ? FormattableString.Invariant($"an echo time of {1000 * e:0.###} ms") : "no echo time that all volumes share";
            Refuse(findings, chosen.Name, found, FormattableString.Invariant($"one of {1000 * ShortestEchoS:0} ms or more in each volume"), "State the echo time if you know it (EchoTime in the sidecar).");
            return null;
        }

        foreach (var other in dynamic.Where(s => s != chosen && !(Echo(s) < ShortestEchoS)))
        {
            findings.Add(new Finding(FindingCodes.SeriesNotMeasured, Severity.Info, other.Name, "a second dynamic series", "one", $"{chosen.Name} was measured. Name the other to measure it."));
        }

        return Frame(chosen, options) is var (frame, source) && frame > 0
            ? new DscSeries(chosen, frame, source, echo, options.EchoTimeS is null ? "header" : "user")
            : NoTiming(chosen, findings);
    }

    /// <summary>A refusal.</summary>
    public static void Refuse(List<Finding> findings, string about, string found, string expected, string remedy) =>
        findings.Add(new Finding(FindingCodes.DscNotPossible, Severity.Error, about, found, expected, remedy));

    /// <summary>The first mask of a list of names; null where there is none, or it lies on another grid, which is told.</summary>
    public Mask? Mask(MapInput input, IReadOnlyList<string> names, List<Finding> findings)
    {
        var mask = names.Select(n => input.Masks.FirstOrDefault(m => string.Equals(m.Name, n, StringComparison.OrdinalIgnoreCase))).FirstOrDefault(m => m is not null);
        if (mask is not null && !mask.Mask.Grid.IsSameAs(Series.Grid))
        {
            findings.Add(new Finding(
                FindingCodes.GridsDiffer, Severity.Warning, $"mask {mask.Name}", mask.Mask.Grid.ToString(), $"the grid of {Series.Name}, {Series.Grid}", "The mask was not used. Draw it on the dynamic series or resample it."));
            return null;
        }

        if (mask is { Mask.Count: 0 })
        {
            findings.Add(new Finding(FindingCodes.MaskEmpty, Severity.Warning, $"mask {mask.Name}", "no voxel inside", "a drawn region", "The mask was not used."));
            return null;
        }

        return mask?.Mask;
    }

    private static bool IsDynamic(MapSeries s) =>
        s.Modality is "MR" or "" && s.Content.Length == 0 && s.Component == ImageComponent.Magnitude && s.Frames.Count >= FewestFrames
        && s.Frames.All(f => !(f.BValue > 0) && f.Gradient is null)
        && s.Frames.Select(f => f.FlipAngleDeg).Distinct().Count() == 1 && s.Frames.Select(f => f.InversionTimeS).Distinct().Count() == 1;

    private static double? Echo(MapSeries s) => s.Frames.Select(f => f.EchoTimeS).Distinct().ToList() is [{ } echo] ? echo : null;

    private static (double FrameS, string Source) Frame(MapSeries s, DscMapOptions options)
    {
        if (options.FrameS is { } stated)
        {
            return (stated, "user");
        }

        if (s.Frames.All(f => f.TimeS is not null))
        {
            var steps = s.Frames.Zip(s.Frames.Skip(1), (a, b) => b.TimeS!.Value - a.TimeS!.Value).ToArray();
            var sorted = steps.Order().ToArray();
            var median = Numerics.FixedSum.QuantileOfSorted(sorted, 0.5);
            if (median > 0)
            {
                // Times are rounded to 10 ms or worse; one volume missing would be a step twice as long.
                return sorted[0] > 0.8 * median && sorted[^1] < 1.2 * median ? (steps.Average(), "times of the volumes") : (-1, "");
            }
        }

        return s.Frames.Select(f => f.RepetitionTimeS).Distinct().ToList() is [{ } tr] && tr > 0 ? (tr, "repetition time, taken as the time between volumes of a single-shot sequence") : (-1, "");
    }

    private static DscSeries? NoTiming(MapSeries s, List<Finding> findings)
    {
        Refuse(findings, s.Name, s.Frames.All(f => f.TimeS is not null) ? "volumes at uneven times" : "neither times of volumes nor a repetition time",
            "volumes at even times (within 20 %)", "State the time between volumes (RepetitionTime in the sidecar), and check that no volume is missing.");
        return null;
    }

    private static string Text(MapInput input) =>
        input.Series.Count == 0 ? "no series" : string.Join(", ", input.Series.Take(6).Select(s => FormattableString.Invariant($"{s.Name} with {s.Frames.Count} volumes")));
}
