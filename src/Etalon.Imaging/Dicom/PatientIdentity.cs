using Etalon.Dicom;
using Etalon.Metrology;

namespace Etalon.Imaging.Dicom;

/// <summary>What one object says of whose it is.</summary>
/// <param name="Id">PatientID; empty where none is stated.</param>
/// <param name="Issuer">IssuerOfPatientID; empty where none is stated.</param>
/// <param name="Name">PatientName as stated.</param>
/// <param name="BirthDate">PatientBirthDate; empty where it is no date.</param>
public sealed record PatientIdentity(string Id, string Issuer, string Name, string BirthDate)
{
    /// <summary>Issuer and identifier; where there is none, name and birth date; empty where nothing is stated.</summary>
    public string Key => Id.Length > 0 ? $"id:{Issuer}:{Id}" : Plain(Name).Length > 0 && BirthDate.Length > 0 ? $"name:{Plain(Name)}:{BirthDate}" : "";

    /// <summary>Reads it from an object.</summary>
    public static PatientIdentity Read(DicomDataset d)
    {
        ArgumentNullException.ThrowIfNull(d);
        return new PatientIdentity(
            Identifier(d.GetString(Tags.PatientId)), Identifier(d.GetString(Tags.IssuerOfPatientId)), d.GetString(Tags.PatientName) ?? "", DicomTime.Date(d.GetString(Tags.PatientBirthDate)) is null ? "" : d.GetString(Tags.PatientBirthDate)!);
    }

    /// <summary>The keys of identifiers without an issuer that are those of the one issuer which others of the same identifier name; with two issuers nobody can say whose they are.</summary>
    internal static Dictionary<string, string> WithIssuer(IEnumerable<PatientIdentity> identities) => identities.Where(i => i.Id.Length > 0).GroupBy(i => i.Id, StringComparer.Ordinal)
        .Where(g => g.Any(i => i.Issuer.Length == 0) && g.Select(i => i.Issuer).Where(i => i.Length > 0).Distinct(StringComparer.Ordinal).Count() == 1)
        .ToDictionary(g => g.First(i => i.Issuer.Length == 0).Key, g => g.First(i => i.Issuer.Length > 0).Key, StringComparer.Ordinal);

    /// <summary>Tells where one identifier stands with several birth dates or names.</summary>
    internal static void TellContradictions(IReadOnlyList<PatientIdentity> identities, string about, List<Finding> findings)
    {
        var births = identities.Select(i => i.BirthDate).Where(b => b.Length > 0).Distinct(StringComparer.Ordinal).Count();
        var names = identities.Select(i => Plain(i.Name)).Where(n => n.Length > 0).Distinct(StringComparer.Ordinal).Count();
        if (births > 1 || names > 1)
        {
            findings.Add(new Finding(
                FindingCodes.PatientIdentifiersDisagree, births > 1 ? Severity.Error : Severity.Warning, about,
                births > 1 ? $"one patient identifier with {births} birth dates" : $"one patient identifier with {names} names", "one of each",
                "They were kept as one patient, as the identifier says. Check that it is one person; identifiers are not printed, a DICOM viewer shows them."));
        }
    }

    /// <summary>An identifier without surrounding space; signs alone (some scanners write stars) are none.</summary>
    public static string Identifier(string? text) => text is not null && text.Any(char.IsLetterOrDigit) ? text.Trim() : "";

    /// <summary>Letters and digits in capitals: carets, spaces and case differ between writers.</summary>
    private static string Plain(string name) => new([.. name.Split('=')[0].ToUpperInvariant().Where(char.IsLetterOrDigit)]);
}
