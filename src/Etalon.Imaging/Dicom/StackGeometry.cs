using Etalon.Metrology;

namespace Etalon.Imaging.Dicom;

/// <summary>Places the frames of one orientation and spacing on a grid: by position along the normal of the slices, never by number or name.</summary>
internal static class StackGeometry
{
    /// <summary>Frames by place and volume, with the grid.</summary>
    /// <param name="Grid">Where the voxels lie.</param>
    /// <param name="Volumes"><c>Volumes[t][k]</c>.</param>
    /// <param name="TiltDegrees">See <see cref="DicomStack.TiltDegrees"/>.</param>
    /// <param name="Incomplete">Frames of volumes that lack slices and were left out.</param>
    public sealed record Placed(Grid Grid, IReadOnlyList<IReadOnlyList<DicomFrame>> Volumes, double TiltDegrees, IReadOnlyList<DicomFrame> Incomplete);

    /// <summary>Places frames.</summary>
    /// <param name="frames">At least one, of one matrix, orientation and PixelSpacing.</param>
    /// <param name="columns">Voxels along a row.</param>
    /// <param name="rows">Voxels along a column.</param>
    /// <param name="about">Name for messages.</param>
    /// <exception cref="StackException">They are no volume.</exception>
    public static Placed Place(IReadOnlyList<DicomFrame> frames, int columns, int rows, string about)
    {
        var normal = frames[0].Normal;
        var places = Places(frames, normal);
        RequireOneLine(places, normal);
        var incomplete = new List<DicomFrame>();
        var count = Usual(places);
        if (places.Exists(p => p.Count != count))
        {
            (places, incomplete) = CompleteVolumes(places, count, about);
            count = places[0].Count;
        }

        var ordered = places.Select(p => p.Order(FrameOrder.Instance).ToList()).ToList();
        var (grid, tilt) = GridOf(ordered.ConvertAll(p => p[0]), columns, rows, normal, about);
        return new Placed(grid, [.. Enumerable.Range(0, count).Select(t => (IReadOnlyList<DicomFrame>)[.. ordered.Select(p => p[t])])], tilt, incomplete);
    }

    /// <summary>Frames of one position together, positions in order along the normal.</summary>
    public static List<List<DicomFrame>> Places(IReadOnlyList<DicomFrame> frames, Vector3 normal)
    {
        var places = new List<List<DicomFrame>>();
        var last = double.NegativeInfinity;
        foreach (var (frame, at) in frames.Select(f => (f, f.Position.Dot(normal))).OrderBy(f => f.Item2))
        {
            if (at - last > 0.01)
            {
                places.Add([]);
                last = at;
            }

            places[^1].Add(frame);
        }

        return places;
    }

    /// <summary>Whether frames of one place lie beside each other in their plane.</summary>
    public static bool AreBeside(DicomFrame a, DicomFrame b, Vector3 normal)
    {
        var d = b.Position - a.Position;
        return (d - normal * d.Dot(normal)).Length > 0.1;
    }

