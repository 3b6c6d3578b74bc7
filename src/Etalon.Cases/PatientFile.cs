using System.Globalization;
using System.Text.Json;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Cases;

/// <summary>
/// Reads a patient file: one JSON with visits, radiotherapy and chemotherapy, images named with the placeholder {$image_dir} for the
/// file's own folder. The layout's documented conventions (ADC in 10⁻⁶ mm²/s, water 3000, one drug named chemotherapy) are assumptions.
/// </summary>
public static class PatientFile
{
    private const string Layout = "documentation of the patient-file layout";
    private const string ImageDirectory = "{$image_dir}";

    /// <summary>Reads a case.</summary>
    /// <exception cref="CaseException">The file cannot be used at all.</exception>
    public static PatientCase Read(string path, CaseOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var name = Path.GetFileName(path);
        using var document = JsonInput.Read(path, name);
        var reader = new Reader(new CaseFolder(Path.GetDirectoryName(Path.GetFullPath(path))!, options.AllowOutside, NiftiSpacingRule.PixDim), options);
        return reader.Read(document.RootElement, name);
    }

    private sealed class Reader(CaseFolder folder, CaseOptions options)
    {
        // The file's own name is often the patient's; findings stand in the report.
        private const string Place = "patient file";
        private readonly List<Finding> _findings = [];
        private readonly List<Assumption> _assumptions = [];
        private bool _zoneAssumed;

        public PatientCase Read(JsonElement root, string name)
        {
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("visits", out var visits) || visits.ValueKind != JsonValueKind.Array)
            {
                throw new CaseException(Field(Place, "no list 'visits'", "a patient file with 'visits'", Severity.Error));
            }

            _findings.AddRange(JsonInput.UnknownFields(
                root, Place, "patient", "brainmask", "T1_post", "T1_pre", "T2_flair", "visits", "radiotherapy", "chemotherapy"));
            var adcUnit = AdcUnit();
            var read = visits.EnumerateArray().Select((v, n) => ReadVisit(v, n, adcUnit)).OfType<Visit>().ToList();
            var shared = new[] { ("T1_post", ImageKind.T1Post), ("T1_pre", ImageKind.T1), ("T2_flair", ImageKind.Flair), ("brainmask", ImageKind.BrainMask) }
                .Select(s => Image(root, s.Item1, s.Item2, Place, null, null)).OfType<ImageReference>().ToList();
            // A treatment given beside the images stands for what the file says of it.
            var treatment = options.TreatmentFile is { } given ? TreatmentFile.Read(given, _findings, _assumptions) : new TreatmentGiven(Fractions(root), Chemotherapy(root), []);
            TreatmentFile.TellLargeFractions(treatment.Fractions, Place, _findings);
            return new PatientCase
            {
                Subject = Pseudonym.Of(root.TryGetProperty("patient", out var p) && p.ValueKind == JsonValueKind.String ? p.GetString()! : name),
                Layout = "patient-file",
                Visits = InOrder(read),
                Shared = shared,
                Treatment = treatment,
                Density = new DensityReference(3e-3, 0, Layout),
                IsRegistered = true,
                Findings = _findings,
                Assumptions = _assumptions,
            };
        }

        private Unit AdcUnit()
        {
            Assume("density-reference", "Cell density is (3000 − ADC)/3000 inside the tumour mask, ADC in 10⁻⁶ mm²/s.", "0.003 mm2/s", Layout);
            Assume("spacing", "Where pixdim and the affine of an image state different spacings, pixdim counts.", "pixdim", Layout);
            Assume("registered", "All images of all visits lie in one frame.", "true", Layout);
            if (options.AssumedUnits.TryGetValue("adc", out var stated))
            {
                Assume("adc-unit", "The ADC maps state no unit; the user gave one.", stated.Code, "user");
                return stated;
            }

            Assume("adc-unit", "The ADC maps state no unit; the layout documents one.", "10*-6.mm2/s", Layout);
            return Unit.Parse("10*-6.mm2/s");
        }

        private Visit? ReadVisit(JsonElement v, int index, Unit adcUnit)
        {
            var id = (index + 1).ToString(CultureInfo.InvariantCulture);
            var about = $"{Place}: visit {id}";
            if (v.ValueKind != JsonValueKind.Object || Time(v, about) is not { } time)
            {
                _findings.Add(Field(about, "no readable 'time'", "an ISO 8601 instant", Severity.Error));
                return null;
            }

            _findings.AddRange(JsonInput.UnknownFields(v, about, "time", "adc", "roi_enhance", "roi_nonenhance"));
            var images = new List<ImageReference?>
            {
                Image(v, "adc", ImageKind.AdcMap, about, null, adcUnit),
                Image(v, "roi_enhance", ImageKind.RegionMask, about, "enhancing", null),
                Image(v, "roi_nonenhance", ImageKind.RegionMask, about, "non-enhancing", null),
            };
            return new Visit { Id = id, Time = time, Images = images.OfType<ImageReference>().ToList(), Acquisition = Acquisition.Unknown($"visit-{id}") };
        }

        private ImageReference? Image(JsonElement owner, string field, ImageKind kind, string about, string? region, Unit? unit)
        {
            if (!owner.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null)
            {
                return null;
            }

            if (value.ValueKind != JsonValueKind.String)
            {
                _findings.Add(Field($"{about}: {field}", value.ValueKind.ToString(), "a file name", Severity.Error));
                return null;
            }

            var name = value.GetString()!;
            name = name.StartsWith(ImageDirectory, StringComparison.Ordinal) ? name[ImageDirectory.Length..].TrimStart('/') : name;
            return new ImageReference(kind, folder.Shown(name), region, _ => folder.Read(name, $"{about}: {field}", unit));
        }

