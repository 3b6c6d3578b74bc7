using System.Buffers.Binary;
using Etalon.Dicom;

namespace Etalon.Imaging.Dicom.Write;

/// <summary>A map of real values that is to be written.</summary>
public sealed record MapToWrite
{
    /// <summary>Values.</summary>
    public required Volume Values { get; init; }

    /// <summary>Which voxels have a value; null: all.</summary>
    public IReadOnlyList<bool>? HasValue { get; init; }

    /// <summary>What the values are of (CID 7180 where it has a code).</summary>
    public required DicomCode Quantity { get; init; }

    /// <summary>For a map that tells of another one, as a map of uncertainty: that one's quantity.</summary>
    public DicomCode? OfQuantity { get; init; }

    /// <summary>Unit (UCUM) as a code; its value is what the values of the volume are in.</summary>
    public required DicomCode Unit { get; init; }

    /// <summary>How the values were derived from the source (CID 7203).</summary>
    public required DicomCode Derivation { get; init; }

    /// <summary>In words; made to fit.</summary>
    public string Explanation { get; init; } = "";
}

/// <summary>Writes maps as Parametric Map objects (PS3.3 A.75) with 32-bit float pixels and a real-world value map of slope 1.</summary>
public static class ParametricMapWriter
{
    private static readonly DicomCode QuantityConcept = new("246205007", "SCT", "Quantity");
    private static readonly DicomCode Purpose = new("121322", "DCM", "Source image for image processing operation");

    /// <summary>Writes a map, a frame for each slice.</summary>
    /// <exception cref="ArgumentException">No voxel has a value, a value is not finite, or the grid's axes are not at right angles.</exception>
    public static WrittenObject Write(DerivedObjectHeader header, MapToWrite map)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(map);
        var grid = map.Values.Grid;
        EnhancedFrames.RequireOrthogonal(grid);
        var (least, most, padding) = Range(map);
        var shared = EnhancedFrames.Shared(grid)
            .SetSequence(new DicomTag(0x0040, 0x9092), new DicomDatasetBuilder().Set(Tags.FrameType, "DERIVED", "PRIMARY", "VOLUME", "QUANTITY"))
            .SetSequence(Tags.PixelValueTransformationSequence, new DicomDatasetBuilder().Set(Tags.RescaleIntercept, 0.0).Set(Tags.RescaleSlope, 1.0).Set(Tags.RescaleType, "US"))
            .SetSequence(Tags.RealWorldValueMappingSequence, Mapping(map, least, most))
            .SetSequence(Tags.FrameVoiLutSequence, new DicomDatasetBuilder()
                .Set(Tags.WindowCenter, 0.5 * (least + most)).Set(Tags.WindowWidth, most > least ? (double)most - least : 1).Set(new DicomTag(0x0028, 0x1056), "LINEAR_EXACT"));
        var builder = DerivedObject.Begin(header, DerivedObject.ParametricMap, "OT")
            .SetContent(header)
            .SetFrameOfReference(header)
            .SetReferences(header)
            .Set(Tags.ImageType, "DERIVED", "PRIMARY", "VOLUME", "QUANTITY")
            // Of paired structures the standard wants the side; it is not known here.
            .SetEmpty(Tags.Laterality)
            .Set(Tags.PixelPresentation, "MONOCHROME")
            .Set(Tags.VolumetricProperties, "VOLUME")
            .Set(Tags.VolumeBasedCalculationTechnique, "NONE")
            .Set(new DicomTag(0x0018, 0x9004), "RESEARCH")
            .SetSequence(new DicomTag(0x0040, 0x0555), [])
            .Set(Tags.SamplesPerPixel, 1)
            .Set(Tags.PhotometricInterpretation, "MONOCHROME2")
            .Set(new DicomTag(0x2050, 0x0020), "IDENTITY")
            .Set(Tags.NumberOfFrames, grid.Nz)
            .Set(Tags.Rows, grid.Ny)
            .Set(Tags.Columns, grid.Nx)
            .Set(Tags.BitsAllocated, 32)
            .Set(Tags.BurnedInAnnotation, "NO")
            .Set(new DicomTag(0x0028, 0x0302), "NO")
            .Set(Tags.LossyImageCompression, "00")
            .SetDimensions(header.SeriesUid, withSegments: false)
            .SetSequence(Tags.SharedFunctionalGroupsSequence, shared)
            .SetSequence(Tags.PerFrameFunctionalGroupsSequence, Enumerable.Range(0, grid.Nz).Select(k => EnhancedFrames.Frame(header, grid, k, [k + 1], map.Derivation, Purpose)))
            .SetBytes(Tags.FloatPixelData, DicomVr.OF, Bytes(map, padding));
        if (new[] { map.Quantity, map.OfQuantity, map.Unit, map.Derivation }.Any(c => c?.Scheme == EtalonCodes.Scheme))
        {
            builder.SetSequence(EtalonCodes.CodingSchemeIdentificationSequence, EtalonCodes.SchemeItem());
        }

