using Etalon.Dicom;

namespace Etalon.Imaging.Dicom;

/// <summary>Reads geometry and value transformation of image objects: from the top level (classic) or the functional groups (enhanced; PS3.3 C.7.6.16).</summary>
public static class DicomImageReader
{
    /// <summary>CT, MR, PET, their enhanced and converted classes, dose, segmentations and parametric maps (PS3.4 B.5).</summary>
    private static readonly HashSet<string> PlacedKinds = new(new[] { "2", "2.1", "2.2", "4", "4.1", "4.4", "128", "128.1", "130", "481.2", "66.4", "66.7", "30" }.Select(c => "1.2.840.10008.5.1.4.1.1." + c), StringComparer.Ordinal);
    private static readonly DicomTag CtImageFrameTypeSequence = new(0x0018, 0x9329);
    private static readonly DicomTag PetFrameTypeSequence = new(0x0018, 0x9751);
    private static readonly DicomTag CardiacSynchronizationSequence = new(0x0018, 0x9118);
    private static readonly DicomTag NominalCardiacTriggerDelayTime = new(0x0020, 0x9153);

    /// <summary>Reads one object; its pixels are not touched.</summary>
    /// <exception cref="DicomGeometryException">An attribute that a slice needs is missing or makes no sense.</exception>
    /// <exception cref="DicomException">A sequence of the object is damaged.</exception>
    public static DicomImage Read(DicomFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        try
        {
            return ReadPlaced(file);
        }
        catch (DicomGeometryException e) when (IsOfAPlacedKind(file.Dataset))
        {
            throw new DicomGeometryException(e.Found, e.Expected) { IsOfAPlacedKind = true, IsWrong = e.IsWrong };
        }
    }

    /// <summary>Classes of slices and volumes; colour and screen saves filed under them are captures.</summary>
    private static bool IsOfAPlacedKind(DicomDataset data) => PlacedKinds.Contains(data.GetString(Tags.SopClassUid) ?? "") && (data.GetInt(Tags.SamplesPerPixel) ?? 1) == 1
        && !data.GetStrings(Tags.ImageType).Any(t => t.Contains("SCREEN", StringComparison.Ordinal));

    private static DicomImage ReadPlaced(DicomFile file)
    {
        var data = file.Dataset;
        if ((data.GetInt(Tags.SamplesPerPixel) ?? 1) != 1)
        {
            throw new DicomGeometryException("a colour image", "one value per pixel");
        }

        var shared = data.GetSequence(Tags.SharedFunctionalGroupsSequence) is [var first, ..] ? first : DicomDataset.Empty;
        var perFrame = data.GetSequence(Tags.PerFrameFunctionalGroupsSequence);
        var count = data.GetInt(Tags.NumberOfFrames) ?? 1;
        if (count < 1)
        {
            throw new DicomGeometryException($"{count} frames", "one or more");
        }

        var isDose = DoseGrid.IsOne(data);
        if (count > 1 && perFrame.Count != count && !isDose)
        {
            throw new DicomGeometryException($"{count} frames with {perFrame.Count} functional groups", "one functional group for each frame");
        }

        var types = data.GetStrings(Tags.ImageType);
        var pixels = DicomPixelPlace.Of(file);
        var frames = isDose ? DoseGrid.Frames(data, Frame(file, pixels, new FrameGroups(data, shared, DicomDataset.Empty), 0, types), count) : Enumerable.Range(0, count).Select(n => Frame(file, pixels, new FrameGroups(data, shared, n < perFrame.Count ? perFrame[n] : DicomDataset.Empty), n, types)).ToList();
        var (rows, columns) = (Size(data, Tags.Rows), Size(data, Tags.Columns));
        if (count == 1 && DicomMosaic.Read(data, frames[0], rows, columns) is { } mosaic)
        {
            (rows, columns, frames) = (mosaic.Rows, mosaic.Columns, [.. mosaic.Frames]);
        }

        return new DicomImage
        {
            Name = file.Name,
            SopInstanceUid = data.GetString(Tags.SopInstanceUid) ?? "",
            SopClassUid = data.GetString(Tags.SopClassUid) ?? "",
            SeriesUid = data.GetString(Tags.SeriesInstanceUid) ?? "",
            FrameOfReferenceUid = data.GetString(Tags.FrameOfReferenceUid),
            PatientPosition = data.GetString(Tags.PatientPosition),
            Rows = rows,
            Columns = columns,
            Frames = frames,
        };
    }

    private static int Size(DicomDataset data, DicomTag tag) =>
        data.GetInt(tag) is > 0 and var size ? size : throw new DicomGeometryException($"no {tag.Keyword}", "a whole number above 0");