        private List<Fraction> Fractions(JsonElement root) => Events(root, "radiotherapy", (e, about) =>
        {
            _findings.AddRange(JsonInput.UnknownFields(e, about, "time", "dose", "units"));
            return Time(e, about) is { } time && Amount(e, "dose", about) is { } dose && InUnit(e, about, "Gy", dose) is { } gy ? new Fraction(time, gy) : null;
        }).OrderBy(f => f.Time).ToList();

        private List<DrugCourse> Chemotherapy(JsonElement root)
        {
            var units = new HashSet<string>(StringComparer.Ordinal);
            var doses = Events(root, "chemotherapy", (e, about) =>
            {
                _findings.AddRange(JsonInput.UnknownFields(e, about, "time", "dose", "units"));
                units.Add(e.TryGetProperty("units", out var u) && u.ValueKind == JsonValueKind.String ? JsonInput.Short(u.GetString()!) : "mg");
                return Time(e, about) is { } time && Amount(e, "dose", about) is { } amount ? new DrugDose(time, amount) : null;
            }).OrderBy(d => d.Time).ToList();
            if (units.Count > 1)
            {
                _findings.Add(Field($"{Place}: chemotherapy", $"doses in {string.Join(" and ", units.Order(StringComparer.Ordinal))}", "one unit for one drug; chemotherapy was not used", Severity.Error));
            }

            if (doses.Count == 0 || units.Count > 1)
            {
                return [];
            }

            var reference = doses.Max(d => d.Amount);
            var text = FormattableString.Invariant($"{reference} {string.Join("/", units)}");
            Assume("reference-amount", "The layout names no reference amount; the largest dose of the drug is taken.", text, Layout, FindingCodes.ReferenceAmountAssumed);
            return [new DrugCourse("chemotherapy", units.Count == 1 ? units.First() : "mg", reference, doses)];
        }

        private List<T> Events<T>(JsonElement root, string field, Func<JsonElement, string, T?> read)
            where T : class
        {
            if (!root.TryGetProperty(field, out var list) || list.ValueKind == JsonValueKind.Null)
            {
                return [];
            }

            if (list.ValueKind != JsonValueKind.Array)
            {
                _findings.Add(Field($"{Place}: {field}", list.ValueKind.ToString(), "a list", Severity.Error));
                return [];
            }

            return list.EnumerateArray().Select((e, n) =>
            {
                var about = $"{Place}: {field}, entry {n + 1}";
                var result = e.ValueKind == JsonValueKind.Object ? read(e, about) : null;
                if (result is null)
                {
                    _findings.Add(Field(about, "an entry without a usable time and dose", "time (ISO 8601) and a dose of at least 0", Severity.Error));
                }

                return result;
            }).OfType<T>().ToList();
        }

        private DateTimeOffset? Time(JsonElement owner, string about)
        {
            if (!owner.TryGetProperty("time", out var value) || value.ValueKind != JsonValueKind.String)
            {
                return null;
            }

            var time = CaseTime.Parse(value.GetString()!, out var hasOffset);
            if (time is not null && !hasOffset && !_zoneAssumed)
            {
                _zoneAssumed = true;
                Assume("time-zone", "Times carry no offset from UTC; all are read as one local zone.", "one zone", Layout, FindingCodes.TimeZoneNotStated);
            }

            return time;
        }

        private static double? Amount(JsonElement owner, string field, string about) =>
            owner.TryGetProperty(field, out var v) && v.ValueKind == JsonValueKind.Number && v.TryGetDouble(out var d) && d > 0 && d < 1e9 ? d : null;

        private static double? InUnit(JsonElement owner, string about, string unit, double value)
        {
            if (!owner.TryGetProperty("units", out var text) || text.ValueKind != JsonValueKind.String)
            {
                return null;
            }

            return Unit.TryParse(text.GetString(), out var stated) && stated!.IsCommensurableWith(Unit.Parse(unit)) ? value * stated.FactorTo(Unit.Parse(unit)) : null;
        }

        private List<Visit> InOrder(List<Visit> visits)
        {
            for (var i = 1; i < visits.Count; i++)
            {
                if (visits[i].Time < visits[i - 1].Time)
                {
                    _findings.Add(new Finding(
                        FindingCodes.VisitsOutOfOrder, Severity.Warning, $"{Place}: visit {visits[i].Id}", $"{visits[i].Time:yyyy-MM-dd}, before visit {visits[i - 1].Id}",
                        "visits in order of time", "They were put in order by their times; check that the times are right."));
                }
            }

            var result = new List<Visit>();
            foreach (var visit in visits.OrderBy(v => v.Time))
            {
                if (result.Count > 0 && result[^1].Time == visit.Time)
                {
                    _findings.Add(new Finding(
                        FindingCodes.VisitsDuplicate, Severity.Error, $"{Place}: visit {visit.Id}", $"the same instant as visit {result[^1].Id}",
                        "one visit per instant", "Visit " + visit.Id + " was left out. Correct its time, or take it out."));
                    continue;
                }

                result.Add(visit);
            }

            return result;
        }

        private void Assume(string id, string text, string value, string source, string code = FindingCodes.ValueAssumed)
        {
            _assumptions.Add(new Assumption(id, text, value, source));
            _findings.Add(new Finding(code, Severity.Info, Place, text, "a stated value", $"Taken: {value} ({source})."));
        }

        private static Finding Field(string about, string found, string expected, Severity severity) =>
            new(FindingCodes.FieldInvalid, severity, about, found, expected, "Correct the entry; it was not used.");
    }
}
