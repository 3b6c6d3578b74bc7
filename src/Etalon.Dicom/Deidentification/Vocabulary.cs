using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Etalon.Dicom.Deidentification;

/// <summary>The words that a cleaned description may hold: those of the embedded file vocabulary.txt, and numbers that are no date and no identifier.</summary>
internal static partial class Vocabulary
{
    private static readonly FrozenSet<string> Words = EmbeddedLines.Of("Etalon.Dicom.vocabulary.txt").SelectMany(line => line.Split(' ')).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a word of letters and digits is one of imaging.</summary>
    public static bool IsWord(string word) => Words.Contains(word);

    /// <summary>Whether a token may stand in a description: a word; a number of at most four digits before the point that is no year; or one of both, such as b1000, te85, 3mm, 2x2x2.</summary>
    public static bool Allows(string token) =>
        Words.Contains(token) || (Number().IsMatch(token) && !Year().IsMatch(token)) || (Technical().IsMatch(token) && !Year().IsMatch(token));

    [GeneratedRegex(@"\A\d{1,4}(\.\d{1,8})?([eE][+-]?\d{1,2})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    // 1900 to 2099, but round hundreds are b-values and times far more often than years.
    [GeneratedRegex(@"\A(19|20)(\d[1-9]|[1-9]\d)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Year();

    [GeneratedRegex(@"\A((b|te|ti|dir|dirs|sense|grappa|asset|pe|vol|run|ses|scan|series|visit|day|week|tsl|slc|seg|roi|lesion|tumou?r|mass|tr|fa|sl|nex|nsa|ch|st|p|s|x|r|mb|ipat|bval|bvalue|ep|d|e|f|echo|phase|t|v|l|c|th|gtv|ctv|ptv)\d{1,4}(\.\d{1,4})?|\d{1,4}(\.\d{1,4})?(mm|cm|ms|s|sec|min|ml|t|deg|ch|kv|kvp|ma|mas|gy|cgy|dir|dirs|d|h|th|st|nd|rd|iso|x|p|vol|vols|echo|echoes|kev|mev|mbq|hz|hu)|\d{1,3}(\.\d{1,3})?(x\d{1,3}(\.\d{1,3})?){1,2}(mm)?)\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Technical();
}
