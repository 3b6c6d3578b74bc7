using System.Text.RegularExpressions;
using Etalon.Metrology;

namespace Etalon.Cases;

/// <summary>Whose images these are, without ever saying the name.</summary>
internal sealed class DicomIdentity
{
    private readonly Regex? _tokens;

    private DicomIdentity(string subject, IEnumerable<string> tokens)
    {
        Subject = subject;
        var words = tokens.Where(t => t.Count(char.IsLetterOrDigit) >= 3).Distinct(StringComparer.OrdinalIgnoreCase).OrderByDescending(t => t.Length).Take(64).Select(Regex.Escape).ToList();
        _tokens = words.Count == 0 ? null : new Regex(string.Join("|", words), RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    }

    /// <summary>Pseudonym.</summary>
    public string Subject { get; }

    /// <summary>The one patient of all objects.</summary>
    /// <exception cref="CaseException">There are two, or it cannot be told.</exception>
    public static DicomIdentity Of(IReadOnlyList<DicomItem> items)
    {
        var identifiers = items.Select(i => i.PatientId).Where(p => p.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        var issuers = items.Select(i => i.Issuer).Where(p => p.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        if (identifiers.Count > 1 || issuers.Count > 1)
        {
            throw Disagree(identifiers.Count > 1 ? $"{identifiers.Count} different patient identifiers" : $"one patient identifier from {issuers.Count} issuers");
        }

        var known = items.Where(i => i.PatientId.Length > 0).Select(i => i.StudyUid).ToHashSet(StringComparer.Ordinal);
        var nameless = items.Where(i => i.PatientId.Length == 0 && !known.Contains(i.StudyUid)).Select(i => i.StudyUid).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (nameless.Count > (identifiers.Count == 0 ? 1 : 0))
        {
            throw Disagree($"{nameless.Count} studies without a patient identifier beside {(identifiers.Count == 0 ? "each other" : "one with an identifier")}");
        }

        var key = identifiers.Count == 0 ? $"study:{nameless.FirstOrDefault()}" : issuers.Count == 0 ? identifiers[0] : $"{issuers[0]}:{identifiers[0]}";
        var names = items.Select(i => i.PatientName).Distinct(StringComparer.Ordinal);
        return new DicomIdentity(Pseudonym.Of(key), identifiers.Concat(names).Concat(names.SelectMany(n => n.Split('^', '=', ' '))));
    }

    /// <summary>Text of an object with what identifies the patient taken out, control characters too, at most so many characters.</summary>
    public string Clean(string text, int most = 64)
    {
        var plain = new string([.. text.Take(4 * most).Where(c => !char.IsControl(c))]).Trim();
        plain = _tokens?.Replace(plain, "x") ?? plain;
        return plain.Length <= most ? plain : plain[..most];
    }

    private static CaseException Disagree(string found) => new(new Finding(
        FindingCodes.PatientIdentifiersDisagree, Severity.Error, "the DICOM objects", found, "the objects of one patient",
        "Give one patient's objects alone. Identifiers are not printed; a DICOM viewer shows them."));
}
