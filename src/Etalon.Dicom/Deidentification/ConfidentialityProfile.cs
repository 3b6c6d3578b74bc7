using System.Collections.Frozen;
using System.Globalization;

namespace Etalon.Dicom.Deidentification;

/// <summary>The table of attributes of DICOM PS3.15 (2026d) annex E with the options that Etalon applies.</summary>
/// <remarks>The embedded file profile.txt holds the table, 657 rows. Options rank: modified dates, device identity, clean descriptors, patient
/// characteristics, clean structured content; then the basic profile.</remarks>
public static class ConfidentialityProfile
{
    private const string PrivateRow = "gggggggg";
    private const string CurveRow = "50xxxxxx";
    private const string OverlayRow = "60xx";

    private static readonly FrozenDictionary<uint, ProfileRow> Rows = Load();

    /// <summary>Tags that the table names one by one, in order: all rows but those of repeating groups and of private attributes.</summary>
    public static IReadOnlyList<DicomTag> Attributes { get; } = [.. Rows.Keys.Order().Select(DicomTag.FromNumber)];

    /// <summary>Rows of the table, with those for repeating groups and private attributes.</summary>
    public static int RowCount => Rows.Count + RepeatingRows;

    /// <summary>Curves, overlay data, overlay comments, private attributes.</summary>
    private const int RepeatingRows = 4;

    /// <summary>What is done with an attribute, or null where the table does not name it: its representation decides then.</summary>
    /// <param name="tag">A standard attribute.</param>
    /// <param name="retainPatientCharacteristics">Whether that option applies.</param>
    public static ProfileAction? ActionFor(DicomTag tag, bool retainPatientCharacteristics) =>
        IsRepeatingGroup(tag) ? ProfileAction.Remove : Rows.TryGetValue(tag.Number, out var row) ? row.Resolve(retainPatientCharacteristics) : null;

    /// <summary>Whether the attribute says who somebody or where something is: its basic action takes the value away and no option brings dates or descriptions back.</summary>
    internal static bool IsIdentity(DicomTag tag) => Rows.TryGetValue(tag.Number, out var row) && row.IsIdentity;

    /// <summary>Whether the basic action asks for a value, so that a text which cleaning empties gets a dummy.</summary>
    internal static bool NeedsValue(DicomTag tag) => Rows.TryGetValue(tag.Number, out var row) && row.Basic is "D" or "Z/D" or "X/D" or "X/Z/D";

    // Overlays and curves hold drawings and text over the image; no part of them is needed for a measurement.
    private static bool IsRepeatingGroup(DicomTag tag) => !tag.IsPrivate && (tag.Group & 0xFF00) is 0x5000 or 0x6000;

    private static FrozenDictionary<uint, ProfileRow> Load()
    {
        var rows = new Dictionary<uint, ProfileRow>();
        foreach (var line in EmbeddedLines.Of("Etalon.Dicom.profile.txt"))
        {
            var words = line.Split(' ');
            if (words[0] is PrivateRow or CurveRow || words[0].StartsWith(OverlayRow, StringComparison.Ordinal))
            {
                continue;
            }

            rows.Add(
                uint.Parse(words[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                new ProfileRow(words[1], words.Skip(2).ToFrozenDictionary(option => option[0], option => option[1])));
        }

        return rows.ToFrozenDictionary();
    }

    private sealed record ProfileRow(string Basic, FrozenDictionary<char, char> Options)
    {
        public bool IsIdentity => !Has('M') && !Has('T') && !Has('D') && !Has('H') && !Has('U') && Basic is not ("U" or "X/Z/U*");

        public ProfileAction Resolve(bool characteristics)
        {
            if (Has('M'))
            {
                return ProfileAction.ShiftDate;
            }

            if (Options.GetValueOrDefault('D') == 'K')
            {
                return ProfileAction.Keep;
            }

            if (characteristics && Has('H'))
            {
                return Options['H'] == 'K' ? ProfileAction.Keep : ProfileAction.CleanText;
            }

            // Words of imaging say nothing of the body or the history of a patient: these stay only where characteristics do.
            return Has('T') && !Has('H') ? ProfileAction.CleanText : Options.GetValueOrDefault('S') == 'C' && Basic == "D" ? ProfileAction.Replace : OfBasic();
        }

        private bool Has(char option) => Options.ContainsKey(option);

        private ProfileAction OfBasic() => Basic switch
        {
            "Z" or "X/Z" => ProfileAction.Empty,
            "D" or "Z/D" => ProfileAction.Replace,
            "U" or "X/Z/U*" => ProfileAction.MapUid,
            _ => ProfileAction.Remove,
        };
    }
}
