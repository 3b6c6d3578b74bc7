using System.Buffers.Binary;

namespace Etalon.Dicom;

/// <summary>Assigns the fragments of encapsulated pixel data to frames (PS3.5 annex A.4).</summary>
internal static class DicomFragments
{
    /// <summary>Fragments of each frame, in order.</summary>
    /// <param name="name">Name of the file, for errors.</param>
    /// <param name="element">The pixel data.</param>
    /// <param name="layout">What the header says of them.</param>
    /// <param name="greatestGrowth">How many bytes one encoded byte can make: a frame too small to fill its matrix is refused
    /// before anyone makes room for it.</param>
    /// <exception cref="DicomException">There are fewer fragments than frames, or too short ones, or the offset table fits no fragments.</exception>
    public static IReadOnlyList<DicomExtent[]> ToFrames(string name, DicomElement element, DicomPixelLayout layout, int greatestGrowth)
    {
        var frames = Assign(name, element, layout);
        for (var frame = 0; frame < frames.Count; frame++)
        {
            var encoded = frames[frame].Sum(fragment => (long)fragment.Length);
            if (layout.FrameBytes > encoded * greatestGrowth)
            {
                throw Problem(DicomErrorCode.PixelsTruncated, name, element, $"{encoded} encoded bytes for frame {frame}",
                    $"enough for {layout.FrameBytes} bytes");
            }
        }

        return frames;
    }

    private static List<DicomExtent[]> Assign(string name, DicomElement element, DicomPixelLayout layout)
    {
        var fragments = element.FragmentExtents.Skip(1).ToArray();
        if (fragments.Length < layout.Frames)
        {
            throw Problem(DicomErrorCode.PixelsTruncated, name, element, $"{fragments.Length} fragments", $"at least one for each of {layout.Frames} frames");
        }

        if (layout.Frames == 1)
        {
            return [fragments];
        }

        if (fragments.Length == layout.Frames)
        {
            return [.. fragments.Select(fragment => new[] { fragment })];
        }

        return ByOffsetTable(name, element, layout, fragments);
    }

    private static List<DicomExtent[]> ByOffsetTable(
        string name, DicomElement element, DicomPixelLayout layout, DicomExtent[] fragments)
    {
        var table = element.Read(element.FragmentExtents[0]).Span;
        if (table.Length != 4L * layout.Frames)
        {
            throw Problem(DicomErrorCode.PixelsInvalid, name, element, $"{fragments.Length} fragments and an offset table of {table.Length} bytes",
                $"a table of {4L * layout.Frames} bytes, or as many fragments as frames ({layout.Frames})");
        }

        var frames = new List<DicomExtent[]>();
        var current = new List<DicomExtent>();
        long offset = 0;
        foreach (var fragment in fragments)
        {
            // The table counts from the first fragment's item tag; each item has a header of 8 bytes.
            if (frames.Count + 1 < layout.Frames && current.Count > 0
                && BinaryPrimitives.ReadUInt32LittleEndian(table[(4 * (frames.Count + 1))..]) == offset)
            {
                frames.Add([.. current]);
                current.Clear();
            }

            current.Add(fragment);
            offset += 8L + fragment.Length;
        }

        frames.Add([.. current]);
        return frames.Count == layout.Frames
            ? frames
            : throw Problem(DicomErrorCode.PixelsInvalid, name, element, "an offset table that fits no fragment", "offsets at the start of fragments");
    }

    private static DicomException Problem(DicomErrorCode code, string name, DicomElement element, string found, string expected) =>
        new(code, name, found, expected, "Fetch the file again from its source") { TagPath = element.Tag.ToString(), Offset = element.Offset };
}
