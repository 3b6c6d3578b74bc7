using Etalon.Metrology.Precision;

namespace Etalon.Change;

/// <summary>The scanner states of a study's readings.</summary>
internal sealed class StateTable
{
    /// <summary>
    /// With as many contrasts of its own a state's repeatability is taken from them alone. Drawn towards the other states it would be narrower on average, but states that truly repeat worse
    /// would give too many false changes.
    /// </summary>
    private const double FewestRetests = 8;

    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private readonly List<StudiedState> _states = [];

    private StateTable()
    {
    }

    public IReadOnlyList<StudiedState> All => _states;

    public static StateTable Of(IEnumerable<ScanReading> readings, GroupedPrecision precision)
    {
        var table = new StateTable();
        foreach (var group in readings.GroupBy(KeyOf, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var values = group.Select(r => r.Value).Order().ToList();
            var retests = precision.Groups.FirstOrDefault(g => g.Group == group.First().State).Dof;
            var profile = precision.Of(group.First().State, retests >= FewestRetests ? Pooling.Separate : Pooling.Moderated)!;
            table._index.Add(group.Key, table._states.Count);
            table._states.Add(new StudiedState
            {
                Key = group.Key,
                Station = group.First().Station,
                IsKnown = group.First().State is not null,
                IsCalibrated = group.Any(r => r.IsCalibrated),
                Readings = values.Count,
                MedianValue = values[values.Count / 2],
                Profile = profile,
                Retests = retests,
                Dof = profile.DofAt(values[values.Count / 2]),
            });
        }

        return table;
    }

    /// <summary>The place of a reading's state.</summary>
    public int IndexOf(ScanReading reading) => _index[KeyOf(reading)];

    private static string KeyOf(ScanReading reading) => reading.State ?? $"{reading.Station}, software not stated";
}
