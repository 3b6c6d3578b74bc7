namespace Etalon.Comparability.Calibration;

/// <summary>All vials of one session.</summary>
/// <param name="Date">Day.</param>
/// <param name="X">Reference values, shape (vials).</param>
/// <param name="XU">Their standard uncertainties, shape (vials).</param>
/// <param name="Y">Readings, shape (vials).</param>
internal sealed record SessionReadings(DateOnly Date, double[] X, double[] XU, double[] Y);

/// <summary>Sessions of one scanner state between two breaks of its scale.</summary>
/// <param name="State">Key of the state.</param>
/// <param name="Station">Device.</param>
/// <param name="Sessions">In order of time.</param>
internal sealed record StateSessions(string State, string Station, IReadOnlyList<SessionReadings> Sessions)
{
    public int Readings => Sessions.Sum(s => s.X.Length);

    /// <summary>Whether the references span a line; else only a gain can be told.</summary>
    public bool HasLine
    {
        get
        {
            var (low, high) = (Sessions.Min(s => s.X.Min()), Sessions.Max(s => s.X.Max()));
            return high - low > 1e-9 * Math.Abs(high);
        }
    }

    /// <summary>Number of parameters that its readings tell.</summary>
    public int Parameters => HasLine ? 2 : 1;

    public static List<StateSessions> Of(IEnumerable<PhantomReading> readings) => readings
        .GroupBy(r => r.State, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
        .Select(state => new StateSessions(state.Key, state.First().Station, state.GroupBy(r => r.Date).OrderBy(g => g.Key)
            .Select(s => new SessionReadings(s.Key, s.Select(r => r.Reference).ToArray(), s.Select(r => r.ReferenceU).ToArray(), s.Select(r => r.Reading).ToArray())).ToList()))
        .ToList();
}
