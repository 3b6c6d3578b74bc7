using Etalon.Dicom;
using Etalon.Metrology;

namespace Etalon.Imaging.Dicom;

/// <summary>What folders, zips and files hold: patients, their studies, series and volumes. Only headers are read; voxels stay on disk.</summary>
public sealed record DicomStudies
{
    /// <summary>In order of identifier.</summary>
    public required IReadOnlyList<DicomPatient> Patients { get; init; }

    /// <summary>Objects that could not be read, with the reason.</summary>
    public required IReadOnlyList<DicomRefusal> Refused { get; init; }

    /// <summary>What is wrong or peculiar, in the order of the tree. Patients are told by number, never by name.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>All series.</summary>
    public IEnumerable<DicomSeries> Series => Patients.SelectMany(p => p.Studies).SelectMany(s => s.Series);

    /// <summary>Reads headers.</summary>
    /// <param name="paths">Files, folders and zips.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static DicomStudies Read(IEnumerable<string> paths, DicomSourceOptions? options = null, CancellationToken cancellation = default)
    {
        var builder = new DicomStudiesBuilder();
        foreach (var taken in new DicomSource(paths, options).Read(TakenObject.Of, cancellation))
        {
            builder.Add(taken);
        }

        return builder.Build(cancellation);
    }
}

/// <summary>An object that could not be read.</summary>
/// <param name="Name">Path, or <c>zip!entry</c>.</param>
/// <param name="Error">Why.</param>
public sealed record DicomRefusal(string Name, DicomException Error);

/// <summary>Whose images these are. All texts are identifiers: for a pseudonym, or for the eyes of who asks for them.</summary>
public sealed record DicomPatient
{
    /// <summary>Number of the patient in findings, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>What one patient has and another has not: issuer and identifier; else name and birth date; else the study.</summary>
    public required string Key { get; init; }

    /// <summary>Keys of what its objects state (<see cref="PatientIdentity.Key"/>): several where some leave the issuer or the identifier out.</summary>
    public required IReadOnlySet<string> Keys { get; init; }

    /// <summary>PatientID; empty where none is stated (signs alone are none).</summary>
    public required string Id { get; init; }

    /// <summary>IssuerOfPatientID; empty where none is stated.</summary>
    public required string Issuer { get; init; }

    /// <summary>PatientNames that the objects hold.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>All whom the patient's objects name, the patient too.</summary>
    public required NamedPersons Persons { get; init; }

    /// <summary>In order of date, then UID.</summary>
    public required IReadOnlyList<DicomStudy> Studies { get; init; }
}

/// <summary>One study.</summary>
public sealed record DicomStudy
{
    /// <summary>StudyInstanceUID; empty where absent.</summary>
    public required string Uid { get; init; }

    /// <summary>StudyDate with StudyTime (midnight where that is missing), local to the scanner; null where not stated.</summary>
    public DateTime? Time { get; init; }

    /// <summary>StudyDescription; hostile text.</summary>
    public string Description { get; init; } = "";

    /// <summary>In order of number, then UID.</summary>
    public required IReadOnlyList<DicomSeries> Series { get; init; }
}

/// <summary>One series.</summary>
public sealed record DicomSeries
{
    /// <summary>Name for people and findings, unique within the study: <c>series 5 (MR)</c>.</summary>
    public required string Name { get; init; }

    /// <summary>SeriesInstanceUID; empty where absent.</summary>
    public required string Uid { get; init; }

    /// <summary>SeriesNumber; null where not stated.</summary>
    public int? Number { get; init; }

    /// <summary>Modality; empty where absent.</summary>
    public required string Modality { get; init; }

    /// <summary>SeriesDescription; hostile text.</summary>
    public string Description { get; init; } = "";

    /// <summary>Manufacturer; hostile text.</summary>
    public string Manufacturer { get; init; } = "";

    /// <summary>Its objects in order of UID, images or not.</summary>
    public required IReadOnlyList<DicomInstance> Instances { get; init; }

    /// <summary>Its volumes; empty for series without images.</summary>
    public required IReadOnlyList<DicomStack> Stacks { get; init; }

    /// <summary>What is wrong with it, or peculiar.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }
}

/// <summary>One object of a series.</summary>
/// <param name="Name">Path, or <c>zip!entry</c>; <see cref="DicomObjects.Open"/> opens it again.</param>
/// <param name="SopInstanceUid">SOPInstanceUID; empty where absent.</param>
/// <param name="SopClassUid">SOPClassUID; empty where absent.</param>
/// <param name="IsImage">Whether it has frames that were placed or refused as images; false for reports, contours and objects without pixels.</param>
public sealed record DicomInstance(string Name, string SopInstanceUid, string SopClassUid, bool IsImage);
