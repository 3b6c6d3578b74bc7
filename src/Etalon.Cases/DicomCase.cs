using System.Globalization;
using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;

namespace Etalon.Cases;

/// <summary>
/// Reads a folder, a zip or a file of DICOM objects as the case of one patient: every study day is a visit; series become images, contours
/// become regions. Nothing depends on file names or their order.
/// </summary>
public static class DicomCase
{
    /// <summary>Whether a path holds DICOM: a zip, a DICOM file, or a folder in which at least one object can be read.</summary>
    public static bool IsOne(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return File.Exists(path)
            ? path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) || DicomSource.Read(path).Any(e => e.Kind == DicomEntryKind.Object)
            : Directory.Exists(path) && DicomSource.Read(path).Any(e => e.Kind == DicomEntryKind.Object);
    }

    /// <summary>Reads the case.</summary>
    /// <exception cref="CaseException">There is no usable image, or more than one patient.</exception>
    public static PatientCase Read(string path, CaseOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(options);
        return new Reader(path, options).Read(cancellation);
    }

    private sealed class Reader(string path, CaseOptions options)
    {
        private readonly List<Finding> _findings = [];
        private readonly List<Assumption> _assumptions = [];
        private readonly string _root = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";

        public PatientCase Read(CancellationToken cancellation)
        {
            var (items, refused, shapeless) = Scan(cancellation);
            if (items.Count == 0)
            {
                throw new CaseException(refused.Count > 0
                    ? Unreadable(refused[0].Name, refused[0].Error)
                    : new Finding(FindingCodes.ImageMissing, Severity.Error, Path.GetFileName(path.TrimEnd('/')), "no DICOM object", "the DICOM objects of one patient", "Check the path."));
            }

            var identity = DicomIdentity.Of(items);
            _findings.AddRange(refused.Select(r => Unreadable(identity.Clean(r.Name, 200), r.Error)).Select(f => f with { Found = identity.Clean(f.Found, 300) }));
            var series = Series(items, shapeless);
            var visits = Visits(series, items, identity);
            if (visits.Count == 0)
            {
                var why = _findings.Where(f => f.Code is FindingCodes.SlicesMissing or FindingCodes.SlicesDuplicate or FindingCodes.SlicesUneven or FindingCodes.ValueTableNotApplied or FindingCodes.SeriesNotAVolume or FindingCodes.DicomUnreadable).MaxBy(f => f.Severity);
                throw new CaseException(new Finding(
                    FindingCodes.ImageMissing, Severity.Error, "the DICOM objects", $"{items.Count} objects and no image that Etalon measures" + (why is null ? "" : $" ({why.Code}: {why.About}: {why.Found})"),
                    "PET, CT, or MR images with positions; diffusion series with two or more b-values", why?.Remedy ?? "Check that all series were exported."));
            }

            return new PatientCase
            {
                Subject = identity.Subject,
                Layout = "dicom",
                Visits = visits,
                Treatment = options.TreatmentFile is { } file ? TreatmentFile.Read(file, _findings, _assumptions) : TreatmentGiven.None,
                Findings = _findings,
                Assumptions = _assumptions,
            };
        }

        private (List<DicomItem> Items, List<(string Name, DicomException Error)> Refused, Dictionary<string, DicomGeometryException> Shapeless) Scan(CancellationToken cancellation)
        {
            var items = new List<DicomItem>();
            var refused = new List<(string Name, DicomException Error)>();
            var shapeless = new Dictionary<string, DicomGeometryException>(StringComparer.Ordinal);
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var entry in new DicomSource([path]).Read(cancellation))
            {
                try
                {
                    if (entry.Error is not null)
                    {
                        refused.Add((Relative(entry.Name), entry.Error));
                    }
                    else if (entry.File is { } file && DicomItem.Of(file, out var trouble) is { IsOfAPatient: true } item && (item.SopInstanceUid.Length == 0 || seen.Add(item.SopInstanceUid)))
                    {
                        items.Add(item);
                        if (trouble is not null)
                        {
                            shapeless.TryAdd(item.SeriesUid, trouble);
                        }
                    }
                }
                catch (DicomException e)
                {
                    refused.Add((Relative(entry.Name), e));
                }
            }

            return (items, refused, shapeless);
        }

        private string Relative(string name) => Path.GetRelativePath(_root, name);

        private static Finding Unreadable(string name, DicomException e) =>
            new(FindingCodes.DicomUnreadable, Severity.Warning, name, $"{e.Found} ({e.CodeText})", e.Expected, e.Remedy + ". The other objects were used.");

        private List<DicomSeriesOfCase> Series(List<DicomItem> items, Dictionary<string, DicomGeometryException> shapeless)
        {
            var result = new List<DicomSeriesOfCase>();
            var groups = items.Where(i => i.Image is not null).GroupBy(i => (i.SeriesUid, IsAdc: DicomSeriesOfCase.IsAdc(i)))
                .OrderBy(g => g.First().SeriesNumber ?? int.MaxValue).ThenBy(g => g.Key.SeriesUid, StringComparer.Ordinal).ThenBy(g => g.Key.IsAdc).ToList();
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var group in groups)
            {
                var members = group.OrderBy(i => i.SopInstanceUid, StringComparer.Ordinal).ToList();
                var name = $"series {members[0].SeriesNumber?.ToString(CultureInfo.InvariantCulture) ?? "without number"} ({members[0].Modality})";
                for (var n = 2; !names.Add(name); n++)
                {
                    name = $"{name.Split(", ")[0]}, {n}";
                }

                shapeless.Remove(group.Key.SeriesUid);
                var found = new List<Finding>();
                var stacks = DicomStacks.Build([.. members.Select(i => i.Image!)], name, found);
                // Whether a map's unit matters, and what the user says of it, is told where it is measured.
                _findings.AddRange(found.Where(f => f.Code != FindingCodes.UnitNotStated));
                foreach (var stack in stacks.Where(s => s.Layout is not null))
                {
                    var objects = stack.Frames.Select(f => f.Object).ToHashSet(StringComparer.Ordinal);
                    result.Add(new DicomSeriesOfCase { Name = stack.Name, Items = members.FindAll(i => objects.Contains(i.Name)), Layout = stack.Layout!, Component = stack.Component });
                }
            }

            foreach (var (uid, trouble) in shapeless)
            {
                var item = items.First(i => i.SeriesUid == uid);
                _findings.Add(new Finding(
                    FindingCodes.SeriesNotAVolume, Severity.Info, $"series {item.SeriesNumber?.ToString(CultureInfo.InvariantCulture) ?? "without number"} ({item.Modality})", trouble.Found, trouble.Expected,
                    "The series was not used. Screen captures and scouts are like this."));
            }

            return result;
        }

        private List<Visit> Visits(List<DicomSeriesOfCase> series, List<DicomItem> items, DicomIdentity identity)
        {
            // A series without a date is of the day of its study, if another series of that knows it.
            var dayOfStudy = series.Where(s => DayOf(s) is not null).GroupBy(s => s.First.StudyUid, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Min(DayOf), StringComparer.Ordinal);
            var days = series.GroupBy(s => (Day: DayOf(s) ?? dayOfStudy.GetValueOrDefault(s.First.StudyUid), Study: ""))
                .SelectMany(g => g.Key.Day is null ? g.GroupBy(s => (Day: (DateTime?)null, Study: s.First.StudyUid)) : [g])
                .OrderBy(g => g.Key.Day ?? DateTime.MaxValue).ThenBy(g => g.Key.Study, StringComparer.Ordinal).ToList();
            var regions = new DicomRegions(series, identity, _findings).Of(items.Where(i => i.Structures is not null).OrderBy(i => i.SopInstanceUid, StringComparer.Ordinal).ToList());
            var visits = new List<Visit>();
            foreach (var day in days)
            {
                var id = (visits.Count + 1).ToString(CultureInfo.InvariantCulture);
                var drawnOn = regions.Where(r => day.Any(s => s.Name == r.DrawnOn)).ToList();
                var images = day.OrderBy(s => Preference(s, drawnOn)).SelectMany(s => Images(s, day.ToList(), drawnOn)).Concat(drawnOn)
                    .Select(i => day.FirstOrDefault(s => s.Name == (i.DrawnOn ?? i.Name)) is { } on ? i with { Acquisition = AcquisitionOf(on, identity) } : i).ToList();
                if (images.Count == 0)
                {
                    continue;
                }

                // An undated study has no place among others: it is a visit only where it is the only one.
                if (day.Key.Day is null && visits.Count > 0)
                {
                    _findings.Add(new Finding(
                        FindingCodes.VisitUndated, Severity.Error, string.Join(", ", day.Select(s => s.Name)), "a study without a readable StudyDate, AcquisitionDate or SeriesDate beside others", "the day of each scan",
                        "The study was left out: nobody can say whether it was before or after the others. Export it with its date, or run it alone."));
                    continue;
                }

                TellDates(day, day.Key.Day, id);
                TellUnused(images, id);
                visits.Add(new Visit { Id = id, Time = Time(day, id), Images = images, Acquisition = Primary(day.ToList(), (images.Find(i => i.Kind == ImageKind.DiffusionSeries) ?? images.Find(i => i.Kind == ImageKind.Suv))?.Name, identity) });
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

            yield return new ImageReference(kind, series.Name, null, cancellation => series.Load(unit, cancellation) with { DoseUnit = kind == ImageKind.Suv ? options.AssumedUnits.GetValueOrDefault("dose") : null }) { ComputedFrom = from };
        }

        private Unit? Assumed()
        {
            if (options.AssumedUnits.GetValueOrDefault("adc") is not { } unit)
            {
                return null;
            }

            if (_assumptions.All(a => a.Id != "adc-unit"))
            {
                _assumptions.Add(new Assumption("adc-unit", "The scanner's ADC map is in the unit that the user states.", unit.Code, "user"));
                _findings.Add(new Finding(FindingCodes.ValueAssumed, Severity.Info, "adc", unit.Code, "a unit stated by the object", "The user stated it (--assume)."));
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
                _findings.Add(new Finding(
                    FindingCodes.SeriesNotMeasured, Severity.Warning, $"visit {id}: {string.Join(", ", kind.Skip(1).Select(i => i.Name))}", $"{kind.Count()} {(kind.Key == ImageKind.Suv ? "PET" : "diffusion")} series at one visit",
                    "one of a kind", $"{kind.First().Name} was measured, the others were not. Run them apart to measure each."));
            }
        }

        /// <summary>The acquisition of what is measured: diffusion before PET before the rest.</summary>
        private static Acquisition Primary(List<DicomSeriesOfCase> day, string? measured, DicomIdentity identity)
        {
            var primary = day.OrderBy(s => s.Name == measured ? 0 : 1).ThenBy(s => s.Kind switch { ImageKind.DiffusionSeries => 0, ImageKind.AdcMap => 1, ImageKind.Suv => 2, ImageKind.Ct => 3, _ => 4 }).ThenBy(s => s.IsDerived).First();
            return AcquisitionOf(primary, identity);
        }

        private static Acquisition AcquisitionOf(DicomSeriesOfCase series, DicomIdentity identity)
        {
            var bValues = string.Join(" ", series.Layout.BValues.Distinct().Select(b => b.ToString("0.###", CultureInfo.InvariantCulture)));
            return new Acquisition(series.Name, [.. series.First.Acquisition!.Attributes.Select(a => a.Name == "DiffusionBValue" && bValues.Length > 0
                ? new AcquisitionAttribute(a.Name, bValues, AttributeState.Present)
                : a with { Value = a.Value is null ? null : identity.Clean(a.Value, 200) })]);
        }

        private DateTimeOffset Time(IEnumerable<DicomSeriesOfCase> day, string id)
        {
            var first = day.Select(s => s.First).OrderBy(i => i.Study ?? i.AcquiredOn ?? DateTime.MaxValue).First();
            if ((first.Study ?? first.AcquiredOn) is { } time)
            {
                return new DateTimeOffset(time, first.Offset ?? TimeSpan.Zero);
            }

            _findings.Add(new Finding(
                FindingCodes.VisitUndated, Severity.Warning, $"visit {id}", "no readable StudyDate, AcquisitionDate or SeriesDate", "the day of the scan",
                "The visit is shown as of 1 January 1900, which means nothing. Nothing that depends on the day was computed."));
            _assumptions.Add(new Assumption("visit-day", $"Visit {id} has no date; 1 January 1900 stands for it.", "1900-01-01", "etalon"));
            return new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);
        }

        private static DateTime? DayOf(DicomSeriesOfCase series) => series.First.Study?.Date ?? series.First.AcquiredOn;

        private void TellDates(IEnumerable<DicomSeriesOfCase> day, DateTime? date, string id)
        {
            foreach (var series in day.Where(s => s.Kind is not null && s.First.AcquiredOn is not null && date is not null))
            {
                // One day more is a scan over midnight.
                var days = (series.First.AcquiredOn!.Value - date!.Value).Days;
                if (days is < 0 or > 1)
                {
                    _findings.Add(new Finding(
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
                _assumptions.Add(new Assumption("time-zone", "Times carry no offset from UTC; all are read as one local zone.", "one zone", "PS3.3 C.12.1.1.8"));
                _findings.Add(new Finding(
                    FindingCodes.TimeZoneNotStated, Severity.Info, "the DICOM objects", "no TimezoneOffsetFromUTC", "an offset from UTC", "All times were read as one local zone."));
            }
        }
    }
}
