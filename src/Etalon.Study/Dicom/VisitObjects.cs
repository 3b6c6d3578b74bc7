using System.Globalization;
using Etalon.Assays;
using Etalon.Assays.Suv;
using Etalon.Cases;
using Etalon.Dicom;
using Etalon.Imaging.Dicom.Write;
using Etalon.Metrology;

namespace Etalon.Study.Dicom;

/// <summary>Makes the DICOM objects of one visit: segmentations, parametric maps and a measurement report.</summary>
internal sealed class VisitObjects(StudyResult result, VisitImages visit, DicomOutputOptions options, List<Finding> findings)
{
    /// <summary>Series numbers of what is written stand far behind those of scanners.</summary>
    private const int FirstSeriesNumber = 9000;

    private readonly List<(string Name, WrittenObject Object)> _written = [];
    private readonly Dictionary<VisitRegion, (WrittenObject Object, int Number)> _segments = [];

    private string Id => visit.Visit.Id;

    /// <summary>The objects by the names of their files, in a fixed order; none where the visit is not of DICOM and nobody asked for it.</summary>
    public IReadOnlyList<(string Name, WrittenObject Object)> Make()
    {
        if (!options.WithoutSource && !visit.Visit.Images.Any(i => i.Origin?.Invoke() is not null))
        {
            return [];
        }

        Segmentations();
        Maps();
        Report();
        LabelMaps();
        return _written;
    }

    private DicomOrigin? OriginOf(string? image) => visit.Visit.Images.FirstOrDefault(i => i.Name == image)?.Origin?.Invoke();

    private DicomOrigin? OriginOf(VisitRegion region) => OriginOf(region.DrawnOn ?? visit.AdcInput.Name);

    private DerivedObjectHeader Header(DicomOrigin? origin, string purpose, int number, string label, string description) => new()
    {
        Study = StudyOf(origin ?? visit.Visit.Images.Select(i => i.Origin?.Invoke()).OfType<DicomOrigin>().FirstOrDefault()),
        SeriesUid = DicomUid.Derive("series", purpose, origin?.Source.SeriesUid ?? "", result.Case.Subject, Id, options.Identify ? "identified" : "pseudonymous"),
        SeriesNumber = FirstSeriesNumber + number,
        SeriesDescription = description,
        Time = visit.Visit.Time,
        Version = ResultsJson.EtalonVersion,
        FrameOfReferenceUid = origin is null ? DicomUid.Derive("frame of reference", result.Case.Subject, Id) : null,
        Source = origin?.Source,
        ContentLabel = label,
        ContentDescription = description,
    };

    private DicomStudyHeader StudyOf(DicomOrigin? origin) => origin is not null
        ? options.Identify ? origin.Study : origin.Study.Pseudonymous(result.Case.Subject)
        : new DicomStudyHeader
        {
            PatientName = DicomText.Fit(result.Case.Subject, DicomVr.PN),
            PatientId = DicomText.Fit(result.Case.Subject, DicomVr.LO),
            StudyUid = DicomUid.Derive("study of images that are not of DICOM", result.Case.Subject, Id),
            StudyDate = visit.Visit.Time.Date,
            StudyTime = visit.Visit.Time.TimeOfDay,
            Deidentification = "Pseudonym for PatientID and PatientName; the input was not DICOM",
        };

    /// <summary>One object for each grid with its series.</summary>
    private void Segmentations()
    {
        foreach (var (image, regions, n) in Parts(isLabelMap: false))
        {
            var number = _written.Count;
            Write($"seg-{number + 1}", $"visit {Id}: regions on {image}", () =>
                SegmentationWriter.Write(Header(OriginOf(regions[0]), $"segmentation binary {n}", number, EtalonResult.Regions, EtalonResult.Describe("regions measured")), regions.ConvertAll(Segment)));
            for (var s = 0; _written.Count > number && s < regions.Count; s++)
            {
                _segments[regions[s]] = (_written[number].Object, s + 1);
            }
        }
    }

