using System.Security.Cryptography;
using Etalon.Dicom;
using Etalon.Metrology;

namespace Etalon.Imaging.Dicom;

/// <summary>What only the pixels tell of a series: junk above HighBit, and volumes that repeat one another. One object is held at a time.</summary>
public static class DicomPixelChecks
{
    /// <summary>Reads all frames of the stacks of a series.</summary>
    /// <param name="series">The series; stacks without a layout are left out.</param>
    /// <param name="open">Opens objects by their names, one at a time, in any order.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="DicomException">An object cannot be read.</exception>
    public static IReadOnlyList<Finding> Check(DicomSeries series, Func<IEnumerable<string>, IEnumerable<DicomFile>> open, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(open);
        var findings = new List<Finding>();
        foreach (var stack in series.Stacks.Where(s => s.Layout is not null))
        {
            Check(stack, open, findings, cancellation);
        }

        return findings;
    }

    private static void Check(DicomStack stack, Func<IEnumerable<string>, IEnumerable<DicomFile>> open, List<Finding> findings, CancellationToken cancellation)
    {
        var places = stack.Volumes.SelectMany((v, t) => v.Slices.Select((f, k) => (Frame: f, Volume: t, Slice: k))).ToLookup(p => p.Frame.Object, StringComparer.Ordinal);
        var hashes = stack.Volumes.Select(v => new byte[v.Slices.Count][]).ToArray();
        var (junk, frames) = (0, 0);
        foreach (var entry in DicomPixels.ReadAll(open(places.Select(p => p.Key)), cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            var pixels = entry.Pixels ?? throw entry.Error!;
            var stored = new double[pixels.ValuesPerFrame];
            foreach (var (frame, volume, slice) in places[entry.File.Name])
            {
                if (frame.Tile == 0)
                {
                    frames++;
                    junk += pixels.HasBitsAboveHighBit(frame.Index) ? 1 : 0;
                }

                pixels.ReadFrame(frame.Index, stored);
                hashes[volume][slice] = Hash(stored, frame, pixels.Columns, stack);
            }
        }

        if (junk > 0)
        {
            findings.Add(new Finding(
                FindingCodes.BitsAboveHighBit, Severity.Warning, stack.Name, $"bits above HighBit in {junk} of {frames} frames", "cells that hold nothing but the value",
                "They were cut off. Programs that take the whole cell read wrong values; have the pixels written again."));
        }

        TellIdentical(stack, hashes, findings);
    }

    private static byte[] Hash(double[] stored, DicomFrame frame, int columns, DicomStack stack)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var across = Math.Max(1, frame.TilesAcross);
        var corner = frame.Tile % across * stack.Columns + frame.Tile / across * stack.Rows * columns;
        for (var j = 0; j < stack.Rows && corner + j * columns + stack.Columns <= stored.Length; j++)
        {
            hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<double>(stored.AsSpan(corner + j * columns, stack.Columns)));
        }

        return hash.GetHashAndReset();
    }

    private static void TellIdentical(DicomStack stack, byte[][][] hashes, List<Finding> findings)
    {
        var groups = hashes.Select((slices, t) => (Key: string.Concat(slices.Select(s => Convert.ToHexString(s ?? []))), Volume: t)).GroupBy(v => v.Key, StringComparer.Ordinal).Where(g => g.Count() > 1).ToList();
        if (groups.Count == 0)
        {
            return;
        }

        var repeated = groups.SelectMany(g => g.Select(v => v.Volume)).ToList();
        var differInB = groups.Exists(g => g.Select(v => (stack.Volumes[v.Volume].BValue, stack.Volumes[v.Volume].Gradient)).Distinct().Count() > 1);
        findings.Add(new Finding(
            differInB ? FindingCodes.DiffusionFramesIdentical : FindingCodes.VolumesIdentical, differInB ? Severity.Error : Severity.Warning, stack.Name,
            $"{repeated.Count} of {stack.Volumes.Count} volumes hold the voxels of another one", "voxels of their own in each volume",
            "The export repeated a volume; nothing can be measured from their difference. Export the series again."));
    }
}
