using System.Globalization;
using Etalon.Assays.Maps;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;

namespace Etalon.Assays.Relaxation;

/// <summary>One volume of a relaxation measurement with the series it is of.</summary>
/// <param name="Series">The series.</param>
/// <param name="Frame">The volume.</param>
internal sealed record RelaxationFrame(MapSeries Series, MapFrame Frame);

/// <summary>Volumes that differ in one time or angle and in nothing else.</summary>
/// <param name="Frames">In rising order of what differs.</param>
/// <param name="Different">How many different values there are.</param>
internal sealed record RelaxationSet(IReadOnlyList<RelaxationFrame> Frames, int Different)
{
    /// <summary>Where the voxels lie.</summary>
    public Grid Grid => Frames[0].Series.Grid;

    /// <summary>Its series, each once.</summary>
    public IReadOnlyList<MapSeries> Series => [.. Frames.Select(f => f.Series).Distinct()];

    /// <summary>For people.</summary>
    public string Names => string.Join(", ", Series.Select(s => s.Name));
}

/// <summary>Finds in the series of a visit the volumes that one map is made of.</summary>
internal static class RelaxationSeries
{
    /// <summary>A dynamic series repeats one contrast; so many alike in one series are none of a relaxation measurement.</summary>
    private const int MostAlike = 8;

    /// <summary>Magnitudes of magnetic resonance that are no maps, frame by frame; dynamic series left out.</summary>
    public static IReadOnlyList<RelaxationFrame> Sources(MapInput input) =>
        [.. input.Series
            .Where(s => s.Modality is "MR" or "" && s.Content.Length == 0 && s.Component == ImageComponent.Magnitude)
            .Where(s => s.Frames.GroupBy(Contrast).All(g => g.Count() <= MostAlike))
            .SelectMany(s => s.Frames.Where(f => !(f.BValue > 0)).Select(f => new RelaxationFrame(s, f)))];

    /// <summary>
    /// Sets of volumes on one grid that agree in all but one value, largest first; each has as many different values as are needed.
    /// </summary>
    /// <param name="frames">Volumes.</param>
    /// <param name="varied">What differs; null: the volume does not state it.</param>
    /// <param name="kept">What must agree, as text.</param>
    /// <param name="least">Different values that are needed.</param>
    public static RelaxationSet[] Sets(IEnumerable<RelaxationFrame> frames, Func<MapFrame, double?> varied, Func<RelaxationFrame, string> kept, int least)
    {
        var groups = new List<List<RelaxationFrame>>();
        foreach (var frame in frames.Where(f => varied(f.Frame) is not null))
        {
            var group = groups.Find(g => g[0].Series.Grid.IsSameAs(frame.Series.Grid) && kept(g[0]) == kept(frame));
            if (group is null)
            {
                groups.Add([frame]);
            }
            else
            {
                group.Add(frame);
            }
        }

        return [.. groups
            .Select(g => new RelaxationSet([.. g.OrderBy(f => varied(f.Frame))], g.Select(f => varied(f.Frame)).Distinct().Count()))
            .Where(s => s.Different >= least)
            .OrderByDescending(s => s.Different)];
    }

    /// <summary>A time in µs or an angle in thousandths, so that rounding of headers sets nothing apart.</summary>
    public static string Text(double? value, double perUnit) =>
        value is { } v ? Math.Round(v * perUnit).ToString(CultureInfo.InvariantCulture) : "?";

    private static string Contrast(MapFrame f) =>
        string.Join('|', Text(f.EchoTimeS, 1e6), Text(f.RepetitionTimeS, 1e6), Text(f.InversionTimeS, 1e6), Text(f.FlipAngleDeg, 1e3), Text(f.BValue, 1));
}
