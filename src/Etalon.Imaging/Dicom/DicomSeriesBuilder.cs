using Etalon.Metrology;

namespace Etalon.Imaging.Dicom;

/// <summary>
/// Makes a volume, or several at one place, of the objects of a series. Slices are ordered by position along their normal, never by
/// instance number or file name.
/// </summary>
public static class DicomSeriesBuilder
{
    /// <summary>Orders the frames of a series.</summary>
    /// <param name="images">Objects of one series, in any order.</param>
    /// <param name="about">Name of the series for findings, e.g. <c>series 5</c>.</param>
    /// <param name="findings">Receives why there is no volume.</param>
    /// <returns>Null with a finding where the series is no volume.</returns>
    public static DicomSeriesLayout? Build(IReadOnlyList<DicomImage> images, string about, List<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(findings);
        try
        {
            return Build(images, about);
        }
        catch (SlicesException e)
        {
            findings.Add(new Finding(
                FindingCodes.SlicesMissing, Severity.Error, about, e.Found, e.Expected,
                "A slice is missing or doubled, or two series are mixed. Export the series again; it was not used."));
        }
        catch (DicomGeometryException e)
        {
            findings.Add(new Finding(
                FindingCodes.SeriesNotAVolume, Severity.Warning, about, e.Found, e.Expected, "The series was not used. Give a series of parallel, evenly spaced slices."));
        }

        return null;
    }

    private static DicomSeriesLayout Build(IReadOnlyList<DicomImage> images, string about)
    {
        var frames = images.SelectMany(i => i.Frames).ToList();
        if (frames.Count == 0)
        {
            throw new DicomGeometryException("no frame", "one or more slices");
        }

        RequireOneShape(images, frames);
        var normal = frames[0].Normal;
        var places = Places(frames, normal);
        RequireEqualCounts(places, about);
        var volumes = places[0].Count;
        var ordered = places.Select(p => p.OrderBy(f => f.BValue ?? -1).ThenBy(DirectionKey, StringComparer.Ordinal).ThenBy(f => f, OrderComparer.Instance).ToList()).ToList();
        var bValues = BValues(ordered, volumes);
        return new DicomSeriesLayout
        {
            Grid = GridOf(images[0], ordered.Select(p => p[0]).ToList(), normal, about),
            Volumes = [.. Enumerable.Range(0, volumes).Select(t => (IReadOnlyList<DicomFrame>)[.. ordered.Select(p => p[t])])],
            BValues = bValues,
            FrameOfReferenceUid = images[0].FrameOfReferenceUid,
            UnitCode = frames.Select(f => f.UnitCode).Distinct().Count() == 1 ? frames[0].UnitCode : null,
        };
    }

    private static void RequireOneShape(IReadOnlyList<DicomImage> images, List<DicomFrame> frames)
    {
        var sizes = images.Select(i => (i.Rows, i.Columns)).Distinct().ToList();
        if (sizes.Count > 1)
        {
            throw new DicomGeometryException($"slices of {string.Join(" and ", sizes.Take(3).Select(s => $"{s.Columns} x {s.Rows}"))} voxels", "one matrix");
        }

        if (images.Select(i => i.FrameOfReferenceUid).Distinct(StringComparer.Ordinal).Count() > 1)
        {
            throw new DicomGeometryException("several frames of reference", "one frame of reference");
        }

        var first = frames[0];
        // 1e-3 of a direction is 0.06 degrees: far above the rounding of the cosines, far below any planned tilt.
        if (frames.Find(f => (f.AlongRow - first.AlongRow).Length > 1e-3 || (f.AlongColumn - first.AlongColumn).Length > 1e-3) is not null)
        {
            throw new DicomGeometryException("slices of several orientations", "one orientation");
        }

        if (frames.Find(f => Math.Abs(f.RowSpacingMm / first.RowSpacingMm - 1) > 1e-3 || Math.Abs(f.ColumnSpacingMm / first.ColumnSpacingMm - 1) > 1e-3) is { } other)
        {
            throw new DicomGeometryException(
                FormattableString.Invariant($"PixelSpacing of {first.RowSpacingMm} x {first.ColumnSpacingMm} and {other.RowSpacingMm} x {other.ColumnSpacingMm} mm"), "one PixelSpacing");
        }
    }