    private static int Usual(List<List<DicomFrame>> places) => places.GroupBy(p => p.Count).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).First().Key;

    private static void RequireOneLine(List<List<DicomFrame>> places, Vector3 normal)
    {
        if (places.Find(p => p.Exists(f => AreBeside(p[0], f, normal))) is not null)
        {
            throw new StackException(FindingCodes.SeriesNotAVolume, "slices beside each other in one plane", "one slice at each position");
        }
    }

    /// <summary>
    /// Where counts differ: volumes that are told apart by temporal position, b-value, direction or acquisition, and have a slice at every
    /// place, stay; the others are left out.
    /// </summary>
    private static (List<List<DicomFrame>> Places, List<DicomFrame> Incomplete) CompleteVolumes(List<List<DicomFrame>> places, int usual, string about)
    {
        var volumes = places.SelectMany((p, k) => p.Select(f => (Frame: f, Place: k))).GroupBy(f => (f.Frame.TemporalPosition, f.Frame.BValue, Direction: FrameOrder.Direction(f.Frame), Acquisition: f.Frame.Order.ElementAtOrDefault(2))).ToList();
        var isClean = volumes.Count > 1 && volumes.TrueForAll(v => v.Select(f => f.Place).Distinct().Count() == v.Count());
        var complete = isClean ? volumes.Where(v => v.Count() == places.Count).ToList() : [];
        if (complete.Count == 0)
        {
            var odd = places.FindIndex(p => p.Count != usual);
            throw new StackException(
                places[odd].Count > usual ? FindingCodes.SlicesDuplicate : FindingCodes.SlicesMissing,
                $"{places[odd].Count} frames at slice {odd + 1} of {about}", $"{usual} at each of its {places.Count} positions");
        }

        var kept = complete.SelectMany(v => v).ToLookup(f => f.Place, f => f.Frame);
        return ([.. Enumerable.Range(0, places.Count).Select(k => kept[k].ToList())], [.. volumes.Except(complete).SelectMany(v => v.Select(f => f.Frame))]);
    }

    private static (Grid Grid, double TiltDegrees) GridOf(List<DicomFrame> slices, int columns, int rows, Vector3 normal, string about)
    {
        var first = slices[0];
        var (stepI, stepJ) = (first.AlongRow * first.ColumnSpacingMm, first.AlongColumn * first.RowSpacingMm);
        if (slices.Count == 1)
        {
            var spacing = first.StatedSliceSpacingMm ?? throw new StackException(FindingCodes.SeriesNotAVolume, "one slice without SliceThickness", "several slices, or one of stated thickness");
            return (GridOf(columns, rows, 1, first.Position, stepI, stepJ, normal * spacing), 0);
        }

        RequireEvenSpacing(slices, normal, about);
        var stepK = (slices[^1].Position - first.Position) / (slices.Count - 1);
        RequireStraight(slices, stepK);
        var along = stepK.Dot(normal);
        var drift = (stepK - normal * along).Length;
        // Rounding of positions is no shear: half a micrometre over the whole stack.
        var isUpright = drift * (slices.Count - 1) < 5e-4;
        return (GridOf(columns, rows, slices.Count, first.Position, stepI, stepJ, isUpright ? normal * along : stepK), Math.Atan2(drift, along) * 180 / Math.PI);
    }

    /// <summary>A grid, where sizes and steps of the headers make one.</summary>
    private static Grid GridOf(int columns, int rows, int slices, Vector3 origin, Vector3 stepI, Vector3 stepJ, Vector3 stepK)
    {
        try
        {
            return new Grid(columns, rows, slices, origin, stepI, stepJ, stepK);
        }
        catch (ArgumentException e)
        {
            throw new StackException(FindingCodes.SeriesNotAVolume, e.Message.TrimEnd('.'), "sizes and distances that make a grid");
        }
    }

    private static void RequireEvenSpacing(List<DicomFrame> slices, Vector3 normal, string about)
    {
        var gaps = slices.Skip(1).Zip(slices, (b, a) => (b.Position - a.Position).Dot(normal)).ToList();
        var usual = gaps.Order().ElementAt((gaps.Count - 1) / 2);
        var bad = Enumerable.Range(0, gaps.Count).Where(n => Math.Abs(gaps[n] - usual) > Tolerance(usual)).ToList();
        if (bad.Count == 0)
        {
            return;
        }

        // A gap of twice or three times the usual distance is where slices are missing; anything else is another spacing.
        var isMissing = bad.TrueForAll(n => Math.Round(gaps[n] / usual) >= 2 && Math.Abs(gaps[n] / usual - Math.Round(gaps[n] / usual)) <= 0.02);
        var n = bad[0];
        var more = bad.Count > 1 ? $", and {bad.Count - 1} more such gaps" : "";
        throw new StackException(
            isMissing ? FindingCodes.SlicesMissing : FindingCodes.SlicesUneven,
            FormattableString.Invariant($"slices {n + 1} and {n + 2} of {about} are {gaps[n]:0.###} mm apart{more}"),
            FormattableString.Invariant($"{usual:0.###} mm between all slices (tolerance {Tolerance(usual):0.###} mm)"));
    }

    private static void RequireStraight(List<DicomFrame> slices, Vector3 step)
    {
        for (var k = 1; k < slices.Count; k++)
        {
            var off = (slices[k].Position - slices[0].Position - step * k).Length;
            if (off > Math.Max(0.05, 2 * Tolerance(step.Length)))
            {
                throw new StackException(
                    FindingCodes.SeriesNotAVolume, FormattableString.Invariant($"slice {k + 1} lies {off:0.###} mm beside the line through the first and the last"), "slices on one line");
            }
        }
    }

    /// <summary>1 % of the spacing, or the hundredth of a millimetre that positions are rounded to.</summary>
    private static double Tolerance(double spacing) => Math.Max(0.01 * Math.Abs(spacing), 0.01);
}

/// <summary>Why frames are no volume.</summary>
internal sealed class StackException(string code, string found, string expected) : Exception
{
    public string Code { get; } = code;

    public string Found { get; } = found;

    public string Expected { get; } = expected;
}
