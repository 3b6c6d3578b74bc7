using Etalon.Imaging.Dicom;

namespace Etalon.Assays.Suv;

/// <summary>The instant that the activity of each slice is valid for, and by which rule it was found.</summary>
/// <param name="Instants">One per slice.</param>
/// <param name="Rule">For the report.</param>
/// <param name="Name">The rule in a word: <c>series-time</c>.</param>
internal sealed record SuvReference(IReadOnlyList<DateTime> Instants, string Rule, string Name);

/// <summary>Instants of a PET series: of its decay correction and of the injection.</summary>
internal static class SuvTime
{
    /// <summary>Instants of the activity; null where the headers have no usable time.</summary>
    /// <param name="slices">Header of each slice.</param>
    /// <param name="isUncorrected">Whether decay was not corrected at all (NONE).</param>
    public static SuvReference? Reference(IReadOnlyList<PetHeader> slices, bool isUncorrected)
    {
        if (isUncorrected)
        {
            return slices.All(s => s.Acquisition is not null)
                ? new SuvReference([.. slices.Select(s => s.Acquisition!.Value + MeanDecay(s))], "not decay-corrected: each frame at the instant of its mean activity", "mean-activity")
                : null;
        }

        if (slices.All(s => s.DecayCorrectedTo is not null))
        {
            return new SuvReference([.. slices.Select(s => s.DecayCorrectedTo!.Value)], "decay-corrected to the stated DecayCorrectionDateTime (0018,9701)", "decay-correction-datetime");
        }

        var acquisitions = slices.Select(s => s.Acquisition).OfType<DateTime>().ToList();
        DateTime? earliest = acquisitions.Count > 0 ? acquisitions.Min() : null;
        var series = slices[0].Series;
        if (series is not null && (earliest is null || series <= earliest))
        {
            return All(slices, series.Value, "decay-corrected to the start, which is the series time", "series-time");
        }

        if (slices.Select(s => s.GeScan).OfType<DateTime>().ToList() is { Count: > 0 } scans)
        {
            return All(slices, scans.Min(), "decay-corrected to the start, which is GE's scan start (0009,100D), since the series time is later than the acquisition", "ge-scan-start");
        }

        var back = slices.Where(s => s.Acquisition is not null && s.FrameReferenceTimeS > 0).Select(s => s.Acquisition!.Value + MeanDecay(s) - TimeSpan.FromSeconds(s.FrameReferenceTimeS!.Value)).Order().ToList();
        if (back.Count > 0)
        {
            return All(slices, back[back.Count / 2], "decay-corrected to the start, which was reckoned back from FrameReferenceTime, since the series time is later than the acquisition", "frame-reference-time");
        }

        return earliest is { } first ? All(slices, first, "decay-corrected to the start, taken as the earliest acquisition", "earliest-acquisition") : null;
    }

    /// <summary>Ten half-lives, after which a thousandth is left; a day where the half-life is not stated.</summary>
    public static double LongestUptakeS(double? halfLifeS) => halfLifeS > 0 ? 10 * halfLifeS.Value : 86400;

    /// <summary>
    /// When it was injected. A time without a date is of the day of the scan, or of the day before where it would be after the scan. So is a stated
    /// instant that lies after the scan or so long before it that nothing would be left to see.
    /// </summary>
    /// <param name="h">The administration.</param>
    /// <param name="halfLifeS">Of its radionuclide.</param>
    /// <param name="scan">The instant of the activity.</param>
    /// <param name="latest">The last instant at which it can have been injected: <paramref name="scan"/>, or the start of the last frame of a dynamic series.</param>
    /// <param name="assumptions">Receives what was assumed.</param>
    public static DateTime? Injection(PetInjection h, double halfLifeS, DateTime scan, DateTime latest, List<string> assumptions)
    {
        if (h.DateTime is { } stated && stated <= latest && (scan - stated).TotalSeconds <= LongestUptakeS(halfLifeS))
        {
            return stated;
        }

        if ((h.Time ?? h.DateTime?.TimeOfDay) is not { } time)
        {
            return null;
        }

        if (h.DateTime is not null)
        {
            assumptions.Add("The stated day of the injection contradicts that of the scan; its time of day was taken, on the day of the scan or the day before.");
        }

        var day = latest.Date + time;
        return day <= latest ? day : day.AddDays(-1);
    }

    /// <summary>From the start of a frame to the instant at which the activity equals its mean over the frame: ln(λT / (1 − e^−λT)) / λ.</summary>
    private static TimeSpan MeanDecay(PetHeader s)
    {
        if (s is not { FrameDurationS: > 0, HalfLifeS: > 0 })
        {
            return TimeSpan.Zero;
        }

        var lambda = Math.Log(2) / s.HalfLifeS.Value;
        var x = lambda * s.FrameDurationS.Value;
        return TimeSpan.FromSeconds(x < 1e-6 ? 0.5 * s.FrameDurationS.Value : Math.Log(x / -double.ExpM1(-x)) / lambda);
    }

    private static SuvReference All(IReadOnlyList<PetHeader> slices, DateTime instant, string rule, string name) => new([.. Enumerable.Repeat(instant, slices.Count)], rule, name);
}
