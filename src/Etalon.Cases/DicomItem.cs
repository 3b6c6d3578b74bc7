using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Imaging.Dicom.Write;

namespace Etalon.Cases;

/// <summary>What is kept of one object after its file was closed.</summary>
internal sealed record DicomItem
{
    public required string Name { get; init; }

    public required string Modality { get; init; }

    public required string SopInstanceUid { get; init; }

    public required string StudyUid { get; init; }

    public required string SeriesUid { get; init; }

    public int? SeriesNumber { get; init; }

    public string StudyId { get; init; } = "";

    /// <summary>Number of the path, among those given, in which it was met first.</summary>
    public int Source { get; init; }

    public string PatientId { get; init; } = "";

    public string Issuer { get; init; } = "";

    public string PatientName { get; init; } = "";

    /// <summary>StudyDate with StudyTime (midnight where the time is missing), local to the scanner.</summary>
    public DateTime? Study { get; init; }

    /// <summary>Day the image says it was acquired on.</summary>
    public DateTime? AcquiredOn { get; init; }

    /// <summary>Instant that the acquisition began, local to the scanner; null where not stated to the second.</summary>
    public DateTime? AcquiredAt { get; init; }

    /// <summary>Offset from UTC where stated.</summary>
    public TimeSpan? Offset { get; init; }

    /// <summary>ImageType, and FrameType of enhanced objects.</summary>
    public IReadOnlyList<string> ImageType { get; init; } = [];

    /// <summary>Whether a code of the object says that it is an ADC map.</summary>
    public bool IsCodedAdc { get; init; }

    /// <summary>Description and protocol in lower case: to tell images apart, never to be shown.</summary>
    public string Words { get; init; } = "";

    public bool HasContrast { get; init; }

    public DicomImage? Image { get; init; }

    /// <summary>Patient and study, for objects that are written beside this one; of images alone.</summary>
    public DicomStudyHeader? Header { get; init; }

    public RtStructures? Structures { get; init; }

    /// <summary>Segments without their voxels; null where it is no segmentation.</summary>
    public SegmentationItem? Segmentation { get; init; }

    public PetHeader? Pet => PetFrames is [var first, ..] ? first : null;

    /// <summary>For PET: header of each frame; empty for others.</summary>
    public IReadOnlyList<PetHeader> PetFrames { get; init; } = [];

    /// <summary>Objects and series that it says it was computed from.</summary>
    public IReadOnlySet<string> Sources { get; init; } = new HashSet<string>();

    /// <summary>How it was acquired; without b-values.</summary>
    public Acquisition? Acquisition { get; init; }

    /// <summary>What its header says that cannot be, or says twice; about the object, which is not named.</summary>
    public IReadOnlyList<Metrology.Finding> HeaderFindings { get; init; } = [];

    /// <summary>Whether the object is of a patient at all; directories of media and palettes are not.</summary>
    public bool IsOfAPatient => StudyUid.Length > 0 || PatientId.Length > 0 || Image is not null || Structures is not null || Segmentation is not null;