    /// <summary>
    /// The same segments as label maps, where they are asked for: as many objects as overlap demands. The report does not name them: programs that do
    /// not know the class (it is of 2024) refuse a report with a segment of it.
    /// </summary>
    private void LabelMaps()
    {
        if (!options.LabelMap)
        {
            return;
        }

        var first = _written.Count;
        foreach (var (image, regions, n) in Parts(isLabelMap: true))
        {
            var number = _written.Count;
            Write($"labelmap-{number - first + 1}", $"visit {Id}: label map of regions on {image}", () =>
                SegmentationWriter.WriteLabelMap(Header(OriginOf(regions[0]), $"segmentation labels {n}", number, EtalonResult.Regions, EtalonResult.Describe("regions measured")), regions.ConvertAll(Segment)));
        }
    }

    /// <summary>Regions that one object can hold: of one image and grid; in a label map without overlap. With the number of the object on that image.</summary>
    private List<(string Image, List<VisitRegion> Regions, int Number)> Parts(bool isLabelMap)
    {
        var all = new List<(string, List<VisitRegion>, int)>();
        foreach (var group in visit.Regions.Where(r => r.Mask.Count > 0).GroupBy(r => r.DrawnOn ?? visit.AdcInput.Name, StringComparer.Ordinal))
        {
            var parts = new List<List<VisitRegion>>();
            foreach (var region in group)
            {
                var part = parts.Find(p => p[0].Mask.Grid.IsSameAs(region.Mask.Grid) && (!isLabelMap || p.TrueForAll(r => r.Mask.And(region.Mask).Count == 0)));
                if (part is null)
                {
                    parts.Add(part = []);
                }

                part.Add(region);
            }

            all.AddRange(parts.Select((p, n) => (group.Key, p, n)));
        }

        return all;
    }

    private SegmentToWrite Segment(VisitRegion region)
    {
        var (category, type) = DicomCodes.Region(region);
        return new SegmentToWrite
        {
            Label = region.Id,
            Mask = region.Mask,
            Category = category,
            Type = type,
            Algorithm = region.Kind == RegionKind.Whole ? SegmentAlgorithm.Automatic : region.IsTransferred ? SegmentAlgorithm.Semiautomatic : SegmentAlgorithm.Manual,
            AlgorithmName = region.Kind == RegionKind.Whole ? "Etalon: what can be seen" : "Etalon: carried over by frame of reference",
            TrackingId = Tracking(region.Id).Id,
            TrackingUid = Tracking(region.Id).Uid,
        };
    }

    /// <summary>One for a patient's region, whatever the visit: that of the input, where it states one, and states it of this region alone.</summary>
    // The same lesion has the same UID whether or not the identifier is shown.
    private (string Id, string Uid) Tracking(string region)
    {
        var stated = result.Visits.SelectMany(v => v.Regions).Where(r => r.Meaning.Tracking is not null).Select(r => (r.Id, Tracking: r.Meaning.Tracking!.Value)).ToList();
        return stated.Where(s => s.Id == region).DistinctBy(s => s.Tracking.Uid).ToList() is [var own] && stated.TrueForAll(s => s.Id == region || s.Tracking.Uid != own.Tracking.Uid)
            ? (own.Tracking.Id.Length > 0 ? own.Tracking.Id : region, own.Tracking.Uid)
            : (region, DicomUid.Derive("tracking", result.Case.Pseudonym ?? result.Case.Subject, region));
    }

