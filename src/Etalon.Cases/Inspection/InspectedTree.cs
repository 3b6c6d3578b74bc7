using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;

namespace Etalon.Cases.Inspection;

/// <summary>What the objects hold together: patients, visits, series, volumes, how they were acquired, and what is missing or wrong.</summary>
public sealed record InspectedTree
{
    /// <summary>Patients, by pseudonym unless identifiers were asked for.</summary>
    public required IReadOnlyList<InspectedPatient> Patients { get; init; }

    /// <summary>Studies of all patients, in order of time.</summary>
    public required IReadOnlyList<InspectedVisit> Visits { get; init; }

    /// <summary>Series of all visits.</summary>
    public required IReadOnlyList<InspectedSeries> Series { get; init; }

    /// <summary>One record for each stack of volumes, its <see cref="Acquisition.Id"/> the name of the stack within the series.</summary>
    public required IReadOnlyList<Acquisition> Acquisitions { get; init; }

    /// <summary>What measurands lack.</summary>
    public required IReadOnlyList<MissingAttributes> Missing { get; init; }

    /// <summary>What is wrong or peculiar, worst first.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }
}

/// <summary>A patient.</summary>
/// <param name="Id">Pseudonym.</param>
/// <param name="PatientId">PatientID; null unless asked for.</param>
/// <param name="Names">PatientNames; empty unless asked for.</param>
public sealed record InspectedPatient(string Id, string? PatientId, IReadOnlyList<string> Names);

/// <summary>A study of a patient.</summary>
/// <param name="Id">Pseudonym of the patient, and number of the study.</param>
/// <param name="Patient">Pseudonym.</param>
/// <param name="Time">When, local to the scanner; null where no date is stated.</param>
/// <param name="StudyUid">StudyInstanceUID; null unless asked for.</param>
public sealed record InspectedVisit(string Id, string Patient, DateTime? Time, string? StudyUid);

/// <summary>A series of a study.</summary>
/// <param name="Id">Visit and name, unique.</param>
/// <param name="Visit">The visit.</param>
/// <param name="Number">SeriesNumber; null where not stated.</param>
/// <param name="Modality">Modality.</param>
/// <param name="Description">SeriesDescription with names and identifiers taken out.</param>
/// <param name="Objects">How many objects.</param>
/// <param name="SeriesUid">SeriesInstanceUID; null unless asked for.</param>
/// <param name="Stacks">Its volumes, each kind with the id of its acquisition.</param>
/// <param name="Segments">Segments of its segmentations.</param>
public sealed record InspectedSeries(
    string Id, string Visit, int? Number, string Modality, string Description, int Objects, string? SeriesUid, IReadOnlyList<InspectedStack> Stacks, IReadOnlyList<InspectedSegment> Segments);

/// <summary>Frames of one kind.</summary>
/// <param name="Stack">How they lie.</param>
/// <param name="Acquisition">Id of their record.</param>
/// <param name="Refused">For each object whose pixels were refused, the code of the reason.</param>
public sealed record InspectedStack(DicomStack Stack, string Acquisition, IReadOnlyList<string> Refused)
{
    /// <summary>Whether a volume can be read of it.</summary>
    public bool IsVolume => Stack.Grid is not null && Refused.Count == 0;

    /// <summary><see cref="InspectedObject.Ok"/>; else the code of why it is no volume, or why its pixels were refused.</summary>
    public string Status => IsVolume ? InspectedObject.Ok : Refused.Count > 0 ? Refused[0] : Stack.Findings.Select(f => f.Code).FirstOrDefault(FindingCodes.SeriesNotAVolume);
}

/// <summary>A segment of a segmentation, by its header.</summary>
/// <param name="Name">Number, label and codes; texts with names and identifiers taken out unless asked for.</param>
/// <param name="Grid">Where the voxels of the object lie.</param>
public sealed record InspectedSegment(SegmentName Name, Grid Grid);

/// <summary>What a measurand lacks in an acquisition that could serve it.</summary>
/// <param name="Measurand">Code.</param>
/// <param name="Acquisition">Id of the record.</param>
/// <param name="Needs">What is absent; empty where nothing is.</param>
public sealed record MissingAttributes(string Measurand, string Acquisition, IReadOnlyList<MeasurandNeed> Needs);
