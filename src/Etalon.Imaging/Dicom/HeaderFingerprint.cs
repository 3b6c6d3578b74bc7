using Etalon.Dicom;

namespace Etalon.Imaging.Dicom;

/// <summary>What two objects share only where their headers say the same, in whatever transfer syntax.</summary>
internal static class HeaderFingerprint
{
    private const ulong Start = 14695981039346656037; // FNV-1a, 64 bits
    private const ulong Prime = 1099511628211;
    private const int LargestValue = 4096;

    /// <summary>A number made of all elements but the pixels, and the length of the pixels.</summary>
    /// <param name="data">The object.</param>
    /// <param name="ofAnyone">Whether what names the patient is left out, and what an archive notes when it files an object under another name.</param>
    public static (ulong Header, long Pixels) Of(DicomDataset data, bool ofAnyone)
    {
        long pixels = 0;
        var hash = Start;
        foreach (var element in data.Elements)
        {
            if (element.Tag == Tags.PixelData || element.Tag == Tags.FloatPixelData || element.Tag == Tags.DoubleFloatPixelData)
            {
                pixels = element.Length;
            }
            else if (!ofAnyone || !NamesPatient(element.Tag))
            {
                hash = With(hash, element);
            }
        }

        return (hash, pixels);
    }

    private static bool NamesPatient(DicomTag tag) => tag == Tags.PatientName || tag == Tags.PatientId || tag == Tags.IssuerOfPatientId || tag == Tags.PatientBirthDate
        || tag.Number is 0x0010_1000 or 0x0010_1002 or 0x0400_0561; // other identifiers; attributes as they were before

    private static ulong With(ulong hash, DicomElement element)
    {
        if (element.Tag.Element == 0)
        {
            return hash; // lengths of groups depend on the encoding
        }

        hash = (hash ^ element.Tag.Number) * Prime;
        // Where an encoding lost the representation (UN), items are still items.
        if (Items(element) is { Count: > 0 } items)
        {
            return items.Aggregate(hash, (h, item) => item.Elements.Aggregate((h ^ 1) * Prime, With));
        }

        if (element.Length > LargestValue)
        {
            return hash;
        }

        var size = element.IsBigEndian ? CellBytes(element.Vr) : 1;
        var bytes = element.Bytes.Span;
        for (var i = 0; i < bytes.Length; i++)
        {
            var from = size == 1 ? i : i / size * size + (size - 1 - i % size);
            hash = (hash ^ (from < bytes.Length ? bytes[from] : (byte)0)) * Prime;
        }

        return hash;
    }

    private static IReadOnlyList<DicomDataset> Items(DicomElement element)
    {
        try
        {
            return element.ReadItems();
        }
        catch (DicomException)
        {
            return []; // compared as bytes
        }
    }

    /// <summary>Bytes of a number, whose order depends on the encoding.</summary>
    private static int CellBytes(DicomVr vr) => vr switch
    {
        DicomVr.US or DicomVr.SS or DicomVr.OW or DicomVr.AT => 2,
        DicomVr.UL or DicomVr.SL or DicomVr.FL or DicomVr.OF or DicomVr.OL => 4,
        DicomVr.FD or DicomVr.OD or DicomVr.OV or DicomVr.SV or DicomVr.UV => 8,
        _ => 1,
    };
}
