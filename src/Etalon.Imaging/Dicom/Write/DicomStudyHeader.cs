using System.Globalization;
using Etalon.Dicom;

namespace Etalon.Imaging.Dicom.Write;

/// <summary>Whose study a written object belongs to: the attributes of the patient and study modules (PS3.3 C.7.1.1, C.7.2.1, C.7.2.2), made valid.</summary>
/// <remarks>What a source states wrongly (a date that is none, a sex that is no code) is left empty rather than repeated.</remarks>
public sealed record DicomStudyHeader
{
    /// <summary>PatientName; may be empty.</summary>
    public string PatientName { get; init; } = "";

    /// <summary>PatientID; may be empty.</summary>
    public string PatientId { get; init; } = "";

    /// <summary>IssuerOfPatientID; null where not stated.</summary>
    public string? IssuerOfPatientId { get; init; }

    /// <summary>PatientBirthDate; null where not known.</summary>
    public DateTime? PatientBirthDate { get; init; }

    /// <summary>PatientSex: M, F or O; empty where not known.</summary>
    public string PatientSex { get; init; } = "";

    /// <summary>PatientWeight, kg; null where not known.</summary>
    public double? WeightKg { get; init; }

    /// <summary>PatientSize, m; null where not known.</summary>
    public double? SizeM { get; init; }

    /// <summary>StudyInstanceUID.</summary>
    public required string StudyUid { get; init; }

    /// <summary>StudyDate; null where not known.</summary>
    public DateTime? StudyDate { get; init; }

    /// <summary>StudyTime; null where not known.</summary>
    public TimeSpan? StudyTime { get; init; }

    /// <summary>StudyID; may be empty.</summary>
    public string StudyId { get; init; } = "";

    /// <summary>AccessionNumber; may be empty.</summary>
    public string AccessionNumber { get; init; } = "";

    /// <summary>ReferringPhysicianName; may be empty.</summary>
    public string ReferringPhysicianName { get; init; } = "";

    /// <summary>StudyDescription; may be empty.</summary>
    public string StudyDescription { get; init; } = "";

    /// <summary>TimezoneOffsetFromUTC as stated, such as <c>+0100</c>; null where not stated.</summary>
    public string? TimezoneOffset { get; init; }

    /// <summary>How the patient's identity was removed; null where it was not.</summary>
    public string? Deidentification { get; init; }

    /// <summary>Reads the attributes of an object.</summary>
    public static DicomStudyHeader Read(DicomDataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        string Text(DicomTag tag, DicomVr vr) => DicomText.Fit(data.GetString(tag) ?? "", vr);
        double? Positive(DicomTag tag, double most) => data.GetDouble(tag) is { } value && value > 0 && value < most ? value : null;
        var study = data.GetString(Tags.StudyInstanceUid);
        return new DicomStudyHeader
        {
            PatientName = Text(Tags.PatientName, DicomVr.PN),
            PatientId = Text(Tags.PatientId, DicomVr.LO),
            IssuerOfPatientId = Text(Tags.IssuerOfPatientId, DicomVr.LO) is { Length: > 0 } issuer ? issuer : null,
            PatientBirthDate = DicomTime.Date(data.GetString(Tags.PatientBirthDate)),
            PatientSex = data.GetString(Tags.PatientSex) is "M" or "F" or "O" ? data.GetString(Tags.PatientSex)! : "",
            WeightKg = Positive(Tags.PatientWeight, 1000),
            SizeM = Positive(Tags.PatientSize, 10),
            StudyUid = DicomUid.IsValid(study) ? study! : DicomUid.Derive("study without a valid UID", study ?? ""),
            StudyDate = DicomTime.Date(data.GetString(Tags.StudyDate)),
            StudyTime = DicomTime.OfDay(data.GetString(Tags.StudyTime)),
            StudyId = Text(Tags.StudyId, DicomVr.SH),
            AccessionNumber = Text(Tags.AccessionNumber, DicomVr.SH),
            ReferringPhysicianName = Text(new DicomTag(0x0008, 0x0090), DicomVr.PN),
            StudyDescription = Text(Tags.StudyDescription, DicomVr.LO),
            TimezoneOffset = data.GetString(Tags.TimezoneOffsetFromUtc) is { Length: 5 } zone && zone[0] is '+' or '-' && DicomTime.OfDay(zone[1..]) is not null ? zone : null,
        };
    }

    /// <summary>The same study of a pseudonym: nothing that names or describes the person stays, and the study gets a UID of its own, since one study
    /// cannot belong to two patient identifiers. Dates stay.</summary>
    public DicomStudyHeader Pseudonymous(string pseudonym) => new()
    {
        PatientName = pseudonym,
        PatientId = pseudonym,
        StudyUid = DicomUid.Derive("pseudonymous study", pseudonym, StudyUid),
        StudyDate = StudyDate,
        StudyTime = StudyTime,
        TimezoneOffset = TimezoneOffset,
        Deidentification = "Pseudonym for PatientID and PatientName; dates and UIDs of referenced objects retained",
    };

    internal void AddTo(DicomDatasetBuilder builder)
    {
        builder
            .Set(Tags.PatientName, PatientName)
            .Set(Tags.PatientId, PatientId)
            .Set(Tags.PatientBirthDate, Date(PatientBirthDate))
            .Set(Tags.PatientSex, PatientSex)
            .Set(Tags.StudyInstanceUid, StudyUid)
            .Set(Tags.StudyDate, Date(StudyDate))
            .Set(Tags.StudyTime, StudyTime?.ToString("hhmmss", CultureInfo.InvariantCulture) ?? "")
            .Set(Tags.StudyId, StudyId)
            .Set(Tags.AccessionNumber, AccessionNumber)
            .Set(new DicomTag(0x0008, 0x0090), ReferringPhysicianName);
        SetText(builder, Tags.StudyDescription, StudyDescription);
        SetText(builder, Tags.IssuerOfPatientId, IssuerOfPatientId);
        SetText(builder, Tags.TimezoneOffsetFromUtc, TimezoneOffset);
        SetNumber(builder, Tags.PatientWeight, WeightKg);
        SetNumber(builder, Tags.PatientSize, SizeM);
        if (Deidentification is { } method)
        {
            // Dates and references stay, so whoever holds the input finds the person: not removed in the sense of PS3.15.
            builder.Set(Tags.PatientIdentityRemoved, "NO").Set(Tags.DeidentificationMethod, DicomText.Fit(method, DicomVr.LO));
        }
    }

    private static string Date(DateTime? date) => date?.ToString("yyyyMMdd", CultureInfo.InvariantCulture) ?? "";

    private static void SetText(DicomDatasetBuilder builder, DicomTag tag, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            builder.Set(tag, text);
        }
    }

    private static void SetNumber(DicomDatasetBuilder builder, DicomTag tag, double? number)
    {
        if (number is { } value)
        {
            builder.Set(tag, value);
        }
    }
}