    /// <summary>Frames of one position together, positions in order along the normal.</summary>
    private static List<List<DicomFrame>> Places(List<DicomFrame> frames, Vector3 normal)
    {
        var places = new List<List<DicomFrame>>();
        var last = double.NegativeInfinity;
        foreach (var frame in frames.OrderBy(f => f.Position.Dot(normal)))
        {
            var at = frame.Position.Dot(normal);
            if (at - last > 0.01)
            {
                places.Add([]);
                last = at;
            }

            places[^1].Add(frame);
        }

        return places;
    }

    private static void RequireEqualCounts(List<List<DicomFrame>> places, string about)
    {
        var usual = places.GroupBy(p => p.Count).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).First().Key;
        var odd = places.FindIndex(p => p.Count != usual);
        if (odd >= 0)
        {
            throw new SlicesException(
                $"{places[odd].Count} frames at slice {odd + 1} of {about}", $"{usual} at each of its {places.Count} positions");
        }
    }

    private static Grid GridOf(DicomImage image, List<DicomFrame> slices, Vector3 normal, string about)
    {
        var first = slices[0];
        var (stepI, stepJ) = (first.AlongRow * first.ColumnSpacingMm, first.AlongColumn * first.RowSpacingMm);
        if (slices.Count == 1)
        {
            var spacing = first.StatedSliceSpacingMm ?? throw new DicomGeometryException("one slice without SliceThickness", "several slices, or one of stated thickness");
            return new Grid(image.Columns, image.Rows, 1, first.Position, stepI, stepJ, normal * spacing);
        }

        RequireEvenSpacing(slices, normal, about);
        var stepK = (slices[^1].Position - first.Position) / (slices.Count - 1);
        var along = stepK.Dot(normal);
        var drift = (stepK - normal * along).Length;
        if (drift > Tolerance(along))
        {
            throw new DicomGeometryException(
                FormattableString.Invariant($"slices that shift by {drift:0.###} mm in their plane for each {along:0.###} mm along it (a tilted gantry)"), "slices stacked along their normal");
        }

        return new Grid(image.Columns, image.Rows, slices.Count, first.Position, stepI, stepJ, normal * along);
    }

    private static void RequireEvenSpacing(List<DicomFrame> slices, Vector3 normal, string about)
    {
        var gaps = slices.Skip(1).Zip(slices, (b, a) => (b.Position - a.Position).Dot(normal)).ToList();
        var usual = gaps.Order().ElementAt((gaps.Count - 1) / 2);
        var bad = Enumerable.Range(0, gaps.Count).Where(n => Math.Abs(gaps[n] - usual) > Tolerance(usual)).ToList();
        if (bad.Count > 0)
        {
            var n = bad[0];
            var more = bad.Count > 1 ? $", and {bad.Count - 1} more such gaps" : "";
            throw new SlicesException(
                FormattableString.Invariant($"slices {n + 1} and {n + 2} of {about} are {gaps[n]:0.###} mm apart{more}"),
                FormattableString.Invariant($"{usual:0.###} mm between all slices (tolerance {Tolerance(usual):0.###} mm)"));
        }
    }

    /// <summary>1 % of the spacing, or the hundredth of a millimetre that positions are rounded to.</summary>
    private static double Tolerance(double spacing) => Math.Max(0.01 * Math.Abs(spacing), 0.01);

    private static List<double> BValues(List<List<DicomFrame>> ordered, int volumes)
    {
        var result = new List<double>();
        for (var t = 0; t < volumes; t++)
        {
            var values = ordered.Select(p => p[t].BValue).Distinct().ToList();
            if (values.Count != 1 || values[0] is not { } b)
            {
                return [];
            }

            result.Add(b);
        }

        return result;
    }

    private static string DirectionKey(DicomFrame f) =>
        f.Gradient is { } g ? FormattableString.Invariant($"{Math.Round(g.X, 3) + 2:0.000} {Math.Round(g.Y, 3) + 2:0.000} {Math.Round(g.Z, 3) + 2:0.000}") : "";

    private sealed class SlicesException(string found, string expected) : Exception
    {
        public string Found { get; } = found;

        public string Expected { get; } = expected;
    }

    private sealed class OrderComparer : IComparer<DicomFrame>
    {
        public static OrderComparer Instance { get; } = new();

        public int Compare(DicomFrame? x, DicomFrame? y)
        {
            foreach (var (a, b) in (x?.Order ?? []).Zip(y?.Order ?? []))
            {
                if (a.CompareTo(b) is var order and not 0)
                {
                    return order;
                }
            }

            return string.CompareOrdinal(x?.Object, y?.Object);
        }
    }
}
