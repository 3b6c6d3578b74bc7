using System.Globalization;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;

namespace Etalon.Cases;

/// <summary>Makes visits of the DICOM objects of one subject: every study day is a visit; series become images, outlines become regions.</summary>
internal sealed class DicomVisits(CaseOptions options, DicomIdentity identity, List<Finding> findings, List<Assumption> assumptions)
{
    /// <summary>Visits in order of time.</summary>
    /// <param name="items">The objects of one subject.</param>
    /// <param name="shapeless">Series of which no object has a usable geometry, with the reason.</param>
    /// <param name="masks">NIfTI masks that lie beside the objects.</param>
    public List<Visit> Of(IReadOnlyList<DicomItem> items, IReadOnlyDictionary<string, DicomGeometryException> shapeless, IReadOnlyList<MaskFile> masks) =>
        Visits(Series(items, new Dictionary<string, DicomGeometryException>(shapeless, StringComparer.Ordinal)), items, masks);

    private List<DicomSeriesOfCase> Series(IReadOnlyList<DicomItem> items, Dictionary<string, DicomGeometryException> shapeless)
    {
        var result = new List<DicomSeriesOfCase>();
        var groups = items.Where(i => i.Image is not null).GroupBy(i => (i.SeriesUid, IsAdc: DicomSeriesOfCase.IsAdc(i)))
            .OrderBy(g => g.First().SeriesNumber ?? int.MaxValue).ThenBy(g => g.Key.SeriesUid, StringComparer.Ordinal).ThenBy(g => g.Key.IsAdc).ToList();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var group in groups)
        {
            var members = group.OrderBy(i => i.SopInstanceUid, StringComparer.Ordinal).ToList();
            var name = SeriesName.Unique(names, members[0].SeriesNumber, members[0].Modality);

            shapeless.Remove(group.Key.SeriesUid);
            var found = new List<Finding>();
            var stacks = DicomStacks.Build([.. members.Select(i => i.Image!)], name, found);
            // Whether a map's unit matters, and what the user says of it, is told where it is measured.
            findings.AddRange(found.Where(f => f.Code != FindingCodes.UnitNotStated));
            foreach (var stack in stacks.Where(s => s.Layout is not null))
            {
                var objects = stack.Frames.Select(f => f.Object).ToHashSet(StringComparer.Ordinal);
                result.Add(new DicomSeriesOfCase { Name = stack.Name, Items = members.FindAll(i => objects.Contains(i.Name)), Layout = stack.Layout!, Component = stack.Component });
            }
        }

        foreach (var (uid, trouble) in shapeless)
        {
            if (items.FirstOrDefault(i => i.SeriesUid == uid) is not { } item)
            {
                continue;
            }

            findings.Add(new Finding(
                FindingCodes.SeriesNotAVolume, trouble.Severity, SeriesName.Of(item.SeriesNumber, item.Modality), trouble.Found, trouble.Expected,
                trouble.Remedy));
        }

