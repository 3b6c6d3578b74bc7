using System.Runtime.InteropServices;

namespace Etalon.Dicom.Web;

/// <summary>How the data set that a server keeps differs from the one that was sent.</summary>
internal sealed record ObjectComparison(bool PixelsEqual, IReadOnlyList<DicomTag> Changed)
{
    private const int MaxDepth = 64;

    /// <summary>Compares two objects; groups of file meta information, group lengths and padding do not count.</summary>
    public static ObjectComparison Of(DicomFile sent, DicomFile kept)
    {
        var changed = Differences(sent.Dataset, kept.Dataset, 0);
        var pixels = changed.RemoveAll(tag => tag.Group == 0x7FE0) == 0 || HaveEqualPixels(sent, kept);
        return new ObjectComparison(pixels, changed);
    }

    private static List<DicomTag> Differences(DicomDataset a, DicomDataset b, int depth)
    {
        var tags = a.Elements.Concat(b.Elements).Select(e => e.Tag).Where(tag => tag.Element != 0 && tag != new DicomTag(0xFFFC, 0xFFFC)).Distinct().Order();
        return [.. tags.Where(tag => !a.TryGet(tag, out var left) || !b.TryGet(tag, out var right) || !AreEqual(left, right, depth))];
    }

    private static bool AreEqual(DicomElement a, DicomElement b, int depth)
    {
        if (a.IsSequence && b.IsSequence)
        {
            return depth < MaxDepth && a.Items.Count == b.Items.Count && a.Items.Zip(b.Items).All(pair => Differences(pair.First, pair.Second, depth + 1).Count == 0);
        }

        if (a.IsEncapsulated && b.IsEncapsulated)
        {
            // The offset table may be written anew; the frames may not.
            return a.Fragments.Count == b.Fragments.Count && a.Fragments.Skip(1).Zip(b.Fragments.Skip(1)).All(pair => pair.First.Span.SequenceEqual(pair.Second.Span));
        }

        return (a.IsBigEndian == b.IsBigEndian && a.Bytes.Span.SequenceEqual(b.Bytes.Span))
            || (a.ReadStrings() is { } left && b.ReadStrings() is { } right && left.SequenceEqual(right, StringComparer.Ordinal));
    }

    private static bool HaveEqualPixels(DicomFile a, DicomFile b)
    {
        try
        {
            var left = DicomPixels.Read(a);
            var right = DicomPixels.Read(b);
            if (left.Frames != right.Frames || left.ValuesPerFrame != right.ValuesPerFrame || left.Kind != right.Kind)
            {
                return false;
            }

            var (x, y) = (new double[left.ValuesPerFrame], new double[left.ValuesPerFrame]);
            for (var frame = 0; frame < left.Frames; frame++)
            {
                left.ReadFrame(frame, x);
                right.ReadFrame(frame, y);
                if (!MemoryMarshal.AsBytes(x.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(y.AsSpan())))
                {
                    return false;
                }
            }

            return true;
        }
        catch (DicomException)
        {
            // What cannot be decoded cannot be called equal.
            return false;
        }
    }
}
