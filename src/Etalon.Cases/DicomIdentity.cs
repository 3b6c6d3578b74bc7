using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;

namespace Etalon.Cases;

/// <summary>Whose images these are, without ever saying the name; and the one way in which names and identifiers are taken out of texts.</summary>
public sealed class DicomIdentity
{
    /// <summary>Tokens of one expression; more are cleaned by several.</summary>
    private const int TokensAtOnce = 512;

    private const int MostTokens = 1 << 15;
    private const int LongestAttribute = 200;
    private const int LongestFinding = 600;

    /// <summary>Words in which findings and records are told, as Etalon writes them. A patient called Slice, Ann or Ian takes none of them apart ("scanner", "median").</summary>
    private static readonly FrozenSet<string> OwnWords = FrozenSet.ToFrozenSet(
    [
        "acquisition", "another", "called", "contradicts", "copies", "different", "differ", "differs", "diffusion", "direction", "directions", "distance", "distances", "echo", "echoes", "field", "frame", "frames",
        "functional", "gauss", "geometric", "groups", "header", "identifier", "identifiers", "image", "images", "instant", "instants", "intercept", "intercepts", "maintained", "many", "maps", "mean", "median",
        "milliseconds", "normal", "number", "numbers", "object", "objects", "orientation", "orientations", "patient", "patients", "plane", "planes", "planned", "position", "positions", "quality", "scanner", "scanners",
        "seconds", "series", "signal", "slice", "slices", "slope", "slopes", "spacing", "stack", "stacked", "stacks", "stated", "states", "stating", "taken", "tesla", "than", "that", "their", "them", "these", "time", "times",
        "timing", "unit", "units", "value", "values", "volume", "volumes", "voxel", "voxels", "weighted", "were", "within", "without",
    ], StringComparer.Ordinal);

    private readonly IReadOnlyList<Regex> _tokens;

