using System.Security.Cryptography;
using Etalon.Dicom;

namespace Etalon.Tests.Dicom;

/// <summary>Pixels against sums made from the native bytes or by DCMTK 3.6.7 (pixels.tsv of the reference data).</summary>
public sealed class ReferencePixelTests
{
    [Fact]
    public void Every_native_row_of_the_reference_has_the_same_pixels()
    {
        var found = Read();
        var wrong = new List<string>();
        var equal = 0;
        var refused = 0;
        foreach (var row in ReferenceData.Table("expected/pixels.tsv"))
        {
            var answer = Answer(found, row[0]);
            if (answer == row[2] && row[2].Length > 0) equal++;
            else if (answer.Contains('-', StringComparison.Ordinal)) { refused++; wrong.Add($"REF {row[0]} {row[3]}: {answer}"); }
            else wrong.Add($"DIF {row[0]} {row[3]} {row[1]}: {answer} {row[2]}");
        }

        Assert.Fail($"{equal} equal {refused} refused\n" + string.Join('\n', wrong));
    }

    private static string Answer(Dictionary<string, DicomEntry> found, string name)
    {
        if (!found.TryGetValue(name, out var entry)) return "?absent";
        if (entry.Error is { } error) return error.CodeText + " " + error.Message;
        try
        {
            return PixelBytes.Md5(DicomPixels.Read(entry.File!));
        }
        catch (DicomException refusal)
        {
            return refusal.CodeText + " " + refusal.Message;
        }
    }

    private static Dictionary<string, DicomEntry> Read()
    {
        var root = ReferenceData.Path();
        return DicomSource.Read(root).ToDictionary(entry => entry.Name[(root.Length + 1)..], StringComparer.Ordinal);
    }
}
