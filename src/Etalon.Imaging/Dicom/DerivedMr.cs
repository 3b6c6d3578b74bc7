using System.Globalization;
using System.Text.RegularExpressions;
using Etalon.Dicom;

namespace Etalon.Imaging.Dicom;

/// <summary>Attributes of MR that stand in no one standard place: diffusion, phase encoding, slice timing, acceleration.</summary>
internal static partial class DerivedMr
{
    /// <summary>Fills in what the table could not read.</summary>
    public static void Complete(List<AcquisitionAttribute> record, DicomFile file, FrameGroups groups, IReadOnlyList<double> bValues)
    {
        Diffusion(record, groups, bValues);
        PhaseEncoding(record, groups);
        Acceleration(record, groups);
        var times = SliceTimes.Of(file);
        if (times.Seconds is { } seconds)
        {
            DicomAcquisition.Set(record, DicomAcquisition.Derived("SliceTiming", seconds, times.How));
            if (SliceTimes.Multiband(seconds) is { } factor)
            {
                TellMultiband(record, factor);
            }
        }
    }

    private static void Diffusion(List<AcquisitionAttribute> record, FrameGroups groups, IReadOnlyList<double> bValues)
    {
        var stated = DicomDiffusion.Stated(groups).ToList();
        var attribute = DicomAcquisition.BValues(bValues.Count > 0 ? bValues : [.. stated.Take(1).Select(s => s.Value)]);
        // Nominal and applied b differ by a few per cent where the imaging gradients are counted; more is another b.
        if (stated.FindIndex(s => Math.Abs(s.Value - stated[0].Value) > 5 + (0.05 * Math.Max(s.Value, stated[0].Value))) is >= 0 and var odd)
        {
            attribute = attribute with
            {
                State = AttributeState.Contradicted,
                How = FormattableString.Invariant($"{stated[0].Place} says {stated[0].Value:0.###}, {stated[odd].Place} says {stated[odd].Value:0.###}"),
            };
        }

        DicomAcquisition.Set(record, attribute);
        if (bValues.Count > 1)
        {
            var counts = bValues.GroupBy(b => b).Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Key:0.###}:{g.Count()}"));
            DicomAcquisition.Set(record, new AcquisitionAttribute("DiffusionBValueCounts", string.Join(" ", counts), AttributeState.Derived) { How = "volumes of the series by b-value" });
        }
    }

    /// <summary>Along a row i, along a column j, with a minus where it runs against the order of the stored voxels.</summary>
    private static void PhaseEncoding(List<AcquisitionAttribute> record, FrameGroups groups)
    {
        var axis = record.Find(a => a.Name == "InPlanePhaseEncodingDirection")?.Value switch { "COL" or "COLUMN" => "j", "ROW" => "i", _ => null };
        if (axis is null)
        {
            return;
        }

        var (isPositive, place) = Polarity(groups);
        if (isPositive is { } positive)
        {
            DicomAcquisition.Set(record, new AcquisitionAttribute("PhaseEncodingDirection", positive ? axis : axis + "-", AttributeState.Derived) { How = $"(0018,1312) and {place}; axes of the stored image" });
        }
    }

    private static (bool? IsPositive, string Place) Polarity(FrameGroups groups)
    {
        if (DicomDiffusion.Csa(groups.Top, "PhaseEncodingDirectionPositive") is [var csa, ..])
        {
            return (csa is 0 or 1 ? csa == 1 : null, "CSA header PhaseEncodingDirectionPositive");
        }

        var xa = XaFrame(groups);
        if (xa is not null && xa.TryGetPrivate(0x0021, "SIEMENS MR SDI 02", 0x1C, out var element) && Number(element) is { } positive)
        {
            return (positive is 0 or 1 ? positive == 1 : null, "(0021,xx1C) SIEMENS MR SDI 02");
        }

        var isGe = groups.Top.GetString(Tags.Manufacturer)?.StartsWith("GE", StringComparison.OrdinalIgnoreCase) == true;
        return !isGe ? (null, "") : groups.Top.GetString(new DicomTag(0x0018, 0x9034)) switch
        {
            "LINEAR" => (true, "(0018,9034)"),
            "REVERSE_LINEAR" => (false, "(0018,9034)"),
            _ => (null, ""),
        };
    }

    /// <summary>The private group of a frame in Siemens' XA software; null elsewhere.</summary>
    internal static DicomDataset? XaFrame(FrameGroups groups) =>
        groups.Private(0x0021, "SIEMENS MR SDI 02", 0xFE, "Siemens")?.ReadItems() is [var item, ..] ? item : null;

    private static void Acceleration(List<AcquisitionAttribute> record, FrameGroups groups)
    {
        if (record.Find(a => a.Name == "ParallelReductionFactorInPlane") is not { State: AttributeState.Absent })
        {
            return;
        }

        if (groups.Private(0x0051, "SIEMENS MR HEADER", 0x11, "Siemens")?.ReadStrings() is [var mode, ..] && InPlane().Match(mode) is { Success: true } match)
        {
            DicomAcquisition.Set(record, DicomAcquisition.Derived("ParallelReductionFactorInPlane", [double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)], "(0051,xx11) SIEMENS MR HEADER"));
        }
        else if (groups.Private(0x0043, "GEMS_PARM_01", 0x83, "GE")?.ReadDoubles(DicomVr.DS) is [> 0 and <= 1 and var share, ..])
        {
            DicomAcquisition.Set(record, DicomAcquisition.Derived("ParallelReductionFactorInPlane", [Math.Round(1 / share, 4)], "1 / (0043,xx83) GEMS_PARM_01"));
        }
    }

    private static void TellMultiband(List<AcquisitionAttribute> record, int factor)
    {
        DicomAcquisition.Set(record, DicomAcquisition.Derived("MultibandAccelerationFactor", [factor], "slices at one time"));
        if (factor > 1 && record.Find(a => a.Name == "ParallelReductionFactorOutOfPlane") is { Number: { } stated } attribute && Math.Abs(stated - factor) > 1e-6)
        {
            DicomAcquisition.Set(record, attribute with { State = AttributeState.Contradicted, How = $"(0018,9155) says {AttributeReader.Text(stated)}, {factor} slices were taken at one time" });
        }
    }

    private static double? Number(DicomElement element) =>
        element.ReadDoubles(DicomVr.IS) is [var n, ..] ? n : null;

    [GeneratedRegex(@"\bp([1-9])\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex InPlane();
}