    private static DicomFrame Frame(DicomFile file, DicomPixelPlace? pixels, FrameGroups groups, int index, IReadOnlyList<string> objectTypes)
    {
        // A mosaic may state the positions of its slices alone; those count when it is unpacked.
        var position = DicomMosaic.FirstPosition(groups.Top) ?? Numbers(groups, Tags.PlanePositionSequence, Tags.ImagePositionPatient, 3);
        var orientation = Numbers(groups, Tags.PlaneOrientationSequence, Tags.ImageOrientationPatient, 6);
        var spacing = Numbers(groups, Tags.PixelMeasuresSequence, Tags.PixelSpacing, 2);
        RequirePlausible(position, spacing);

        var (row, column) = Directions(orientation);
        var types = FrameTypes(groups, objectTypes);
        var component = FrameKind.Component(groups, types);
        var scale = DicomValueReader.Read(groups, component);
        var echo = groups.Number(Tags.MrEchoSequence, Tags.EffectiveEchoTime) ?? groups.Top.GetDouble(Tags.EchoTime);
        var temporal = groups.Number(Tags.FrameContentSequence, Tags.TemporalPositionIndex) ?? groups.Top.GetDouble(Tags.TemporalPositionIdentifier);
        var acquired = AcquiredAt(groups);
        var trigger = groups.Number(CardiacSynchronizationSequence, NominalCardiacTriggerDelayTime) ?? groups.Top.GetDouble(Tags.TriggerTime);
        return new DicomFrame
        {
            Object = file.Name,
            Index = index,
            Pixels = pixels,
            Position = new Vector3(position[0], position[1], position[2]),
            AlongRow = row,
            AlongColumn = column,
            RowSpacingMm = spacing[0],
            ColumnSpacingMm = spacing[1],
            StatedSliceSpacingMm = Positive(groups.Number(Tags.PixelMeasuresSequence, Tags.SpacingBetweenSlices)) ?? Positive(groups.Number(Tags.PixelMeasuresSequence, Tags.SliceThickness)),
            Slope = scale.Slope,
            Intercept = scale.Intercept,
            UnitCode = scale.UnitCode,
            Rule = scale.Rule,
            HasTable = scale.HasTable,
            Component = component,
            Content = FrameKind.Content(types),
            EchoTimeMs = echo,
            TemporalPosition = temporal is >= 0 and < int.MaxValue ? (int)temporal.Value : null,
            AcquiredAt = acquired,
            TriggerTimeMs = trigger,
            StackId = groups.Text(Tags.FrameContentSequence, Tags.StackId),
            BValue = DicomDiffusion.BValue(groups),
            Gradient = DicomDiffusion.Gradient(groups),
            Directionality = DicomDiffusion.Directionality(groups),
            IsTrace = DicomDiffusion.IsTrace(groups, types),
            HasUnplacedDirection = DicomDiffusion.HasUnplacedDirection(groups),
            Order =
            [
                temporal ?? 0,
                echo ?? 0,
                groups.Number(Tags.FrameContentSequence, Tags.FrameAcquisitionNumber) ?? groups.Top.GetDouble(Tags.AcquisitionNumber) ?? 0,
                acquired is { } at ? (at - DateTime.UnixEpoch).TotalSeconds : 0,
                trigger ?? 0,
                groups.Top.GetDouble(Tags.InstanceNumber) ?? 0,
            ],
        };
    }

    /// <summary>No scanner is a kilometre wide, and none resolves a nanometre; beyond that, sums of squares lose their meaning.</summary>
    private static void RequirePlausible(IReadOnlyList<double> position, IReadOnlyList<double> spacing)
    {
        if (!(spacing[0] is > 1e-6 and < 1e6 && spacing[1] is > 1e-6 and < 1e6))
        {
            throw new DicomGeometryException(FormattableString.Invariant($"PixelSpacing {spacing[0]} and {spacing[1]}"), "two distances above 0 mm and below a kilometre") { IsWrong = true };
        }

        if (position.Take(3).Any(p => !(Math.Abs(p) < 1e6)))
        {
            throw new DicomGeometryException($"ImagePositionPatient {string.Join(", ", position.Take(3).Select(p => FormattableString.Invariant($"{p}")))}", "a place within a kilometre") { IsWrong = true };
        }
    }

    private static (Vector3 Row, Vector3 Column) Directions(IReadOnlyList<double> cosines)
    {
        var row = new Vector3(cosines[0], cosines[1], cosines[2]);
        var column = new Vector3(cosines[3], cosines[4], cosines[5]);
        // Cosines are written with few digits; 1 % off a right angle or off length 1 is no direction.
        return Math.Abs(row.Length - 1) < 0.01 && Math.Abs(column.Length - 1) < 0.01 && Math.Abs(row.Dot(column)) < 0.01
            ? (row.Normalised(), column.Normalised())
            : throw new DicomGeometryException($"ImageOrientationPatient {string.Join(", ", cosines.Select(c => FormattableString.Invariant($"{c}")))}", "two directions of length 1 at a right angle") { IsWrong = true };
    }

    /// <summary>FrameType of the frame's own group with what ImageType says of the object; in a mixed object FrameType alone counts.</summary>
    private static IReadOnlyList<string> FrameTypes(FrameGroups groups, IReadOnlyList<string> objectTypes)
    {
        foreach (var sequence in new[] { Tags.MrImageFrameTypeSequence, CtImageFrameTypeSequence, PetFrameTypeSequence })
        {
            if (groups.Sequence(sequence) is [var item, ..] && item.GetStrings(Tags.FrameType) is { Count: > 0 } own)
            {
                return own;
            }
        }

        return objectTypes;
    }

    private static DateTime? AcquiredAt(FrameGroups groups) =>
        DicomTime.Instant(groups.Text(Tags.FrameContentSequence, Tags.FrameAcquisitionDateTime))
        ?? DicomTime.Instant(groups.Top.GetString(Tags.AcquisitionDateTime))
        ?? DicomTime.Instant(groups.Top.GetString(Tags.AcquisitionDate) ?? groups.Top.GetString(Tags.SeriesDate), groups.Top.GetString(Tags.AcquisitionTime));

    private static double? Positive(double? value) => value is > 1e-6 and < 1e6 ? value : null;

    private static IReadOnlyList<double> Numbers(FrameGroups groups, DicomTag sequence, DicomTag tag, int count) =>
        groups.Numbers(sequence, tag) is { } numbers && numbers.Count >= count
            ? numbers
            : groups.Text(sequence, tag) is { } text && AttributeReader.Clean(text) is { Length: > 0 } stated
                ? throw new DicomGeometryException($"{tag.Keyword} '{stated[..Math.Min(stated.Length, 40)]}'", $"{count} numbers") { IsWrong = true }
                : throw new DicomGeometryException($"no {tag.Keyword}", $"{count} numbers");
}
