using System.Globalization;
using Etalon.Dicom;
using Etalon.Imaging;

namespace Etalon.Phantoms.Dicom;

/// <summary>What all objects of a series of the virtual scanner share: patient, study, series, frame of reference and equipment.</summary>
internal sealed record MrSeriesHeader
{
    public const string ClassicMr = "1.2.840.10008.5.1.4.1.1.4";

    public const string EnhancedMr = "1.2.840.10008.5.1.4.1.1.4.1";

    /// <summary>Names the study of all sessions, so that other options give other UIDs.</summary>
    public required string Root { get; init; }

    public required SessionImages Session { get; init; }

    public required MrProtocol Protocol { get; init; }

    public string StudyUid => DicomUid.Derive("virtual study", Root, Session.Subject, Session.Session);

    public string FrameOfReferenceUid => DicomUid.Derive("virtual frame of reference", Root, Session.Subject, Session.Session);

    public string SeriesUid => DicomUid.Derive("virtual series", Root, Session.Subject, Session.Session, Protocol.Description);

    public DateTimeOffset Time => Protocol.StartsAt(Session.Time);

    /// <summary>UID of an object by its number in the series, from 1.</summary>
    public string InstanceUid(int number) => DicomUid.Derive("virtual object", Root, Session.Subject, Session.Session, Protocol.Description, number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Name of the patient: no person's, and no word that stands in a header otherwise.</summary>
    public static string PatientName(string subject) => $"Nobody^{subject}";

    /// <summary>TimezoneOffsetFromUTC of a session.</summary>
    public static string Offset(SessionImages session) => session.Time.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);

    /// <summary>Patient, study, series, frame of reference, equipment and general image modules of one object.</summary>
    public DicomDatasetBuilder Begin(string sopClassUid, int number) => new DicomDatasetBuilder()
        .Set(Tags.SopClassUid, sopClassUid).Set(Tags.SopInstanceUid, InstanceUid(number)).Set(Tags.TimezoneOffsetFromUtc, Offset(Session))
        .Set(Tags.PatientName, PatientName(Session.Subject)).Set(Tags.PatientId, Session.Subject).SetEmpty(Tags.PatientBirthDate).Set(Tags.PatientSex, "O")
        .Set(Tags.PatientWeight, 75)
        .Set(Tags.StudyInstanceUid, StudyUid).Set(Tags.StudyDate, DicomText.Date(Session.Time)).Set(Tags.StudyTime, DicomText.Time(Session.Time))
        .SetEmpty(new DicomTag(0x0008, 0x0090), Tags.AccessionNumber).Set(Tags.StudyId, Session.Session).Set(Tags.StudyDescription, Session.IsPhantom ? "Quality assurance" : "Head")
        .Set(Tags.Modality, "MR").Set(Tags.SeriesInstanceUid, SeriesUid).Set(Tags.SeriesNumber, Protocol.SeriesNumber)
        .Set(Tags.SeriesDate, DicomText.Date(Time)).Set(Tags.SeriesTime, DicomText.Time(Time))
        .Set(Tags.SeriesDescription, Protocol.Description).Set(Tags.ProtocolName, Protocol.Name)
        .Set(Tags.BodyPartExamined, Session.IsPhantom ? "PHANTOM" : "HEAD").Set(Tags.PatientPosition, "HFS")
        .Set(Tags.FrameOfReferenceUid, FrameOfReferenceUid).SetEmpty(Tags.PositionReferenceIndicator)
        .Set(Tags.Manufacturer, ScannerState.Manufacturer).Set(Tags.ManufacturerModelName, ScannerState.Model)
        .Set(Tags.DeviceSerialNumber, ScannerState.SerialNumber).Set(Tags.SoftwareVersions, Session.State.SoftwareVersions)
        .Set(Tags.InstanceNumber, number).Set(Tags.ContentDate, DicomText.Date(Time)).Set(Tags.ContentTime, DicomText.Time(Time));

    /// <summary>Rows, columns and unsigned words of so many bits.</summary>
    public static DicomDatasetBuilder SetPixels(DicomDatasetBuilder builder, Grid grid, int bits, byte[] words) => builder
        .Set(Tags.SamplesPerPixel, 1).Set(Tags.PhotometricInterpretation, "MONOCHROME2").Set(Tags.Rows, grid.Ny).Set(Tags.Columns, grid.Nx)
        .Set(Tags.BitsAllocated, 16).Set(Tags.BitsStored, bits).Set(Tags.HighBit, bits - 1).Set(Tags.PixelRepresentation, 0.0)
        .SetBytes(Tags.PixelData, DicomVr.OW, words);

    /// <summary>ImageOrientationPatient.</summary>
    public static double[] Orientation(Grid grid)
    {
        var (row, column) = (grid.StepI.Normalised(), grid.StepJ.Normalised());
        return [row.X, row.Y, row.Z, column.X, column.Y, column.Z];
    }

    /// <summary>ImagePositionPatient of a slice.</summary>
    public static double[] Position(Grid grid, int slice)
    {
        var p = grid.ToPatient(0, 0, slice);
        return [p.X, p.Y, p.Z];
    }

    /// <summary>A direction along image axes in the coordinates of the patient.</summary>
    public static double[] Direction(Grid grid, Vector3 d)
    {
        var v = d.X * grid.StepI.Normalised() + d.Y * grid.StepJ.Normalised() + d.Z * grid.StepK.Normalised();
        return [v.X, v.Y, v.Z];
    }
}
