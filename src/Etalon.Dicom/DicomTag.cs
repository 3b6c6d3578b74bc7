using System.Globalization;

namespace Etalon.Dicom;

/// <summary>Names one element of a data set: group and element number.</summary>
/// <param name="Group">Group number; odd groups are private.</param>
/// <param name="Element">Element number within the group.</param>
public readonly record struct DicomTag(ushort Group, ushort Element) : IComparable<DicomTag>
{
    /// <summary>Both numbers as one, (group &lt;&lt; 16) | element: the order of elements in a data set.</summary>
    public uint Number => ((uint)Group << 16) | Element;

    /// <summary>Whether the group is odd, so that the meaning depends on the private creator.</summary>
    public bool IsPrivate => (Group & 1) != 0;

    /// <summary>Whether the element reserves a block of private elements: (odd group, 0010 to 00FF).</summary>
    public bool IsPrivateCreator => IsPrivate && Element is >= 0x0010 and <= 0x00FF;

    /// <summary>The keyword of PS3.6, such as <c>PixelSpacing</c>; null for private and unknown tags.</summary>
    public string? Keyword => DicomDictionary.KeywordOf(this);

    /// <summary>Tag from its number (group &lt;&lt; 16) | element.</summary>
    public static DicomTag FromNumber(uint number) => new((ushort)(number >> 16), (ushort)number);

    /// <inheritdoc/>
    public int CompareTo(DicomTag other) => Number.CompareTo(other.Number);

    /// <summary>The form of the standard, upper case: <c>(0018,9087)</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"({Group:X4},{Element:X4})");

    /// <summary>Whether one tag stands before another in a data set.</summary>
    public static bool operator <(DicomTag left, DicomTag right) => left.Number < right.Number;

    /// <summary>Whether one tag stands after another in a data set.</summary>
    public static bool operator >(DicomTag left, DicomTag right) => left.Number > right.Number;

    /// <summary>Whether one tag stands before another in a data set, or is the same.</summary>
    public static bool operator <=(DicomTag left, DicomTag right) => left.Number <= right.Number;

    /// <summary>Whether one tag stands after another in a data set, or is the same.</summary>
    public static bool operator >=(DicomTag left, DicomTag right) => left.Number >= right.Number;
}
