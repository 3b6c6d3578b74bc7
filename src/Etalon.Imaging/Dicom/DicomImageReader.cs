using Etalon.Dicom;
using Etalon.Metrology;

namespace Etalon.Imaging.Dicom;

/// <summary>Reads geometry and value transformation of image objects: from the top level (classic) or the functional groups (enhanced; PS3.3 C.7.6.16).</summary>
public static class DicomImageReader
{
    /// <summary>Reads one object; its pixels are not touched.</summary>
    /// <exception cref="DicomGeometryException">An attribute that a slice needs is missing or makes no sense.</exception>
    /// <exception cref="DicomException">A sequence of the object is damaged.</exception>
    public static DicomImage Read(DicomFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var data = file.Dataset;
        if ((data.GetInt(Tags.SamplesPerPixel) ?? 1) != 1)
        {
            throw new DicomGeometryException("a colour image", "one value per pixel");
        }

        var shared = data.GetSequence(Tags.SharedFunctionalGroupsSequence) is [var first, ..] ? first : DicomDataset.Empty;
        var perFrame = data.GetSequence(Tags.PerFrameFunctionalGroupsSequence);
        var count = data.GetInt(Tags.NumberOfFrames) ?? 1;
        if (count > 1 && perFrame.Count != count)
        {
            throw new DicomGeometryException($"{count} frames with {perFrame.Count} functional groups", "one functional group for each frame");
        }

        return new DicomImage
        {
            Name = file.Name,
            SopInstanceUid = data.GetString(Tags.SopInstanceUid) ?? "",
            SopClassUid = data.GetString(Tags.SopClassUid) ?? "",
            SeriesUid = data.GetString(Tags.SeriesInstanceUid) ?? "",
            FrameOfReferenceUid = data.GetString(Tags.FrameOfReferenceUid),
            Rows = Size(data, Tags.Rows),
            Columns = Size(data, Tags.Columns),
            Frames = [.. Enumerable.Range(0, count).Select(n => Frame(file, new FrameGroups(data, shared, n < perFrame.Count ? perFrame[n] : DicomDataset.Empty), n))],
        };
    }

    private static int Size(DicomDataset data, DicomTag tag) =>
        data.GetInt(tag) is > 0 and var size ? size : throw new DicomGeometryException($"no {tag.Keyword}", "a whole number above 0");

    private static DicomFrame Frame(DicomFile file, FrameGroups groups, int index)
    {
        var position = Numbers(groups, Tags.PlanePositionSequence, Tags.ImagePositionPatient, 3);
        var orientation = Numbers(groups, Tags.PlaneOrientationSequence, Tags.ImageOrientationPatient, 6);
        var spacing = Numbers(groups, Tags.PixelMeasuresSequence, Tags.PixelSpacing, 2);
        if (!(spacing[0] > 0 && spacing[1] > 0))
        {
            throw new DicomGeometryException(FormattableString.Invariant($"PixelSpacing {spacing[0]} and {spacing[1]}"), "two distances above 0 mm");
        }

        var (row, column) = Directions(orientation);
        var (slope, intercept, unit) = Transformation(groups);
        return new DicomFrame
        {
            Object = file.Name,
            Index = index,
            Position = new Vector3(position[0], position[1], position[2]),
            AlongRow = row,
            AlongColumn = column,
            RowSpacingMm = spacing[0],
            ColumnSpacingMm = spacing[1],
            StatedSliceSpacingMm = Positive(groups.Number(Tags.PixelMeasuresSequence, Tags.SpacingBetweenSlices)) ?? Positive(groups.Number(Tags.PixelMeasuresSequence, Tags.SliceThickness)),
            Slope = slope,
            Intercept = intercept,
            UnitCode = unit,
            BValue = DicomDiffusion.BValue(groups),
            Gradient = DicomDiffusion.Gradient(groups),
            Order =
            [
                groups.Number(Tags.FrameContentSequence, Tags.TemporalPositionIndex) ?? groups.Top.GetDouble(Tags.TemporalPositionIdentifier) ?? 0,
                groups.Number(Tags.MrEchoSequence, Tags.EffectiveEchoTime) ?? groups.Top.GetDouble(Tags.EchoTime) ?? 0,
                groups.Number(Tags.FrameContentSequence, Tags.FrameAcquisitionNumber) ?? groups.Top.GetDouble(Tags.AcquisitionNumber) ?? 0,
                groups.Top.GetDouble(Tags.InstanceNumber) ?? 0,
            ],
        };
    }

    private static (Vector3 Row, Vector3 Column) Directions(IReadOnlyList<double> cosines)
    {
        var row = new Vector3(cosines[0], cosines[1], cosines[2]);
        var column = new Vector3(cosines[3], cosines[4], cosines[5]);
        // Cosines are written with few digits; 1 % off a right angle or off length 1 is no direction.
        return Math.Abs(row.Length - 1) < 0.01 && Math.Abs(column.Length - 1) < 0.01 && Math.Abs(row.Dot(column)) < 0.01
            ? (row.Normalised(), column.Normalised())
            : throw new DicomGeometryException($"ImageOrientationPatient {string.Join(", ", cosines.Select(c => FormattableString.Invariant($"{c}")))}", "two directions of length 1 at a right angle");
    }

    /// <summary>A real world value mapping with a unit counts before the modality rescale (PS3.3 C.7.6.16.2.11).</summary>
    private static (double Slope, double Intercept, string? Unit) Transformation(FrameGroups groups)
    {
        foreach (var mapping in groups.Sequence(Tags.RealWorldValueMappingSequence))
        {
            if (mapping.GetDouble(Tags.RealWorldValueSlope) is { } s && mapping.GetDouble(Tags.RealWorldValueIntercept) is { } i
                && mapping.GetSequence(Tags.MeasurementUnitsCodeSequence) is [var code, ..] && Known(code.GetString(Tags.CodeValue)) is { } unit)
            {
                return (s, i, unit);
            }
        }

        var slope = groups.Number(Tags.PixelValueTransformationSequence, Tags.RescaleSlope) ?? 1;
        var intercept = groups.Number(Tags.PixelValueTransformationSequence, Tags.RescaleIntercept) ?? 0;
        return slope == 0
            ? throw new DicomGeometryException("RescaleSlope 0", "a slope other than 0")
            : (slope, intercept, Known(groups.Text(Tags.PixelValueTransformationSequence, Tags.RescaleType)));
    }

    private static string? Known(string? code) => code is { Length: < 32 } && Unit.TryParse(code, out _) ? code : null;

    private static double? Positive(double? value) => value > 0 ? value : null;

    private static IReadOnlyList<double> Numbers(FrameGroups groups, DicomTag sequence, DicomTag tag, int count) =>
        groups.Numbers(sequence, tag) is { } numbers && numbers.Count >= count
            ? numbers
            : throw new DicomGeometryException($"no usable {tag.Keyword}", $"{count} numbers");
}
