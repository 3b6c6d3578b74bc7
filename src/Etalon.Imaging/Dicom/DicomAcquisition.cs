using System.Globalization;
using Etalon.Dicom;

namespace Etalon.Imaging.Dicom;

/// <summary>Reads how an image was acquired from the header of one of its objects.</summary>
public static class DicomAcquisition
{
    /// <summary>Attributes of a PET image that its SUV depends on, beside the device.</summary>
    private static readonly (string Name, DicomTag Tag)[] PetAttributes =
    [
        ("Radiopharmaceutical", Tags.Radiopharmaceutical), ("Units", Tags.Units), ("DecayCorrection", Tags.DecayCorrection), ("CorrectedImage", Tags.CorrectedImage),
        ("ReconstructionMethod", Tags.ReconstructionMethod), ("ConvolutionKernel", Tags.ConvolutionKernel), ("ActualFrameDuration", Tags.ActualFrameDuration),
    ];

    private static readonly (string Name, DicomTag Tag)[] CtAttributes =
    [
        ("KVP", Tags.Kvp), ("ConvolutionKernel", Tags.ConvolutionKernel), ("SliceThickness", Tags.SliceThickness),
    ];

    /// <summary>Reads the record.</summary>
    /// <param name="file">Any object of the series.</param>
    /// <param name="id">Unique within the case.</param>
    /// <param name="bValues">b-values of the series, s/mm²; empty where it has none.</param>
    public static Acquisition Read(DicomFile file, string id, IReadOnlyList<double> bValues)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(bValues);
        var data = file.Dataset;
        var shared = data.GetSequence(Tags.SharedFunctionalGroupsSequence) is [var s, ..] ? s : DicomDataset.Empty;
        var first = data.GetSequence(Tags.PerFrameFunctionalGroupsSequence) is [var f, ..] ? f : DicomDataset.Empty;
        var groups = new FrameGroups(data, shared, first);
        var attributes = new List<AcquisitionAttribute>
        {
            Of("Manufacturer", data.GetString(Tags.Manufacturer)),
            Of("ManufacturersModelName", data.GetString(Tags.ManufacturerModelName)),
            Of("DeviceSerialNumber", data.GetString(Tags.DeviceSerialNumber)),
            Of("StationName", data.GetString(Tags.StationName)),
            Of("SoftwareVersions", data.GetString(Tags.SoftwareVersions)),
        };
        switch (data.GetString(Tags.Modality))
        {
            case "PT":
                var drug = data.GetSequence(Tags.RadiopharmaceuticalInformationSequence) is [var d, ..] ? d : DicomDataset.Empty;
                attributes.AddRange(PetAttributes.Select(a => Of(a.Name, data.GetString(a.Tag) ?? drug.GetString(a.Tag))));
                break;
            case "CT":
                attributes.AddRange(CtAttributes.Select(a => Of(a.Name, data.GetString(a.Tag))));
                break;
            default:
                AddMr(attributes, groups, bValues);
                break;
        }

        var time = DicomTime.Instant(data.GetString(Tags.AcquisitionDateTime)) ?? DicomTime.Instant(data.GetString(Tags.AcquisitionDate), data.GetString(Tags.AcquisitionTime));
        attributes.Add(Of("AcquisitionDateTime", time?.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture)));
        return new Acquisition(id, attributes);
    }

    private static void AddMr(List<AcquisitionAttribute> attributes, FrameGroups groups, IReadOnlyList<double> bValues)
    {
        attributes.Add(Field(groups.Top.GetDouble(Tags.MagneticFieldStrength)));
        attributes.Add(Seconds("EchoTime", groups.Number(Tags.MrEchoSequence, Tags.EffectiveEchoTime) ?? groups.Top.GetDouble(Tags.EchoTime)));
        attributes.Add(Seconds("RepetitionTime", groups.Number(Tags.MrTimingAndRelatedParametersSequence, Tags.RepetitionTime)));
        attributes.Add(Of("DiffusionBValue", bValues.Count == 0 ? null : string.Join(" ", bValues.Distinct().Select(b => b.ToString("0.###", CultureInfo.InvariantCulture)))));
        attributes.Add(Of("PulseSequenceType", groups.Top.GetString(Tags.PulseSequenceName) ?? groups.Top.GetString(Tags.SequenceName) ?? groups.Top.GetString(Tags.ScanningSequence)));
    }

    /// <summary>Tesla; some writers give gauss, and no magnet of a scanner has a hundred tesla.</summary>
    private static AcquisitionAttribute Field(double? stated) => stated switch
    {
        > 100 => new AcquisitionAttribute("MagneticFieldStrength", (stated.Value / 10_000).ToString(CultureInfo.InvariantCulture), AttributeState.Derived),
        > 0 => new AcquisitionAttribute("MagneticFieldStrength", stated.Value.ToString(CultureInfo.InvariantCulture), AttributeState.Present),
        _ => new AcquisitionAttribute("MagneticFieldStrength", null, AttributeState.Absent),
    };

    /// <summary>Times of a sequence in seconds, as BIDS has them; DICOM has milliseconds.</summary>
    private static AcquisitionAttribute Seconds(string name, double? milliseconds) =>
        Of(name, milliseconds > 0 ? (milliseconds.Value / 1000).ToString("0.######", CultureInfo.InvariantCulture) : null);

    private static AcquisitionAttribute Of(string name, string? value)
    {
        var text = value is null ? "" : new string([.. value.Trim().Take(200).Select(c => char.IsControl(c) ? ' ' : c)]);
        return text.Length == 0 ? new AcquisitionAttribute(name, null, AttributeState.Absent) : new AcquisitionAttribute(name, text, AttributeState.Present);
    }
}
