using Etalon.Dicom;
using Etalon.Metrology;

namespace Etalon.Imaging.Dicom;

/// <summary>A map read from a Parametric Map object.</summary>
/// <param name="Values">Real values with their unit; where <paramref name="HasValue"/> is false they mean nothing.</param>
/// <param name="HasValue">Whether a voxel has a value: finite, and not the object's padding value.</param>
/// <param name="Quantity">What the values are of; null where not stated.</param>
/// <param name="UnitCode">Unit as stated, with its annotation; null where not stated.</param>
/// <param name="FrameOfReferenceUid">FrameOfReferenceUID; null where not stated.</param>
public sealed record DicomParametricMap(Volume Values, IReadOnlyList<bool> HasValue, DicomCode? Quantity, DicomCode? UnitCode, string? FrameOfReferenceUid);

/// <summary>Reads Parametric Map objects (PS3.3 A.75): float, double or whole numbers with their real-world value map.</summary>
public static class ParametricMapReader
{
    /// <summary>Whether an object is a parametric map.</summary>
    public static bool IsOne(DicomFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Dataset.GetString(Tags.SopClassUid) == Write.DerivedObject.ParametricMap;
    }

    /// <summary>Reads an object of one map.</summary>
    /// <exception cref="DicomException">The object is damaged or its pixels are too short.</exception>
    /// <exception cref="DicomGeometryException">Its frames are no volume, or several.</exception>
    public static DicomParametricMap Read(DicomFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var image = DicomImageReader.Read(file);
        var troubles = new List<Finding>();
        if (DicomStacks.Build([image], "the map", troubles) is not [{ Layout: { Volumes.Count: 1 } layout }])
        {
            throw new DicomGeometryException(troubles is [var trouble, ..] ? trouble.Found : "several frames at one place", "one frame for each of evenly spaced slices");
        }

        var values = DicomVolumeReader.Read(layout, _ => [file]).Volumes[0];
        var shared = file.Dataset.GetSequence(Tags.SharedFunctionalGroupsSequence) is [var s, ..] ? s : DicomDataset.Empty;
        var own = file.Dataset.GetSequence(Tags.PerFrameFunctionalGroupsSequence) is [var f, ..] ? f : DicomDataset.Empty;
        var mapping = new FrameGroups(file.Dataset, shared, own).Sequence(Tags.RealWorldValueMappingSequence) is [var m, ..] ? m : DicomDataset.Empty;
        var unit = mapping.GetSequence(Tags.MeasurementUnitsCodeSequence) is [var u, ..] ? DicomCode.Of(u) : null;
        var padding = (float?)file.Dataset.GetDouble(Tags.FloatPixelPaddingValue);
        return new DicomParametricMap(
            new Volume(layout.Grid, values, UnitOf(unit)), Array.ConvertAll(values, v => float.IsFinite(v) && v != padding), Quantity(mapping), unit, image.FrameOfReferenceUid);
    }

    private static DicomCode? Quantity(DicomDataset mapping) => mapping.GetSequence(Tags.QuantityDefinitionSequence)
        .Where(q => q.GetSequence(Tags.ConceptNameCodeSequence) is [var name, ..] && DicomCode.Of(name) is { Value: "246205007" or "G-C1C6" })
        .Select(q => q.GetSequence(Tags.ConceptCodeSequence) is [var code, ..] ? DicomCode.Of(code) : null).FirstOrDefault();

    /// <summary>The unit without its annotation in braces, which says what is measured and has no scale.</summary>
    private static Unit? UnitOf(DicomCode? code)
    {
        var text = code is { Scheme: "UCUM" } ? code.Value : null;
        var brace = text?.IndexOf('{', StringComparison.Ordinal) ?? -1;
        return Unit.TryParse(brace > 0 && text!.EndsWith('}') ? text[..brace] : text, out var unit) ? unit : null;
    }
}
