using System.Globalization;
using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Tests.Dicom;

namespace Etalon.Tests.Imaging.Dicom;

/// <summary>Small objects with a known geometry: 5 columns, 4 rows, three spacings, oblique axes.</summary>
internal sealed record SyntheticObject
{
    public const int Columns = 5;

    public const int Rows = 4;

    public const string ExplicitLittle = "1.2.840.10008.1.2.1";

    /// <summary>Columns 0.75 mm, rows 1.25 mm apart.</summary>
    public static string PixelSpacing => "1.25\\0.75";

    /// <summary>Slices 2.2 mm apart.</summary>
    public const double SliceMm = 2.2;

    /// <summary>Two axes at a right angle, 30 degrees off the patient's.</summary>
    public static Vector3 AlongRow { get; } = new(Math.Cos(Math.PI / 6), Math.Sin(Math.PI / 6), 0);

    public static Vector3 AlongColumn { get; } = new Vector3(-Math.Sin(Math.PI / 6), Math.Cos(Math.PI / 6), 0.5).Normalised();

    public static Vector3 Normal { get; } = AlongRow.Cross(AlongColumn).Normalised();

    public static Vector3 Origin { get; } = new(-31.5, 12.25, 87.75);

    public string Modality { get; init; } = "MR";

    public string PatientId { get; init; } = "P1";

    public string PatientName { get; init; } = "Doe^Jane";

    public string StudyDate { get; init; } = "20240312";

    /// <summary>Null: one study for each date.</summary>
    public string? StudyUid { get; init; }

    public string SeriesUid { get; init; } = "1.2.3.4";

    public int SeriesNumber { get; init; } = 7;

    public string Uid { get; init; } = "1.2.3.4.1";

    public int InstanceNumber { get; init; } = 1;

    public string ImageType { get; init; } = "ORIGINAL\\PRIMARY\\M";

    public string Description { get; init; } = "";

    public string FrameOfReference { get; init; } = "1.2.9";

    public Vector3 Position { get; init; } = Origin;

    public Vector3 Row { get; init; } = AlongRow;

    public double Slope { get; init; } = 1;

    public double Intercept { get; init; }

    public double? BValue { get; init; }

    public ushort[] Stored { get; init; } = [.. Enumerable.Range(0, Columns * Rows).Select(n => (ushort)n)];

    public Action<DicomBytes>? More { get; init; }

    /// <summary>Position of slice k of the stack.</summary>
    public static Vector3 At(double k) => Origin + Normal * (k * SliceMm);

    /// <summary>The object as a file.</summary>
    public byte[] ToFile()
    {
        var bytes = new DicomBytes()
            .Text(Tags.ImageType, "CS", ImageType)
            .Text(Tags.SopClassUid, "UI", Modality == "PT" ? "1.2.840.10008.5.1.4.1.1.128" : "1.2.840.10008.5.1.4.1.1.4")
            .Text(Tags.SopInstanceUid, "UI", Uid)
            .Text(Tags.StudyDate, "DA", StudyDate)
            .Text(Tags.StudyTime, "TM", "093015")
            .Text(Tags.Modality, "CS", Modality)
            .Text(Tags.SeriesDescription, "LO", Description)
            .Text(Tags.PatientName, "PN", PatientName)
            .Text(Tags.PatientId, "LO", PatientId)
            .Text(Tags.StudyInstanceUid, "UI", StudyUid ?? "1.2.3." + StudyDate)
            .Text(Tags.SeriesInstanceUid, "UI", SeriesUid)
            .Text(Tags.SeriesNumber, "IS", Number(SeriesNumber))
            .Text(Tags.InstanceNumber, "IS", Number(InstanceNumber))
            .Text(Tags.ImagePositionPatient, "DS", Vector(Position))
            .Text(Tags.ImageOrientationPatient, "DS", Vector(Row) + "\\" + Vector(AlongColumn))
            .Text(Tags.FrameOfReferenceUid, "UI", FrameOfReference)
            .Text(Tags.PixelSpacing, "DS", PixelSpacing)
            .Text(Tags.RescaleIntercept, "DS", Number(Intercept))
            .Text(Tags.RescaleSlope, "DS", Number(Slope));
        if (BValue is { } b)
        {
            bytes.Float64(Tags.DiffusionBValue, b);
        }

        More?.Invoke(bytes);
        return Pixels(bytes, Stored).ToFile(ExplicitLittle);
    }

    public DicomFile Read() => DicomFile.Read(ToFile(), Uid);

    /// <summary>Rows, columns and stored values.</summary>
    public static DicomBytes Pixels(DicomBytes bytes, ushort[] stored) => bytes
        .UInt16(Tags.SamplesPerPixel, 1)
        .Text(Tags.PhotometricInterpretation, "CS", "MONOCHROME2")
        .UInt16(Tags.Rows, Rows)
        .UInt16(Tags.Columns, Columns)
        .UInt16(Tags.BitsAllocated, 16)
        .UInt16(Tags.BitsStored, 16)
        .UInt16(Tags.HighBit, 15)
        .UInt16(Tags.PixelRepresentation, 0)
        .Value(Tags.PixelData, "OW", [.. stored.SelectMany(v => new[] { (byte)v, (byte)(v >> 8) })]);

    // Sixteen characters are what DS allows.
    public static string Number(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.Length <= 16 ? text : value.ToString("0.############", CultureInfo.InvariantCulture)[..Math.Min(16, value.ToString("0.############", CultureInfo.InvariantCulture).Length)];
    }

    public static string Vector(Vector3 v) => $"{Number(v.X)}\\{Number(v.Y)}\\{Number(v.Z)}";
}
