using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Assays;

/// <summary>
/// Volumes of a diffusion series that hold the same voxels. Noise never repeats itself: one of them is a copy. Under different b-values nothing can be
/// measured; under one b-value the copies are left out, so that they count neither as directions nor as repeats.
/// </summary>
internal static class RepeatedVolumes
{
    /// <summary>The series without copies; null where it cannot be measured.</summary>
    public static LoadedImage? LeftOut(LoadedImage series, string about, List<Finding> findings)
    {
        var first = Firsts(series.Frames);
        var copies = Enumerable.Range(0, first.Length).Where(n => first[n] != n).ToList();
        if (copies.Count == 0)
        {
            return series;
        }

        if (copies.Exists(n => series.BValues[n] != series.BValues[first[n]]))
        {
            var alike = copies.Concat(copies.Select(n => first[n])).Distinct().Order().ToList();
            findings.Add(new Finding(
                FindingCodes.DiffusionFramesIdentical, Severity.Error, about,
                FormattableString.Invariant($"{alike.Count} of {first.Length} volumes with the same voxels under b-values {string.Join(", ", alike.Select(n => series.BValues[n]).Distinct())}"),
                "less signal at higher b", "The series was not measured. Export it again from the scanner."));
            return null;
        }

        var isOfDirections = series.Gradients.Count > 0 && copies.Exists(n => Differ(series.Gradients[n], series.Gradients[first[n]]));
        findings.Add(new Finding(
            isOfDirections ? FindingCodes.DiffusionFramesIdentical : FindingCodes.VolumesIdentical, isOfDirections ? Severity.Error : Severity.Warning, about,
            $"{copies.Count} of {first.Length} volumes that are copies of others of the same b-value", "voxels of their own in each volume",
            "The copies were left out: they are no measurement of their own. Export the series again from the scanner."));
        var kept = Enumerable.Range(0, first.Length).Where(n => first[n] == n).ToList();
        return series with
        {
            Frames = kept.ConvertAll(n => series.Frames[n]),
            BValues = kept.ConvertAll(n => series.BValues[n]),
            Gradients = series.Gradients.Count == 0 ? [] : kept.ConvertAll(n => series.Gradients[n]),
        };
    }

    /// <summary>For each volume, the first with its voxels.</summary>
    private static int[] Firsts(IReadOnlyList<float[]> frames)
    {
        var first = new int[frames.Count];
        for (var n = 0; n < first.Length; n++)
        {
            first[n] = Enumerable.Range(0, n).FirstOrDefault(m => first[m] == m && frames[m].AsSpan().SequenceEqual(frames[n]), n);
        }

        return first;
    }

    /// <summary>A direction and its opposite are one.</summary>
    private static bool Differ(Vector3? a, Vector3? b) => a is { } x && b is { } y ? Math.Abs(x.Dot(y)) < 0.999 : a is null != b is null;
}