    private DicomIdentity(string subject, IEnumerable<string> tokens)
    {
        Subject = subject;
        _tokens = [.. tokens.SelectMany(LatinLetters.Spellings).Where(t => t.Any(char.IsLetterOrDigit)).Distinct(StringComparer.OrdinalIgnoreCase).Take(MostTokens)
            .OrderByDescending(t => t.Length).ThenBy(t => t, StringComparer.Ordinal).Select(Pattern).OfType<string>().Chunk(TokensAtOnce)
            .Select(c => new Regex(string.Join("|", c), RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)))];
    }

    /// <summary>Of one patient of a tree, and of all whom the patient's objects name.</summary>
    public static DicomIdentity Of(DicomPatient patient)
    {
        ArgumentNullException.ThrowIfNull(patient);
        var pseudonym = Cases.Pseudonym.Of(patient.Key);
        return new DicomIdentity(pseudonym, Tokens([patient.Id], patient.Names, patient.Persons)) { Pseudonym = pseudonym };
    }

    /// <summary>For texts of which nobody can say whose they are: all patients of a tree, and all whom their objects name.</summary>
    public static DicomIdentity OfAll(DicomStudies studies)
    {
        ArgumentNullException.ThrowIfNull(studies);
        return new DicomIdentity("", studies.Patients.SelectMany(p => Tokens([p.Id], p.Names, p.Persons))) { Pseudonym = "" };
    }

    /// <summary>Pseudonym.</summary>
    public string Subject { get; }

    /// <summary>The pseudonym, also where the identifier is shown.</summary>
    public required string Pseudonym { get; init; }

    /// <summary>Number of identifiers that were joined; 1 where nothing was.</summary>
    public int Joined { get; private init; } = 1;

    /// <summary>The one patient of all objects.</summary>
    /// <param name="items">The patient's objects.</param>
    /// <param name="owners">What each path says of whose they are.</param>
    /// <param name="others">Objects of others that are used beside, such as phantoms: their names are taken out of texts too.</param>
    /// <param name="persons">All whom the objects name.</param>
    /// <param name="options">Whether the user says that all paths are of one person, and whether the identifier is shown.</param>
    /// <exception cref="CaseException">There are two, or it cannot be told.</exception>
    internal static DicomIdentity Of(IReadOnlyList<DicomItem> items, IReadOnlyList<DicomOwner> owners, IReadOnlyList<DicomItem> others, NamedPersons persons, CaseOptions options)
    {
        var isAsserted = options.SamePatient is not null;
        // The order of the paths must not matter: identifiers are joined in their own order.
        var people = owners.GroupBy(o => isAsserted ? o.Source : 0).Select(g => One([.. g], isAsserted)).DistinctBy(p => p.Key).OrderBy(p => p.Key, StringComparer.Ordinal).ToList();
        var names = items.Concat(others).Select(i => i.PatientName).Distinct(StringComparer.Ordinal);
        var identifiers = owners.Select(o => o.PatientId).Concat(others.Where(o => !IsPhantom(o.PatientId)).Select(o => o.PatientId)).Where(p => p.Length > 0).Distinct(StringComparer.Ordinal);
        var shown = people.Select(p => p.Shown).Where(p => p.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        var pseudonym = Cases.Pseudonym.Of(string.Join('\u001f', people.Select(p => p.Key)));
        var subject = options.Identify && shown.Count > 0 ? JsonInput.Short(string.Join(" = ", shown)) : pseudonym;
        return new DicomIdentity(subject, Tokens(identifiers, names, persons)) { Joined = people.Count, Pseudonym = pseudonym };
    }

    /// <summary>The one patient of objects of one path.</summary>
    /// <inheritdoc cref="Of(IReadOnlyList{DicomItem}, IReadOnlyList{DicomOwner}, IReadOnlyList{DicomItem}, NamedPersons, CaseOptions)"/>
    internal static DicomIdentity Of(IReadOnlyList<DicomItem> items) =>
        Of(items, [.. items.Select(i => new DicomOwner(i.Source, i.PatientId, i.Issuer, i.StudyUid))], [], new NamedPersons(), new CaseOptions());

    /// <summary>Whether an identifier is by its name that of a phantom, as <c>sub-phantom…</c> is in BIDS.</summary>
    public static bool IsPhantom(string patientId) => patientId.StartsWith("phantom", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Tokens(IEnumerable<string> identifiers, IEnumerable<string> names, NamedPersons persons) =>
        identifiers.Concat(names.SelectMany(Forms)).Concat(persons.Identifiers.Where(i => !IsPhantom(i))).Concat(persons.Names.SelectMany(Forms));

    private static (string Key, string Shown) One(IReadOnlyList<DicomOwner> owners, bool isAsserted)
    {
        var identifiers = owners.Select(i => i.PatientId).Where(p => p.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        var issuers = owners.Select(i => i.Issuer).Where(p => p.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        if (identifiers.Count > 1 || issuers.Count > 1)
        {
            throw Disagree(identifiers.Count > 1 ? $"{identifiers.Count} different patient identifiers" : $"one patient identifier from {issuers.Count} issuers", isAsserted);
        }

        var known = owners.Where(i => i.PatientId.Length > 0).Select(i => i.StudyUid).ToHashSet(StringComparer.Ordinal);
        var nameless = owners.Where(i => i.PatientId.Length == 0 && !known.Contains(i.StudyUid)).Select(i => i.StudyUid).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (nameless.Count > (identifiers.Count == 0 ? 1 : 0))
        {
            throw Disagree($"{nameless.Count} studies without a patient identifier beside {(identifiers.Count == 0 ? "each other" : "one with an identifier")}", isAsserted);
        }

        return (identifiers.Count == 0 ? $"study:{nameless.FirstOrDefault()}" : issuers.Count == 0 ? identifiers[0] : $"{issuers[0]}:{identifiers[0]}", identifiers.FirstOrDefault() ?? "");
    }

    /// <summary>
    /// Where a part of a name or an identifier is taken out: three letters or digits anywhere; shorter ones only between what are no letters
    /// (underscore, digit, space, hyphen), since they are within many a word, but anywhere in scripts that set no spaces between words.
    /// </summary>
    private static string? Pattern(string token)
    {
        var escaped = Regex.Escape(token);
        return token.Count(char.IsLetterOrDigit) >= 3 || token.Any(IsBeyondLatin) ? escaped
            : token.Any(char.IsLetter) ? $@"(?<![\p{{L}}\p{{M}}]){escaped}(?![\p{{L}}\p{{M}}])" : null;
    }

    /// <summary>Letters after those of Latin script, Extended-B.</summary>
    private static bool IsBeyondLatin(char c) => char.IsLetter(c) && c > '\u024F';

    /// <summary>A name as it stands, its parts, and family with given name in either order, joined as people join them in names of files and regions.</summary>
    private static IEnumerable<string> Forms(string name)
    {
        yield return name;
        foreach (var group in name.Split('='))
        {
            yield return group;
            var components = group.Split('^', StringSplitOptions.TrimEntries);
            var parts = components.SelectMany(c => c.Split([' ', '-', '.', ','], StringSplitOptions.RemoveEmptyEntries)).Concat(components).Where(p => p.Length > 0).ToList();
            foreach (var part in parts)
            {
                yield return part;
            }

            if (components is [{ Length: > 0 } family, { Length: > 0 } given, ..])
            {
                foreach (var first in new[] { given, given.Split(' ')[0], given.Replace(" ", "", StringComparison.Ordinal) }.Distinct(StringComparer.Ordinal))
                {
                    yield return family + first;
                    yield return first + family;
                }
            }
        }
    }

    /// <summary>Text of an object with what identifies the patient taken out, control characters too, at most so many characters.</summary>
    public string Clean(string text, int most = 64) => Clean(text, most, isOwn: false);

    /// <param name="text">Text of an object, or words of Etalon with such text among them.</param>
    /// <param name="most">Characters that are left at most.</param>
    /// <param name="isOwn">Whether the words are Etalon's: <see cref="OwnWords"/> stay whole, whatever the patient is called.</param>
    private string Clean(string text, int most, bool isOwn)
    {
        ArgumentNullException.ThrowIfNull(text);
        var plain = new string([.. text.Take(4 * most).Where(c => !char.IsControl(c))]).Trim();
        plain = _tokens.Aggregate(plain, (text, tokens) => tokens.Replace(text, match => isOwn && OwnWords.Contains(Word(text, match)) ? match.Value : "x"));
        return plain.Length <= most ? plain : plain[..most];
    }

    /// <summary>The letters on both sides of a match, with it.</summary>
    private static string Word(string text, Match match)
    {
        var (first, end) = (match.Index, match.Index + match.Length);
        while (first > 0 && char.IsLetter(text[first - 1]))
        {
            first--;
        }

        while (end < text.Length && char.IsLetter(text[end]))
        {
            end++;
        }

        return text[first..end];
    }

    /// <summary>A record of acquisition with texts cleaned. Numbers and instants stay: an identifier may be 2000, and a repetition time too.</summary>
    public Acquisition Clean(Acquisition record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return record with
        {
            Attributes = [.. record.Attributes.Select(a => a with
            {
                Value = a.Value is null || a.Numbers.Count > 0 || a.Instant is not null ? a.Value : Clean(a.Value, LongestAttribute),
                How = a.How is null ? null : Clean(a.How, LongestFinding, isOwn: true),
            })],
        };
    }

    /// <summary>A finding with what was found cleaned; the place is a name that Etalon gave.</summary>
    public Finding Clean(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return finding with { Found = Clean(finding.Found, LongestFinding, isOwn: true) };
    }

    private static CaseException Disagree(string found, bool isAsserted) => new(new Finding(
        FindingCodes.PatientIdentifiersDisagree, Severity.Error, "the DICOM objects", isAsserted ? found + " within one of the paths" : found, "the objects of one patient",
        "Give one patient's objects alone; phantoms and test-retest subjects are named in etalon.json. If two hospitals hold one person under two identifiers, give each hospital's objects as a path of its own and say why they are one person: "
        + "etalon run A B --same-patient \"REASON\". Identifiers are not printed; a DICOM viewer shows them."));
}
