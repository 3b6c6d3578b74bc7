namespace Etalon.Imaging.Dicom;

/// <summary>The order of frames at one place: b-value, direction, then the order of acquisition.</summary>
internal sealed class FrameOrder : IComparer<DicomFrame>
{
    public static FrameOrder Instance { get; } = new();

    public int Compare(DicomFrame? x, DicomFrame? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        var order = (x.BValue ?? -1).CompareTo(y.BValue ?? -1);
        order = order != 0 ? order : Direction(x).CompareTo(Direction(y));
        for (var n = 0; order == 0 && n < Math.Min(x.Order.Count, y.Order.Count); n++)
        {
            order = x.Order[n].CompareTo(y.Order[n]);
        }

        order = order != 0 ? order : string.CompareOrdinal(x.Object, y.Object);
        return order != 0 ? order : x.Index.CompareTo(y.Index);
    }

    /// <summary>A direction in thousandths, so that rounding of the header makes no second one; none comes first.</summary>
    public static (double X, double Y, double Z) Direction(DicomFrame f) =>
        f.Gradient is { } g ? (Math.Round(1000 * g.X), Math.Round(1000 * g.Y), Math.Round(1000 * g.Z)) : (double.NegativeInfinity, 0, 0);
}
