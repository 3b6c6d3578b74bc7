using Etalon.Dicom;
using Etalon.Metrology;

namespace Etalon.Imaging.Dicom;

/// <summary>What only the pixels tell of a series: junk above HighBit, and volumes that repeat one another.</summary>
public static class DicomPixelChecks
{
    /// <summary>Reads all frames of the stacks of a series; one object is held at a time.</summary>
    /// <param name="series">The series; stacks without a layout are left out.</param>
    /// <param name="open">Opens objects by their names, one at a time, in any order.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="DicomException">An object cannot be read.</exception>
    public static IReadOnlyList<Finding> Check(DicomSeries series, Func<IEnumerable<string>, IEnumerable<DicomFile>> open, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(open);
        var objects = series.Stacks.Where(s => s.Layout is not null).SelectMany(s => s.Frames).Select(f => f.Object).Distinct(StringComparer.Ordinal);
        var digests = new Dictionary<string, DicomFrameDigests>(StringComparer.Ordinal);
        foreach (var entry in DicomPixels.ReadAll(open(objects), cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            digests[entry.File.Name] = DicomFrameDigests.Of(entry.Pixels ?? throw entry.Error!);
        }

        return Check(series, digests.GetValueOrDefault);
    }

    /// <summary>Looks at what was kept of the pixels of a series.</summary>
    /// <param name="series">The series; stacks without a layout are left out.</param>
    /// <param name="digests">Of an object by its name; null where there are none: volumes that hold it are left out.</param>
    public static IReadOnlyList<Finding> Check(DicomSeries series, Func<string, DicomFrameDigests?> digests)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(digests);
        var findings = new List<Finding>();
        foreach (var stack in series.Stacks.Where(s => s.Layout is not null))
        {
            var objects = stack.Frames.Select(f => f.Object).Distinct(StringComparer.Ordinal).Select(digests).OfType<DicomFrameDigests>().Where(d => d.FramesWithJunk is not null).ToList();
            if (Junk(stack.Name, objects.Sum(d => d.FramesWithJunk!.Value), objects.Sum(d => d.Frames.Count)) is { } junk)
            {
                findings.Add(junk);
            }

            TellIdentical(stack, [.. stack.Volumes.Select(v => Key(v, digests))], findings);
        }

        return findings;
    }

    /// <summary>What is said of junk in cells; null where there is none.</summary>
    /// <param name="about">The stack.</param>
    /// <param name="junk">Frames with junk.</param>
    /// <param name="frames">All frames.</param>
    public static Finding? Junk(string about, int junk, int frames) => junk == 0 ? null : new Finding(
        FindingCodes.BitsAboveHighBit, Severity.Warning, about, $"bits above HighBit in {junk} of {frames} frames", "cells that hold nothing but the value",
        "They were cut off. Programs that take the whole cell read wrong values; have the pixels written again.");

    /// <summary>What two volumes share only where all of their slices do; null where a slice is not known.</summary>
    private static string? Key(DicomVolume volume, Func<string, DicomFrameDigests?> digests)
    {
        var slices = volume.Slices.Select(f => digests(f.Object) is { } d && f.Index < d.Frames.Count ? FormattableString.Invariant($"{d.Frames[f.Index]:x}.{f.Tile}") : null).ToList();
        return slices.Contains(null) ? null : string.Join('/', slices);
    }

    private static void TellIdentical(DicomStack stack, string?[] keys, List<Finding> findings)
    {
        var groups = keys.Select((key, t) => (Key: key, Volume: t)).Where(v => v.Key is not null).GroupBy(v => v.Key, StringComparer.Ordinal).Where(g => g.Count() > 1).ToList();
        if (groups.Count == 0)
        {
            return;
        }

        var repeated = groups.SelectMany(g => g.Select(v => v.Volume)).ToList();
        var differInB = groups.Exists(g => g.Select(v => (stack.Volumes[v.Volume].BValue, stack.Volumes[v.Volume].Gradient)).Distinct().Count() > 1);
        if (!differInB && groups.TrueForAll(g => g.Select(v => Claim(stack.Volumes[v.Volume])).Distinct().Count() == 1))
        {
            findings.Add(new Finding(
                FindingCodes.VolumesIdentical, Severity.Info, stack.Name, $"{repeated.Count} of {stack.Volumes.Count} volumes hold the voxels of another one of the same time", "each volume once",
                "One acquisition stands here under several identifiers. Count it once."));
            return;
        }

        findings.Add(new Finding(
            differInB ? FindingCodes.DiffusionFramesIdentical : FindingCodes.VolumesIdentical, differInB ? Severity.Error : Severity.Warning, stack.Name,
            $"{repeated.Count} of {stack.Volumes.Count} volumes hold the voxels of another one", "voxels of their own in each volume",
            "The export repeated a volume; nothing can be measured from their difference. Export the series again."));
    }

    /// <summary>What a volume says of when it was taken.</summary>
    private static (int?, DateTime?, double?, double) Claim(DicomVolume v) => (v.TemporalPosition, v.AcquiredAt, v.TriggerTimeMs, v.Slices[0].Order.ElementAtOrDefault(2));
}
