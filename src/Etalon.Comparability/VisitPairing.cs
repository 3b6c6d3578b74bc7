using Etalon.Imaging;

namespace Etalon.Comparability;

/// <summary>Compares visits: of the series of each that could serve the measurand, the two that are most alike.</summary>
/// <remarks>Series with the same attributes are compared once, however many visits have them.</remarks>
public sealed class VisitPairing(AcquisitionComparer comparer)
{
    private const int MostSeries = 24;
    private readonly Dictionary<(string, string), AcquisitionComparison> _known = [];

    /// <summary>The comparison of two visits; null where one has no series of the measurand's modality.</summary>
    public AcquisitionComparison? Between(AcquisitionVisit a, AcquisitionVisit b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        AcquisitionComparison? best = null;
        foreach (var x in Distinct(a))
        {
            foreach (var y in Distinct(b))
            {
                var comparison = Compare(x, y);
                if (best is null || IsCloser(comparison, best))
                {
                    best = comparison;
                }
            }
        }

        return best;
    }

    private static bool IsCloser(AcquisitionComparison one, AcquisitionComparison other)
    {
        static (bool, double, int) Key(AcquisitionComparison c) => (c.UMismatch is null, c.UMismatch ?? 0, c.Differences.Count(d => d.Effect.U is null));
        return Key(one).CompareTo(Key(other)) < 0;
    }

    private List<AcquiredSeries> Distinct(AcquisitionVisit visit) => [.. visit.For(comparer.Measurand, out _).DistinctBy(Signature).Take(MostSeries)];

    private AcquisitionComparison Compare(AcquiredSeries x, AcquiredSeries y)
    {
        var key = (Signature(x), Signature(y));
        if (!_known.TryGetValue(key, out var comparison))
        {
            var (a, b) = Hidden(x.Record, y.Record);
            comparison = comparer.Compare(a, comparer.StateOf(x), b, comparer.StateOf(y));
            _known[key] = comparison;
        }

        return comparison with { From = x.Record.Id, To = y.Record.Id };
    }

    /// <summary>A serial number against the key of one: both as keys.</summary>
    private static (Acquisition, Acquisition) Hidden(Acquisition a, Acquisition b) =>
        DeviceKey.IsOne(a["DeviceSerialNumber"]) == DeviceKey.IsOne(b["DeviceSerialNumber"]) ? (a, b) : (DeviceKey.Hide(a), DeviceKey.Hide(b));

    /// <summary>All that a row of the ledger may look at: when it was is no difference.</summary>
    private static string Signature(AcquiredSeries s) => string.Join('\u001f', s.Record.Attributes.Where(a => AttributeTable.Find(a.Name)?.Kind is not (AttributeKind.Date or AttributeKind.Time or AttributeKind.DateTime)).Select(a => $"{a.Name}={a.Value}")) + '\u001e' + string.Join('\u001f', s.States.Values);
}
