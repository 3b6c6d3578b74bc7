namespace Etalon.Imaging.Dicom;

/// <summary>The grid that the frames of a segmentation lie on: several frames at one place, and places without a frame.</summary>
internal static class SegmentationGrid
{
    /// <summary>Largest number of slices: a spacing far below the frames' distances would be a mistake, not a grid.</summary>
    private const int MaxSlices = 100_000;

    /// <summary>The grid, and the slice of each frame.</summary>
    /// <exception cref="DicomGeometryException">The frames are not parallel, not of one spacing, or not whole slices apart.</exception>
    public static (Grid Grid, IReadOnlyList<int> Slices) Of(DicomImage image)
    {
        var first = image.Frames[0];
        var normal = first.Normal;
        if (image.Frames.Any(f => (f.AlongRow - first.AlongRow).Length > 1e-3 || (f.AlongColumn - first.AlongColumn).Length > 1e-3
            || Math.Abs(f.RowSpacingMm / first.RowSpacingMm - 1) > 1e-3 || Math.Abs(f.ColumnSpacingMm / first.ColumnSpacingMm - 1) > 1e-3))
        {
            throw new DicomGeometryException("frames of several orientations or pixel spacings", "parallel frames of one PixelSpacing");
        }

        var at = image.Frames.Select(f => f.Position.Dot(normal)).ToList();
        var spacing = Spacing(first, at);
        var low = image.Frames[at.IndexOf(at.Min())];
        var slices = at.Select(a => (a - at.Min()) / spacing).ToList();
        // A twentieth of a slice, for positions written with few digits.
        if (slices.Exists(s => Math.Abs(s - Math.Round(s)) > 0.05) || slices.Max() > MaxSlices)
        {
            throw new DicomGeometryException(FormattableString.Invariant($"frames that are not whole steps of {spacing:0.####} mm apart"), "frames of evenly spaced slices");
        }

        if (image.Frames.Any(f => (f.Position - low.Position - normal * (f.Position - low.Position).Dot(normal)).Length > 0.05 * Math.Min(first.RowSpacingMm, first.ColumnSpacingMm)))
        {
            throw new DicomGeometryException("frames that are shifted within their plane", "frames stacked along their normal");
        }

        var count = (int)Math.Round(slices.Max()) + 1;
        // Between the outermost frames, so that rounding of the stated spacing does not add up.
        var step = count > 1 ? (at.Max() - at.Min()) / (count - 1) : spacing;
        try
        {
            return (new Grid(image.Columns, image.Rows, count, low.Position, low.AlongRow * low.ColumnSpacingMm, low.AlongColumn * low.RowSpacingMm, normal * step), [.. slices.Select(s => (int)Math.Round(s))]);
        }
        catch (ArgumentException e)
        {
            throw new DicomGeometryException(e.Message, "a grid of voxels");
        }
    }

    /// <summary>The stated spacing if the frames fit it, else the smallest gap between frames.</summary>
    private static double Spacing(DicomFrame first, List<double> at)
    {
        var sorted = at.Order().ToList();
        var gaps = sorted.Skip(1).Zip(sorted, (b, a) => b - a).Where(g => g > 0.01).ToList();
        if (gaps.Count == 0)
        {
            return first.StatedSliceSpacingMm ?? throw new DicomGeometryException("one slice without SliceThickness", "several slices, or one of stated thickness");
        }

        var smallest = gaps.Min();
        return first.StatedSliceSpacingMm is { } stated && stated <= smallest * 1.05 && gaps.TrueForAll(g => Math.Abs(g / stated - Math.Round(g / stated)) < 0.05) ? stated : smallest;
    }
}
