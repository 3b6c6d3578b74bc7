using Etalon.Dicom;

namespace Etalon.Imaging.Dicom;

/// <summary>Frames of an RT Dose object: they have no functional groups, and lie where GridFrameOffsetVector says (PS3.3 C.8.8.3.2).</summary>
internal static class DoseGrid
{
    private const string Dose = "1.2.840.10008.5.1.4.1.1.481.2";

    /// <summary>Whether an object is a dose of several planes.</summary>
    public static bool IsOne(DicomDataset data) => data.GetString(Tags.SopClassUid) == Dose && data.Contains(Tags.GridFrameOffsetVector);

    /// <summary>The planes, with dose as real value.</summary>
    /// <param name="data">The object.</param>
    /// <param name="first">Its first plane.</param>
    /// <param name="count">NumberOfFrames.</param>
    /// <exception cref="DicomGeometryException">The offsets are not those of all planes, or the scaling is none.</exception>
    public static List<DicomFrame> Frames(DicomDataset data, DicomFrame first, int count)
    {
        if (data.GetDoubles(Tags.GridFrameOffsetVector) is not { } offsets || offsets.Count != count)
        {
            throw new DicomGeometryException($"{count} planes with {data.GetDoubles(Tags.GridFrameOffsetVector)?.Count ?? 0} values of GridFrameOffsetVector", "one for each plane");
        }

        if (data.GetDouble(Tags.DoseGridScaling) is not { } scaling || scaling == 0)
        {
            throw new DicomGeometryException("no usable DoseGridScaling", "a factor other than 0");
        }

        var unit = data.GetString(Tags.DoseUnits) == "GY" ? "Gy" : null;
        return [.. offsets.Select((offset, n) => first with
        {
            Index = n,
            Position = Position(first, offsets[0], offset),
            Slope = scaling,
            Intercept = 0,
            UnitCode = unit,
            Rule = ValueRule.DoseGridScaling,
            StatedSliceSpacingMm = first.StatedSliceSpacingMm,
        })];
    }

    /// <summary>Offsets from 0 run along the normal; others are z of the patient, which transverse planes alone may have.</summary>
    private static Vector3 Position(DicomFrame first, double start, double offset)
    {
        if (start == 0)
        {
            return first.Position + first.Normal * offset;
        }

        var isTransverse = Math.Abs(Math.Abs(first.Normal.Z) - 1) < 1e-3;
        return isTransverse && Math.Abs(start - first.Position.Z) < 0.01
            ? new Vector3(first.Position.X, first.Position.Y, offset)
            : throw new DicomGeometryException(FormattableString.Invariant($"GridFrameOffsetVector that begins with {start}"), "0, or the z of ImagePositionPatient of transverse planes");
    }
}
