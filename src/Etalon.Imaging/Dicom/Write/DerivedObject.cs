using System.Globalization;
using System.Security.Cryptography;
using Etalon.Dicom;

namespace Etalon.Imaging.Dicom.Write;

/// <summary>Modules that all written objects share.</summary>
internal static class DerivedObject
{
    /// <summary>SOP class of Segmentation Storage.</summary>
    public const string Segmentation = "1.2.840.10008.5.1.4.1.1.66.4";

    /// <summary>SOP class of Label Map Segmentation Storage.</summary>
    public const string LabelMap = "1.2.840.10008.5.1.4.1.1.66.7";

    /// <summary>SOP class of Parametric Map Storage.</summary>
    public const string ParametricMap = "1.2.840.10008.5.1.4.1.1.30";

    /// <summary>SOP class of RT Structure Set Storage.</summary>
    public const string StructureSet = "1.2.840.10008.5.1.4.1.1.481.3";

    /// <summary>SOP class of Comprehensive 3D SR Storage.</summary>
    public const string Comprehensive3DReport = "1.2.840.10008.5.1.4.1.1.88.34";

    private static readonly DicomTag StudiesContainingOtherReferencedInstances = new(0x0008, 0x1200);

    /// <summary>A data set with patient, study, series, equipment and SOP common modules; the instance UID is set last, by <see cref="Finish"/>.</summary>
    public static DicomDatasetBuilder Begin(DerivedObjectHeader header, string sopClassUid, string modality)
    {
        var builder = new DicomDatasetBuilder()
            .Set(Tags.SopClassUid, sopClassUid)
            .Set(Tags.Modality, modality)
            .Set(Tags.SeriesInstanceUid, header.SeriesUid)
            .Set(Tags.SeriesNumber, header.SeriesNumber)
            .Set(Tags.InstanceNumber, header.InstanceNumber)
            .Set(Tags.SeriesDate, DicomText.Date(header.Time))
            .Set(Tags.SeriesTime, Time(header.Time))
            .Set(Tags.Manufacturer, "Etalon")
            .Set(Tags.ManufacturerModelName, "Etalon")
            // A program has no serial number, and the standard demands one.
            .Set(Tags.DeviceSerialNumber, "software")
            .Set(Tags.SoftwareVersions, DicomText.Fit(header.Version, DicomVr.LO));
        if (DicomText.Fit(header.SeriesDescription, DicomVr.LO) is { Length: > 0 } description)
        {
            builder.Set(Tags.SeriesDescription, description);
        }

        header.Study.AddTo(builder);
        return builder;
    }

    /// <summary>Content date and time.</summary>
    public static DicomDatasetBuilder SetContentTime(this DicomDatasetBuilder builder, DerivedObjectHeader header) =>
        builder.Set(Tags.ContentDate, DicomText.Date(header.Time)).Set(Tags.ContentTime, Time(header.Time));

    /// <summary>Content identification macro (PS3.3 table 10-12).</summary>
    public static DicomDatasetBuilder SetContent(this DicomDatasetBuilder builder, DerivedObjectHeader header) => builder
        .SetContentTime(header)
        .Set(Tags.ContentLabel, header.ContentLabel)
        .Set(Tags.ContentDescription, DicomText.Fit(header.ContentDescription, DicomVr.LO))
        .SetEmpty(Tags.ContentCreatorName);

    /// <summary>Frame of reference module.</summary>
    public static DicomDatasetBuilder SetFrameOfReference(this DicomDatasetBuilder builder, DerivedObjectHeader header) =>
        builder.Set(Tags.FrameOfReferenceUid, FrameOfReferenceOf(header)).SetEmpty(Tags.PositionReferenceIndicator);

    /// <summary>The stated frame of reference, that of the source, or one of the series alone.</summary>
    public static string FrameOfReferenceOf(DerivedObjectHeader header) =>
        header.FrameOfReferenceUid ?? header.Source?.FrameOfReferenceUid ?? DicomUid.Derive("frame of reference", header.Source?.SeriesUid ?? header.SeriesUid);

    /// <summary>Common instance reference module (PS3.3 C.12.2): in the same study, or in another one where the object got a study of its own.</summary>
    public static DicomDatasetBuilder SetReferences(this DicomDatasetBuilder builder, DerivedObjectHeader header)
    {
        if (header.Source is not { Instances.Count: > 0 } source)
        {
            return builder;
        }

        return source.StudyUid == header.Study.StudyUid
            ? builder.SetSequence(Tags.ReferencedSeriesSequence, source.ToSeriesItem())
            : builder.SetSequence(StudiesContainingOtherReferencedInstances, new DicomDatasetBuilder()
                .Set(Tags.StudyInstanceUid, source.StudyUid)
                .SetSequence(Tags.ReferencedSeriesSequence, source.ToSeriesItem()));
    }

    /// <summary>Gives the object a UID that follows from its content, and writes it.</summary>
    public static WrittenObject Finish(DicomDatasetBuilder builder, DerivedObjectHeader header, string sopClassUid)
    {
        // Any valid UID stands in while the content is hashed.
        builder.Set(Tags.SopInstanceUid, DicomWriter.ImplementationClassUid);
        var uid = DicomUid.Derive("instance", Convert.ToHexStringLower(SHA256.HashData(DicomWriter.ToBytes(builder))));
        return new WrittenObject(sopClassUid, uid, header.SeriesUid, header.Study.StudyUid, DicomWriter.ToBytes(builder.Set(Tags.SopInstanceUid, uid)));
    }

    private static string Time(DateTimeOffset time) => time.ToString("HHmmss.ffffff", CultureInfo.InvariantCulture);
}
