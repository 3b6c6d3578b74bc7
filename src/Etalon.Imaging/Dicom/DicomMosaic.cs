using Etalon.Dicom;

namespace Etalon.Imaging.Dicom;

/// <summary>The slices of a mosaic: one image that shows the slices of a volume as tiles, as Siemens (before XA) and United Imaging write them.</summary>
/// <param name="Rows">Rows of a tile.</param>
/// <param name="Columns">Columns of a tile.</param>
/// <param name="Frames">One for each tile that holds a slice.</param>
internal sealed record DicomMosaic(int Rows, int Columns, IReadOnlyList<DicomFrame> Frames)
{
    private static readonly DicomTag UihTiles = new(0x0065, 0x1051);

    /// <summary>The tiles of an object; null where it is no mosaic.</summary>
    /// <exception cref="DicomGeometryException">It says that it is one, and its slices cannot be placed.</exception>
    public static DicomMosaic? Read(DicomDataset data, DicomFrame whole, int rows, int columns)
    {
        var types = data.GetStrings(Tags.ImageType);
        if (types.Contains("MOSAIC"))
        {
            return Siemens(data, whole, rows, columns);
        }

        return types.Contains("VFRAME") ? Uih(data, whole, rows, columns) : null;
    }

    /// <summary>Position of the first slice of a mosaic that states one for each slice; null for other objects.</summary>
    public static IReadOnlyList<double>? FirstPosition(DicomDataset data) =>
        data.Contains(UihTiles) && data.GetStrings(Tags.ImageType).Contains("VFRAME") && UihItems(data) is [var first, ..] && first.GetDoubles(Tags.ImagePositionPatient) is { Count: >= 3 } p ? p : null;

    /// <summary>
    /// ImagePositionPatient is that of a slice as large as the mosaic with the same centre; slices follow the normal of the CSA header, at
    /// SpacingBetweenSlices. Without these the normal of the image (row x column) and SliceThickness are taken, and the frames say so.
    /// </summary>
    private static DicomMosaic? Siemens(DicomDataset data, DicomFrame whole, int rows, int columns)
    {
        var csa = data.TryGetPrivate(0x0029, "SIEMENS CSA HEADER", 0x10, out var header) ? SiemensCsa.Read(header.Bytes.Span) : new Dictionary<string, IReadOnlyList<string>>();
        var stated = data.TryGetPrivate(0x0019, "SIEMENS MR HEADER", 0x0A, out var element) ? element.ReadDoubles(DicomVr.US) : null;
        var count = stated?[0] ?? SiemensCsa.Numbers(csa, "NumberOfImagesInMosaic")?[0];
        if (count is not (>= 1 and <= 4096) || count != Math.Floor(count.Value))
        {
            throw new DicomGeometryException("a mosaic that does not say how many slices it shows", "NumberOfImagesInMosaic, private (0019,xx0A) or in the CSA header");
        }

        var spacing = whole.StatedSliceSpacingMm ?? throw new DicomGeometryException("a mosaic without SpacingBetweenSlices", "the distance of its slices");
        var normal = whole.Normal;
        var assumed = data.GetDouble(Tags.SpacingBetweenSlices) is > 0 ? MosaicAssumption.None : MosaicAssumption.Spacing;
        if (SiemensCsa.Numbers(csa, "SliceNormalVector") is { Count: >= 3 } v && new Vector3(v[0], v[1], v[2]).Dot(normal) is var along && Math.Abs(Math.Abs(along) - 1) < 0.01)
        {
            normal *= Math.Sign(along);
        }
        else
        {
            assumed |= MosaicAssumption.Normal;
        }

        var (across, down) = Tiling((int)count, rows, columns, square: true);
        var (tileRows, tileColumns) = (rows / down, columns / across);
        var first = whole.Position + whole.AlongRow * (whole.ColumnSpacingMm * 0.5 * (columns - tileColumns)) + whole.AlongColumn * (whole.RowSpacingMm * 0.5 * (rows - tileRows));
        return new DicomMosaic(tileRows, tileColumns, [.. Enumerable.Range(0, (int)count).Select(t => whole with { Position = first + normal * (t * spacing), Tile = t, TilesAcross = across, Assumed = assumed })]);
    }

    /// <summary>Each tile has its own position in a private sequence.</summary>
    private static DicomMosaic Uih(DicomDataset data, DicomFrame whole, int rows, int columns)
    {
        var items = UihItems(data);
        if (items.Count == 0)
        {
            throw new DicomGeometryException("slices in one image (VFRAME) without their positions", "positions of the slices in the private sequence (0065,xx51)");
        }

        var (across, down) = Tiling(items.Count, rows, columns, square: false);
        return new DicomMosaic(rows / down, columns / across, [.. items.Select((item, t) => whole with { Position = Position(item), Tile = t, TilesAcross = across })]);
    }

    private static IReadOnlyList<DicomDataset> UihItems(DicomDataset data) =>
        data.TryGetPrivate(0x0065, "Image Private Header", 0x51, out var named) ? named.ReadItems() : data.GetSequence(UihTiles);

    private static Vector3 Position(DicomDataset item) => item.GetDoubles(Tags.ImagePositionPatient) is { Count: >= 3 } p
        ? new Vector3(p[0], p[1], p[2])
        : throw new DicomGeometryException("a slice of a mosaic without ImagePositionPatient", "the position of each slice");

    /// <summary>Columns of tiles: the root of their number, rounded up; Siemens fills a square, United Imaging leaves empty rows out.</summary>
    private static (int Across, int Down) Tiling(int count, int rows, int columns, bool square)
    {
        var across = (int)Math.Ceiling(Math.Sqrt(count));
        var down = square ? across : (count + across - 1) / across;
        return columns % across == 0 && rows % down == 0
            ? (across, down)
            : throw new DicomGeometryException($"a mosaic of {columns} x {rows} pixels for {count} slices", $"multiples of {across} x {down}");
    }
}