        return result;
    }

    private List<Visit> Visits(List<DicomSeriesOfCase> series, IReadOnlyList<DicomItem> items, IReadOnlyList<MaskFile> masks)
    {
        // A series without a date is of the day of its study, if another series of that knows it.
        var dayOfStudy = series.Where(s => StudyDays.DayOf(s) is not null).GroupBy(s => s.First.StudyUid, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Min(StudyDays.DayOf), StringComparer.Ordinal);
        // Two hospitals on one day are two visits.
        var owners = items.Where(i => i.PatientId.Length > 0).GroupBy(i => i.StudyUid, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Select(i => i.PatientId).Order(StringComparer.Ordinal).First(), StringComparer.Ordinal);
        var isOne = owners.Values.Distinct(StringComparer.Ordinal).Count() < 2;
        string Owner(DicomSeriesOfCase s) => isOne ? "" : owners.GetValueOrDefault(s.First.StudyUid, "");
        var days = series.GroupBy(s => (Day: StudyDays.DayOf(s) ?? dayOfStudy.GetValueOrDefault(s.First.StudyUid), Study: Owner(s)))
            .SelectMany(g => g.Key.Day is null ? g.GroupBy(s => (Day: (DateTime?)null, Study: s.First.StudyUid)) : [g])
            .OrderBy(g => g.Key.Day ?? DateTime.MaxValue).ThenBy(g => g.Min(s => s.First.Study ?? DateTime.MaxValue)).ThenBy(g => g.Key.Study, StringComparer.Ordinal).ToList();
        var studyDays = new StudyDays([.. days.Select(d => d.ToList())]);
        var regions = new DicomRegions(series, identity, findings).Of([.. items.OrderBy(i => i.SopInstanceUid, StringComparer.Ordinal)], masks, studyDays);
        var numbers = studyDays.Numbers(regions.Select(r => r.DrawnOn).OfType<string>().ToHashSet(StringComparer.Ordinal));
        var visits = new List<Visit>();
        foreach (var (n, day) in days.Index())
        {
            var id = numbers.GetValueOrDefault(n).ToString(CultureInfo.InvariantCulture);
            var drawnOn = regions.Where(r => day.Any(s => s.Name == r.DrawnOn)).ToList();
            var images = day.OrderBy(s => Preference(s, drawnOn)).SelectMany(s => Images(s, day.ToList(), drawnOn)).Concat(drawnOn)
                .Select(i => day.FirstOrDefault(s => s.Name == (i.DrawnOn ?? i.Name)) is { } on ? i with { Acquisition = AcquisitionOf(on) } : i).ToList();
            if (images.Count == 0)
            {
                continue;
            }

            if (!numbers.ContainsKey(n))
            {
                findings.Add(new Finding(
                    FindingCodes.VisitUndated, Severity.Error, string.Join(", ", day.Select(s => s.Name)), "a study without a readable StudyDate, AcquisitionDate or SeriesDate beside others", "the day of each scan",
                    "The study was left out: nobody can say whether it was before or after the others. Export it with its date, or run it alone."));
                continue;
            }

            findings.AddRange(day.Where(s => images.Exists(i => i.Name == s.Name)).SelectMany(s => s.HeaderFindings).Select(identity.Clean));
            TellDates(day, day.Key.Day, id);
            TellUnused(images, id);
            var measured = (images.Find(i => i.Kind == ImageKind.DiffusionSeries) ?? images.Find(i => i.Kind == ImageKind.Suv))?.Name;
            visits.Add(new Visit { Id = id, Time = Time(day, day.FirstOrDefault(s => s.Name == measured), id), Images = images, Acquisition = Primary(day.ToList(), measured) });
        }

        TellZone(series);
        return visits;
    }

    private IEnumerable<ImageReference> Images(DicomSeriesOfCase series, List<DicomSeriesOfCase> day, List<ImageReference> regions)
    {
        var isTarget = regions.Any(r => r.DrawnOn == series.Name);
        if ((series.Kind ?? (isTarget ? ImageKind.Other : null)) is not { } kind)
        {
            yield break;
        }

        Unit? unit = null;
        string? from = null;
        if (kind == ImageKind.AdcMap)
        {
            var adc = Unit.Parse("mm2/s");
            unit = series.Layout.UnitCode is { } code && Unit.Parse(code) is var stated && stated.IsCommensurableWith(adc) ? stated : Assumed();
            from = day.FirstOrDefault(s => s.Kind == ImageKind.DiffusionSeries && s.IsAmong(series.Items.SelectMany(i => i.Sources).ToHashSet(StringComparer.Ordinal)))?.Name;
        }

        yield return new ImageReference(kind, series.Name, null, cancellation => series.Load(unit, cancellation) with { DoseUnit = kind == ImageKind.Suv ? options.AssumedUnits.GetValueOrDefault("dose") : null }) { ComputedFrom = from, Origin = series.Origin };
    }

    private Unit? Assumed()
    {
        if (options.AssumedUnits.GetValueOrDefault("adc") is not { } unit)
        {
            return null;
        }

        if (assumptions.All(a => a.Id != "adc-unit"))
        {
            assumptions.Add(new Assumption("adc-unit", "The scanner's ADC map is in the unit that the user states.", unit.Code, "user"));
            findings.Add(new Finding(FindingCodes.ValueAssumed, Severity.Info, "adc", unit.Code, "a unit stated by the object", "The user stated it (--assume)."));
        }

        return unit;
    }

    /// <summary>The first of a kind is measured: corrected for attenuation before not, original before derived, with a region before without.</summary>
    private static int Preference(DicomSeriesOfCase series, List<ImageReference> regions) =>
        (series.First.Pet is { Corrections: { Count: > 0 } c } && !c.Contains("ATTN", StringComparer.Ordinal) ? 4 : 0)
        + (series.Kind == ImageKind.DiffusionSeries && series.IsDerived ? 2 : 0) + (regions.Any(r => r.DrawnOn == series.Name) ? 0 : 1);

    private void TellUnused(List<ImageReference> images, string id)
    {
        foreach (var kind in images.Where(i => i.Kind is ImageKind.DiffusionSeries or ImageKind.Suv).GroupBy(i => i.Kind).Where(g => g.Count() > 1))
        {
            findings.Add(new Finding(
                FindingCodes.SeriesNotMeasured, Severity.Warning, $"visit {id}: {string.Join(", ", kind.Skip(1).Select(i => i.Name))}", $"{kind.Count()} {(kind.Key == ImageKind.Suv ? "PET" : "diffusion")} series at one visit",
                "one of a kind", $"{kind.First().Name} was measured, the others were not. Run them apart to measure each."));
        }
    }

    /// <summary>The acquisition of what is measured: diffusion before PET before the rest.</summary>
    private Acquisition Primary(List<DicomSeriesOfCase> day, string? measured)
    {
        var primary = day.OrderBy(s => s.Name == measured ? 0 : 1).ThenBy(s => s.Kind switch { ImageKind.DiffusionSeries => 0, ImageKind.AdcMap => 1, ImageKind.Suv => 2, ImageKind.Ct => 3, _ => 4 }).ThenBy(s => s.IsDerived).First();
        return AcquisitionOf(primary);
    }

    private Acquisition AcquisitionOf(DicomSeriesOfCase series)
    {
        var bValues = string.Join(" ", series.Layout.BValues.Distinct().Select(b => b.ToString("0.###", CultureInfo.InvariantCulture)));
        var record = identity.Clean(series.First.Acquisition!);
        return record with
        {
            Id = series.Name,
            Attributes = [.. record.Attributes.Select(a => a.Name == "DiffusionBValue" && bValues.Length > 0 ? new AcquisitionAttribute(a.Name, bValues, AttributeState.Present) : a)],
        };
    }

    /// <summary>When what is measured was acquired, if that is on the day of its study; else when the study began.</summary>
    private DateTimeOffset Time(IEnumerable<DicomSeriesOfCase> day, DicomSeriesOfCase? measured, string id)
    {
        if (measured?.Items.Min(i => i.AcquiredAt) is { } acquired && measured.First.Study is { } began && acquired >= began && acquired - began < TimeSpan.FromHours(12))
        {
            return new DateTimeOffset(acquired, measured.First.Offset ?? TimeSpan.Zero);
        }

        var first = day.Select(s => s.First).OrderBy(i => i.Study ?? i.AcquiredOn ?? DateTime.MaxValue).First();
        if ((first.Study ?? first.AcquiredOn) is { } time)
        {
            return new DateTimeOffset(time, first.Offset ?? TimeSpan.Zero);
        }

        findings.Add(new Finding(
            FindingCodes.VisitUndated, Severity.Warning, $"visit {id}", "no readable StudyDate, AcquisitionDate or SeriesDate", "the day of the scan",
            "The visit is shown as of 1 January 1900, which means nothing. Nothing that depends on the day was computed."));
        assumptions.Add(new Assumption("visit-day", $"Visit {id} has no date; 1 January 1900 stands for it.", "1900-01-01", "etalon"));
        return new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }

    private void TellDates(IEnumerable<DicomSeriesOfCase> day, DateTime? date, string id)
    {
        foreach (var series in day.Where(s => s.Kind is not null && s.First.AcquiredOn is not null && date is not null))
        {
            // One day more is a scan over midnight.
            var days = (series.First.AcquiredOn!.Value - date!.Value).Days;
            if (days is < 0 or > 1)
            {
                findings.Add(new Finding(
                    FindingCodes.AcquisitionDateDiffers, Severity.Warning, $"visit {id}: {series.Name}",
                    $"acquired {Math.Abs(days)} days {(days < 0 ? "before" : "after")} the day of the study it is filed under", "images of one day in one visit",
                    "It was kept with this visit, as its study says. If it is of another day, what is read from it belongs to that day; correct the dates."));
            }
        }
    }

    private void TellZone(List<DicomSeriesOfCase> series)
    {
        if (series.Any(s => s.First.Offset is null))
        {
            Assume(new Assumption("time-zone", "Times carry no offset from UTC; all are read as one local zone.", "one zone", "PS3.3 C.12.1.1.8"));
            findings.Add(new Finding(
                FindingCodes.TimeZoneNotStated, Severity.Info, "the DICOM objects", "no TimezoneOffsetFromUTC", "an offset from UTC", "All times were read as one local zone."));
        }
    }

    /// <summary>Several groups of objects share one list.</summary>
    private void Assume(Assumption assumption)
    {
        if (!assumptions.Contains(assumption))
        {
            assumptions.Add(assumption);
        }
    }
}
