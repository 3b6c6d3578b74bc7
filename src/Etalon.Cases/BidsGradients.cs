using System.Globalization;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Cases;

/// <summary>Reads <c>.bval</c> and <c>.bvec</c> files.</summary>
internal static class BidsGradients
{
    /// <summary>One b-value for each frame.</summary>
    /// <param name="folder">Of the case.</param>
    /// <param name="stem">Name of the image without its ending.</param>
    /// <param name="about">For findings.</param>
    /// <param name="frames">Number of frames.</param>
    /// <exception cref="CaseException">There are more or fewer, or one is no b-value.</exception>
    public static List<double> BValues(CaseFolder folder, string stem, string about, int frames)
    {
        var b = folder.Text($"{stem}.bval", about).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(t => double.TryParse(t, CultureInfo.InvariantCulture, out var v) && v >= 0 && v < 1e5 ? v : double.NaN).ToList();
        return b.Count == frames && !b.Any(double.IsNaN) ? b : throw new CaseException(new Finding(
            FindingCodes.FieldInvalid, Severity.Error, $"{about}: {Path.GetFileName(stem)}.bval", $"{b.Count(v => !double.IsNaN(v))} usable b-values for {frames} frames",
            "one b-value in s/mm² for each frame", "Supply the .bval file that belongs to this image."));
    }

    /// <summary>The three rows of the .bvec file, which may be absent; empty where it is, or is no such table.</summary>
    public static List<Vector3?> Directions(CaseFolder folder, string stem, string about, int frames, List<Finding> findings)
    {
        if (!File.Exists(folder.Resolve($"{stem}.bvec", about)))
        {
            return [];
        }

        var rows = folder.Text($"{stem}.bvec", about).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(4)
            .Select(r => r.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(t => double.TryParse(t, CultureInfo.InvariantCulture, out var v) ? v : double.NaN).ToArray()).ToList();
        if (rows.Count == 3 && rows.All(r => r.Length == frames && r.All(double.IsFinite)))
        {
            return [.. Enumerable.Range(0, frames).Select(f => (Vector3?)new Vector3(rows[0][f], rows[1][f], rows[2][f]))];
        }

        findings.Add(new Finding(
            FindingCodes.FieldInvalid, Severity.Warning, $"{about}: {Path.GetFileName(stem)}.bvec", "no table of directions", $"three rows of {frames} numbers",
            "Repeats could not be told from directions; supply the .bvec file that belongs to this image."));
        return [];
    }
}
