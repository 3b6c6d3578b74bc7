using System.Diagnostics.CodeAnalysis;

namespace Etalon.Dicom;

/// <summary>The elements of an object or of a sequence item, in the order of their tags.</summary>
/// <remarks>Where a file breaks the standard and holds a tag twice, <see cref="Elements"/> has all and the look-ups take the first.</remarks>
public sealed class DicomDataset
{
    private readonly DicomElement[] elements;

    internal DicomDataset(DicomElement[] elementsInFileOrder)
    {
        for (var i = 1; i < elementsInFileOrder.Length; i++)
        {
            if (elementsInFileOrder[i].Tag < elementsInFileOrder[i - 1].Tag)
            {
                elementsInFileOrder = [.. elementsInFileOrder.OrderBy(element => element.Tag)];
                break;
            }
        }

        elements = elementsInFileOrder;
    }

    /// <summary>A data set without elements.</summary>
    public static DicomDataset Empty { get; } = new([]);

    /// <summary>All elements, in the order of their tags.</summary>
    public IReadOnlyList<DicomElement> Elements => elements;

    /// <summary>Number of elements.</summary>
    public int Count => elements.Length;

    /// <summary>Whether the data set holds the element, with or without a value.</summary>
    public bool Contains(DicomTag tag) => TryGet(tag, out _);

    /// <summary>Looks an element up.</summary>
    /// <returns>False when it is absent; an element without a value is present.</returns>
    public bool TryGet(DicomTag tag, [NotNullWhen(true)] out DicomElement? element)
    {
        var low = 0;
        var high = elements.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (elements[middle].Tag < tag)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        element = low < elements.Length && elements[low].Tag == tag ? elements[low] : null;
        return element is not null;
    }

    /// <summary>Looks a private element up by the creator that reserved its block, wherever the block stands.</summary>
    /// <param name="group">Odd group number.</param>
    /// <param name="creator">Text of the private creator, such as <c>GEMS_PARM_01</c>; compared without regard to case.</param>
    /// <param name="element">Low byte of the element number, 00 to FF.</param>
    /// <param name="found">The element.</param>
    public bool TryGetPrivate(ushort group, string creator, byte element, [NotNullWhen(true)] out DicomElement? found)
    {
        foreach (var candidate in elements)
        {
            if (candidate.Tag.Group == group && candidate.Tag.IsPrivateCreator
                && string.Equals(candidate.FirstString(), creator, StringComparison.OrdinalIgnoreCase)
                && TryGet(new DicomTag(group, (ushort)((candidate.Tag.Element << 8) | element)), out found))
            {
                return true;
            }
        }

        found = null;
        return false;
    }

    /// <summary>The value as text; several values stay joined by backslashes as in the file. Null when absent, empty, or
    /// without a text form.</summary>
    public string? GetString(DicomTag tag) =>
        GetStrings(tag) is { Count: > 0 } values ? values.Count == 1 ? values[0] : string.Join('\\', values) : null;

    /// <summary>The values as text, trimmed as their representation allows; empty when absent or without a text form.</summary>
    public IReadOnlyList<string> GetStrings(DicomTag tag) => TryGet(tag, out var element) ? element.ReadStrings() ?? [] : [];

    /// <summary>The first value as a number (DS, IS, FD, FL, US, SS, UL, SL, SV, UV); null when absent or not a finite number.</summary>
    /// <param name="tag">The element.</param>
    /// <param name="whenUnknown">Representation to assume where neither the file nor the dictionary knows one (UN).</param>
    public double? GetDouble(DicomTag tag, DicomVr whenUnknown = DicomVr.UN) => GetDoubles(tag, whenUnknown)?[0];

    /// <summary>All values as numbers; null when absent, empty, or when one of them is not a finite number.</summary>
    /// <param name="tag">The element.</param>
    /// <param name="whenUnknown">Representation to assume where neither the file nor the dictionary knows one (UN).</param>
    public IReadOnlyList<double>? GetDoubles(DicomTag tag, DicomVr whenUnknown = DicomVr.UN) =>
        TryGet(tag, out var element) ? element.ReadDoubles(whenUnknown) : null;

    /// <summary>The first value as a whole number; null when absent, not a number, not whole, or outside 32 bits.</summary>
    /// <param name="tag">The element.</param>
    /// <param name="whenUnknown">Representation to assume where neither the file nor the dictionary knows one (UN).</param>
    public int? GetInt(DicomTag tag, DicomVr whenUnknown = DicomVr.UN) =>
        GetDouble(tag, whenUnknown) is { } value && Math.Floor(value) == value && value is >= int.MinValue and <= int.MaxValue ? (int)value : null;

    /// <summary>Items of a sequence in file order; empty when absent.</summary>
    /// <exception cref="DicomException">The standard says that this element is a sequence, and its bytes are none.</exception>
    public IReadOnlyList<DicomDataset> GetSequence(DicomTag tag) => TryGet(tag, out var element) ? element.ReadItems() : [];
}
