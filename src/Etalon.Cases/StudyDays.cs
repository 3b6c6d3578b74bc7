using System.Globalization;

namespace Etalon.Cases;

/// <summary>The days of a case in order of time: which of them are visits, by what number, and what the name of a file may call each.</summary>
/// <param name="days">In order of time, undated ones last.</param>
internal sealed class StudyDays(IReadOnlyList<IReadOnlyList<DicomSeriesOfCase>> days)
{
    /// <summary>The day of a series, by its place in time.</summary>
    public int IndexOf(DicomSeriesOfCase series) => days.Index().First(d => d.Item.Any(s => s.Name == series.Name)).Index;

    /// <summary>
    /// The numbers of the visits: of days that hold an image which is measured or shown, or an outline. An undated study has no place among others:
    /// it is a visit only where it is the only one.
    /// </summary>
    /// <param name="drawnOn">Names of the series that hold outlines.</param>
    /// <returns>By the place of the day.</returns>
    public IReadOnlyDictionary<int, int> Numbers(IReadOnlySet<string> drawnOn)
    {
        var numbers = new Dictionary<int, int>();
        for (var n = 0; n < days.Count; n++)
        {
            if (days[n].Any(s => s.Kind is not null || drawnOn.Contains(s.Name)) && (numbers.Count == 0 || days[n].Any(s => DayOf(s) is not null)))
            {
                numbers[n] = numbers.Count + 1;
            }
        }

        return numbers;
    }

    /// <summary>What the name of a file may call the session of a series whatever is a visit: its day, or its StudyID.</summary>
    public static IEnumerable<string> Names(DicomSeriesOfCase series)
    {
        if (DayOf(series) is { } day)
        {
            yield return day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        }

        if (series.First.StudyId.Length > 0)
        {
            yield return series.First.StudyId;
        }
    }

    /// <summary>The day of the study, else of the acquisition; null where neither is stated.</summary>
    public static DateTime? DayOf(DicomSeriesOfCase series) => series.First.Study?.Date ?? series.First.AcquiredOn;
}