    private void Maps()
    {
        if (visit.Adc is { } adc)
        {
            var has = Array.ConvertAll(adc.Status, s => s == VoxelStatus.Ok);
            var map = new MapToWrite
            {
                Values = adc.Value,
                HasValue = has,
                Quantity = DicomCodes.Adc,
                Unit = DicomCodes.Unit("mm2/s", "adc"),
                Derivation = DicomCodes.Adc,
                Explanation = visit.AdcMethod,
            };
            Map("adc", visit.AdcInput.Name, map, EtalonResult.Adc, EtalonResult.Describe("ADC"));
            if (adc.IsUKnown)
            {
                Map("adc-u", visit.AdcInput.Name, map with { Values = adc.U, Quantity = EtalonCodes.StandardUncertainty, OfQuantity = DicomCodes.Adc, Explanation = "" }, EtalonResult.AdcUncertainty, EtalonResult.Describe("standard uncertainty of ADC"));
            }
        }

        if (visit.Suv is { } suv)
        {
            Map("suvbw", suv.Name, new MapToWrite
            {
                Values = suv.Value,
                HasValue = Array.ConvertAll(suv.Value.Values, float.IsFinite),
                Quantity = DicomCodes.SuvBw,
                Unit = DicomCodes.Unit("g/mL", "suvbw"),
                Derivation = new DicomCode("113053", "DCM", "Pixel by pixel multiplication"),
                Explanation = SuvMap.Method,
            }, EtalonResult.SuvBw, EtalonResult.Describe("SUV by body weight"));
        }
    }

    private void Map(string kind, string image, MapToWrite map, string label, string description)
    {
        var number = _written.Count;
        Write($"pm-{kind}", $"visit {Id}: map {kind} of {image}", () => ParametricMapWriter.Write(Header(OriginOf(image), $"map {kind}", number, label, description), map));
    }

    private void Report()
    {
        var groups = visit.Regions.Select(r => Group(r)).Where(g => g.Measurements.Count > 0).ToList();
        if (groups.Count == 0)
        {
            return;
        }

        var sources = visit.Regions.Select(OriginOf).Append(OriginOf(visit.AdcInput.Name)).Append(OriginOf(visit.Suv?.Name)).OfType<DicomOrigin>()
            .Select(o => o.Source).DistinctBy(s => s.SeriesUid, StringComparer.Ordinal).ToList();
        var evidence = sources.SelectMany(DicomEvidence.Of).Concat(_written.Select(w => DicomEvidence.Of(w.Object))).ToList();
        var root = ReportRoot.Of(groups, sources, _written.ConvertAll(w => w.Object), ResultsJson.EtalonVersion);
        var header = Header(null, "report", _written.Count, "REPORT", EtalonResult.Describe("measurements"));
        Write("sr", $"visit {Id}: report", () => StructuredReportWriter.Write(header, root, evidence));
    }

    private ReportGroup Group(VisitRegion region) => new()
    {
        Tracking = Tracking(region.Id),
        Finding = DicomCodes.Region(region).Type,
        Visit = Id,
        Measurements = [.. result.Measurements.Where(m => m.Visit == Id && m.Region is { } r && r.Id == region.Id && r.Source == region.Source)],
        Segment = _segments.TryGetValue(region, out var segment) ? segment : null,
        Source = OriginOf(region)?.Source,
        Changes = [.. result.Changes.Where(c => c.To == Id && c.Region == region.Id && !region.IsTransferred).Select(c => result.Fitness?.WithheldText(c) is { } withheld ? $"{c.Measurand} from visit {c.From} to {c.To}: {withheld}" : Words(c))],
    };

    private static string Words(Change.MeasuredChange change) => string.Create(CultureInfo.InvariantCulture,
        $"{change.Measurand} from visit {change.From} to {change.To}: {change.Verdict.ToString().ToLowerInvariant()} (ratio {Math.Exp(change.LogRatio):0.###}, 95 % {Math.Exp(change.Interval.Lower):0.###} to {Math.Exp(change.Interval.Upper):0.###}; grade {change.Grade})");

    /// <summary>Writes an object, or tells why it could not be.</summary>
    private void Write(string name, string about, Func<WrittenObject> write)
    {
        try
        {
            var label = Derivatives.Label(Id);
            _written.Add(($"visit-{label}/{name}.dcm", write()));
        }
        catch (ArgumentException e)
        {
            findings.Add(new Finding(
                FindingCodes.DicomNotWritten, Severity.Warning, about, e.Message, "what the standard can hold",
                "The object was not written to dicom/; all results are in results.json and the derivatives."));
        }
    }
}