    /// <summary>Reads an object; geometry that makes no sense leaves <see cref="Image"/> null and gives the reason.</summary>
    /// <exception cref="DicomException">A sequence of the object is damaged.</exception>
    public static DicomItem Of(DicomFile file, out DicomGeometryException? trouble)
    {
        var d = file.Dataset;
        trouble = null;
        var item = new DicomItem
        {
            Name = file.Name,
            Modality = d.GetString(Tags.Modality) ?? "",
            SopInstanceUid = d.GetString(Tags.SopInstanceUid) ?? "",
            StudyUid = d.GetString(Tags.StudyInstanceUid) ?? "",
            SeriesUid = d.GetString(Tags.SeriesInstanceUid) ?? "",
            SeriesNumber = d.GetInt(Tags.SeriesNumber),
            StudyId = d.GetString(Tags.StudyId)?.Trim() ?? "",
            PatientId = PatientIdentity.Identifier(d.GetString(Tags.PatientId)),
            Issuer = PatientIdentity.Identifier(d.GetString(Tags.IssuerOfPatientId)),
            PatientName = d.GetString(Tags.PatientName) ?? "",
            Study = DicomTime.InstantOrMidnight(d.GetString(Tags.StudyDate), d.GetString(Tags.StudyTime)),
            AcquiredOn = (DicomTime.Instant(d.GetString(Tags.AcquisitionDateTime)) ?? DicomTime.Date(d.GetString(Tags.AcquisitionDate)) ?? DicomTime.Date(d.GetString(Tags.SeriesDate)))?.Date,
            AcquiredAt = DicomTime.Instant(d.GetString(Tags.AcquisitionDateTime)) ?? DicomTime.Instant(d.GetString(Tags.AcquisitionDate), d.GetString(Tags.AcquisitionTime)),
            Offset = OffsetOf(d.GetString(Tags.TimezoneOffsetFromUtc)),
        };
        if (item.Modality == "RTSTRUCT")
        {
            return item with { Structures = RtStructures.Read(file) };
        }

        if (SegmentationReader.IsOne(file))
        {
            try
            {
                return item with { Segmentation = SegmentationItem.Of(SegmentationReader.ReadHeader(file)) };
            }
            catch (DicomGeometryException e)
            {
                trouble = e;
                return item;
            }
        }

        if (item.Modality is not ("MR" or "CT" or "PT") || !DicomPixels.AreIn(d))
        {
            return item;
        }

        try
        {
            return WithImage(item, file);
        }
        catch (DicomGeometryException e)
        {
            trouble = e;
            return item;
        }
    }

    private static DicomItem WithImage(DicomItem item, DicomFile file)
    {
        var d = file.Dataset;
        var frame = d.GetSequence(Tags.PerFrameFunctionalGroupsSequence) is [var first, ..] ? first : DicomDataset.Empty;
        var derivation = frame.GetSequence(Tags.DerivationImageSequence) is [var derived, ..] ? derived : DicomDataset.Empty;
        var acquisition = DicomAcquisition.Read(file, item.SeriesUid, []);
        var image = DicomImageReader.Read(file);
        return item with
        {
            HeaderFindings = [.. Imaging.Dicom.HeaderFindings.Of(file, acquisition, "")],
            Image = image,
            Header = DicomStudyHeader.Read(d),
            PetFrames = item.Modality == "PT" ? [.. Enumerable.Range(0, image.Frames.Count).Select(n => PetHeader.ReadFrame(file, n))] : [],
            ImageType = [.. d.GetStrings(Tags.ImageType)],
            IsCodedAdc = derivation.GetSequence(Tags.DerivationCodeSequence) is [var code, ..] && code.GetString(Tags.CodeValue) == "113041",
            Words = $"{d.GetString(Tags.SeriesDescription)} {d.GetString(Tags.ProtocolName)}".ToLowerInvariant(),
            HasContrast = !string.IsNullOrWhiteSpace(d.GetString(Tags.ContrastBolusAgent)) || d.GetSequence(Tags.ContrastBolusAgentSequence).Count > 0,
            Sources = SourcesOf(d, derivation),
            Acquisition = acquisition.Essential(),
        };
    }

    private static HashSet<string> SourcesOf(DicomDataset d, DicomDataset derivation)
    {
        var uids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var study in d.GetSequence(new DicomTag(0x0008, 0x9154)))
        {
            foreach (var series in study.GetSequence(Tags.ReferencedSeriesSequence))
            {
                uids.UnionWith(new[] { series.GetString(Tags.SeriesInstanceUid) }.OfType<string>());
            }
        }

        uids.UnionWith(d.GetSequence(Tags.SourceImageSequence).Concat(derivation.GetSequence(Tags.SourceImageSequence)).Select(s => s.GetString(Tags.ReferencedSopInstanceUid)).OfType<string>());
        return uids;
    }

    private static TimeSpan? OffsetOf(string? text) =>
        text is { Length: 5 } && text[0] is '+' or '-' && DicomTime.OfDay(text![1..]) is { } size && size <= TimeSpan.FromHours(14) ? text[0] == '-' ? -size : size : null;
}
