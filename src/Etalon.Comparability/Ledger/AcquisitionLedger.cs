using Etalon.Cases.Inspection;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Comparability;

/// <summary>The acquisition ledger: for each measurand, what differences of attributes do to it. The table of Etalon is ledger.txt beside this file, embedded.</summary>
public sealed class AcquisitionLedger
{
    private const string OwnName = "ledger.txt";

    private AcquisitionLedger(IReadOnlyList<LedgerRow> rows) => Rows = rows;

    /// <summary>The table of Etalon.</summary>
    public static AcquisitionLedger Default { get; } = Own();

    /// <summary>All rows, in the order of the files.</summary>
    public IReadOnlyList<LedgerRow> Rows { get; }

    /// <summary>The table with the rows of another file behind, which therefore count first.</summary>
    /// <param name="text">Of the file, in the form that ledger.txt explains.</param>
    /// <param name="name">Name of the file, for messages.</param>
    /// <param name="findings">Receives one error for each row that is wrong.</param>
    /// <returns>The table; this one where a row is wrong, so that a spoilt file is never used in part.</returns>
    public AcquisitionLedger With(string text, string name, List<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        var read = LedgerReader.Read(text, name);
        findings.AddRange(read.Findings);
        return read.Findings.Count > 0 ? this : new AcquisitionLedger([.. Rows, .. read.Rows]);
    }

    /// <summary>Rows that count for a measurand, one for each leading attribute: the most specific, and of two alike the later.</summary>
    /// <param name="measurand">Code, with or without a statistic.</param>
    /// <param name="modality">Of the acquisition; what is neither PT nor CT is taken as MR.</param>
    public IReadOnlyList<LedgerRow> For(string measurand, string? modality)
    {
        ArgumentNullException.ThrowIfNull(measurand);
        var best = new Dictionary<string, (LedgerRow Row, int Rank)>(StringComparer.Ordinal);
        foreach (var row in Rows.Where(r => r.Relation is not (LedgerRelation.None or LedgerRelation.Asked)))
        {
            if (Rank(row.Measurand, measurand, modality) is { } rank && (!best.TryGetValue(row.Lead, out var known) || rank >= known.Rank))
            {
                best[row.Lead] = (row, rank);
            }
        }

        return [.. AttributeTable.All.Where(a => best.ContainsKey(a.Name)).Select(a => best[a.Name].Row)];
    }

    /// <summary>Whether the table says anything of a measurand beyond what it says of all.</summary>
    public bool Knows(string measurand) => Rows.Any(r => r.Measurand[0] != '*' && Rank(r.Measurand, measurand, null) is not null) && Repeatability(measurand) is not null;

    /// <summary>Measurands with a repeatability, in order.</summary>
    public IReadOnlyList<string> Measurands => [.. Rows.Where(r => r.Relation == LedgerRelation.None).Select(r => r.Measurand.Split('.')[0]).Distinct(StringComparer.Ordinal)];

    /// <summary>The row of the within-subject coefficient of variation of a measurand; null where there is none.</summary>
    public LedgerRow? Repeatability(string measurand) => Rows.Where(r => r.Relation == LedgerRelation.None && Rank(r.Measurand, measurand, null) is not null)
        .OrderBy(r => Rank(r.Measurand, measurand, null)).LastOrDefault();

    private static int? Rank(string ofRow, string measurand, string? modality) => MeasurandNeeds.Rank(ofRow, measurand, modality);

    private static AcquisitionLedger Own()
    {
        using var stream = typeof(AcquisitionLedger).Assembly.GetManifestResourceStream("Etalon.Comparability.ledger.txt") ?? throw new InvalidOperationException("The ledger is missing from the assembly.");
        using var reader = new StreamReader(stream);
        var read = LedgerReader.Read(reader.ReadToEnd(), OwnName);
        return read.Findings is [var first, ..] ? throw new InvalidOperationException(first.ToString()) : new AcquisitionLedger(read.Rows);
    }
}
