using Etalon.Dicom;

namespace Etalon.Tests.Dicom;

/// <summary>For each object of the reference data, the md5 sum of its pixels or the code of the refusal; read once for all tests.</summary>
public sealed class ReferencePixels
{
    private readonly Lazy<Dictionary<string, string>> answers = new(ReadAll);

    public IReadOnlyDictionary<string, string> Answers => answers.Value;

    private static Dictionary<string, string> ReadAll()
    {
        var root = ReferenceData.Path();
        return DicomSource.Read(root).ToDictionary(entry => entry.Name[(root.Length + 1)..], Answer, StringComparer.Ordinal);
    }

    private static string Answer(DicomEntry entry)
    {
        try
        {
            return entry.Error?.CodeText ?? DicomPixelHash.Md5(DicomPixels.Read(entry.File!));
        }
        catch (DicomException refusal)
        {
            return refusal.CodeText;
        }
    }
}