        if (padding is { } value)
        {
            // The range is that one value; validators want both ends.
            builder.Set(Tags.FloatPixelPaddingValue, (double)value).Set(new DicomTag(0x0028, 0x0124), DicomVr.FL, (double)value);
        }

        return DerivedObject.Finish(builder, header, DerivedObject.ParametricMap);
    }

    private static DicomDatasetBuilder Mapping(MapToWrite map, float least, float most)
    {
        DicomDatasetBuilder Item(DicomCode concept, DicomCode value) => new DicomDatasetBuilder()
            .Set(Tags.ValueType, "CODE").SetCode(Tags.ConceptNameCodeSequence, concept).SetCode(Tags.ConceptCodeSequence, value);
        var quantity = new List<DicomDatasetBuilder> { Item(QuantityConcept, map.Quantity) };
        if (map.OfQuantity is { } other)
        {
            quantity.Add(Item(EtalonCodes.OfQuantity, other));
        }

        return new DicomDatasetBuilder()
            .Set(Tags.LutLabel, DicomText.Fit(map.Quantity.Value, DicomVr.SH))
            .Set(Tags.LutExplanation, DicomText.Fit(map.Explanation.Length > 0 ? map.Explanation : map.Quantity.Meaning, DicomVr.LO))
            .Set(Tags.DoubleFloatRealWorldValueFirstValueMapped, (double)least)
            .Set(Tags.DoubleFloatRealWorldValueLastValueMapped, (double)most)
            .Set(Tags.RealWorldValueIntercept, 0.0)
            .Set(Tags.RealWorldValueSlope, 1.0)
            .SetCode(Tags.MeasurementUnitsCodeSequence, map.Unit)
            .SetSequence(Tags.QuantityDefinitionSequence, quantity);
    }

    /// <summary>Range of the values, and a number for voxels without one: 0 where no voxel has that value, else one below all; null where all have a value.</summary>
    private static (float Least, float Most, float? Padding) Range(MapToWrite map)
    {
        var (least, most, zero, without) = (float.PositiveInfinity, float.NegativeInfinity, false, false);
        for (var n = 0; n < map.Values.Values.Length; n++)
        {
            if (map.HasValue is { } has && !has[n])
            {
                without = true;
                continue;
            }

            var value = map.Values.Values[n];
            if (!float.IsFinite(value))
            {
                throw new ArgumentException("A value of a map is not finite; say that the voxel has no value.");
            }

            (least, most, zero) = (Math.Min(least, value), Math.Max(most, value), zero || value == 0);
        }

        if (least > most)
        {
            throw new ArgumentException("A map has a value in one voxel or more.");
        }

        return (least, most, !without ? null : zero ? MathF.Floor(Math.Min(0, least)) - 1 : 0);
    }

    private static byte[] Bytes(MapToWrite map, float? padding)
    {
        var values = map.Values.Values;
        var bytes = new byte[checked(values.Length * sizeof(float))];
        for (var n = 0; n < values.Length; n++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(n * sizeof(float)), map.HasValue is { } has && !has[n] ? padding!.Value : values[n]);
        }

        return bytes;
    }
}
