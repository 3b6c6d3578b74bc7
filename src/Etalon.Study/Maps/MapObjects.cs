using Etalon.Assays;
using Etalon.Assays.Maps;
using Etalon.Cases;
using Etalon.Dicom;
using Etalon.Imaging.Dicom.Write;
using Etalon.Metrology;
using Etalon.Study.Dicom;

namespace Etalon.Study.Maps;

/// <summary>Makes the DICOM objects of one visit of <c>etalon map</c>: parametric maps, the regions as a segmentation, and a measurement report.</summary>
internal sealed class MapObjects(MappedVisit visit, string kind, List<Finding> findings)
{
    /// <summary>Series numbers of what is written stand far behind those of scanners, and behind those of <c>etalon run</c>.</summary>
    private const int FirstSeriesNumber = 9500;

    private readonly List<(string Name, WrittenObject Object)> _written = [];
    private readonly DicomOrigin? _origin = visit.Outcome.Inputs.Count > 0 ? visit.Visit.Origin(visit.Outcome.Inputs[0]) : null;

    /// <summary>The objects by the names of their files, in a fixed order.</summary>
    public IReadOnlyList<(string Name, WrittenObject Object)> Make()
    {
        foreach (var map in visit.Outcome.Maps)
        {
            Map(map);
        }

        var segmentation = Segmentation();
        Report(segmentation);
        return _written;
    }

    private DerivedObjectHeader Header(string purpose, string label, string description) => new()
    {
        Study = Study(),
        SeriesUid = DicomUid.Derive("map series", kind, purpose, _origin?.Source.SeriesUid ?? string.Join(' ', visit.Outcome.Inputs.Select(i => i.Sha256)), visit.Visit.Subject, visit.Id),
        SeriesNumber = FirstSeriesNumber + _written.Count,
        SeriesDescription = EtalonResult.Describe(description),
        // Without a stated time of the visit there is none to state: the beginning of time says so.
        Time = new DateTimeOffset(visit.Visit.Time ?? new DateTime(1900, 1, 1), TimeSpan.Zero),
        Version = ResultsJson.EtalonVersion,
        FrameOfReferenceUid = _origin is null ? DicomUid.Derive("frame of reference", visit.Visit.Subject, visit.Id) : null,
        Source = _origin?.Source,
        ContentLabel = label,
        ContentDescription = EtalonResult.Describe(description),
    };

    private DicomStudyHeader Study() => _origin?.Study.Pseudonymous(visit.Visit.Subject) ?? new DicomStudyHeader
    {
        PatientName = DicomText.Fit(visit.Visit.Subject, DicomVr.PN),
        PatientId = DicomText.Fit(visit.Visit.Subject, DicomVr.LO),
        StudyUid = DicomUid.Derive("study of images that are not of DICOM", visit.Visit.Subject, visit.Id),
        StudyDate = visit.Visit.Time?.Date,
        StudyTime = visit.Visit.Time?.TimeOfDay,
        Deidentification = "Pseudonym for PatientID and PatientName; the input was not DICOM",
    };

    private void Map(NamedMap named)
    {
        var (code, map) = (named.Measurand, named.Map);
        var write = new MapToWrite
        {
            Values = map.Value,
            HasValue = Array.ConvertAll(map.Status, s => s == VoxelStatus.Ok),
            Quantity = DicomCodes.Measurand(code),
            Unit = DicomCodes.Unit(map.Value.Unit?.Code ?? "1", code),
            Derivation = DicomCodes.Derivation(code),
            Explanation = visit.Outcome.Method,
        };
        Write($"pm-{code}", named.Name, () => ParametricMapWriter.Write(Header(named.Name, EtalonResult.Map(code, false), named.Name), write));
        if (map.IsUKnown)
        {
            var u = write with { Values = map.U, Quantity = EtalonCodes.StandardUncertainty, OfQuantity = DicomCodes.Measurand(code), Explanation = "" };
            Write($"pm-{code}-u", $"uncertainty of {named.Name}", () => ParametricMapWriter.Write(Header($"{named.Name} u", EtalonResult.Map(code, true), $"standard uncertainty of {named.Name}"), u));
        }
    }

    private WrittenObject? Segmentation()
    {
        var regions = visit.Regions.Where(r => r.Mask.Count > 0).ToList();
        return regions.Count == 0 ? null : Write("seg", "regions", () => SegmentationWriter.Write(Header("regions", EtalonResult.Regions, "regions measured"), regions.ConvertAll(Segment)));
    }

    private SegmentToWrite Segment(MapMask region)
    {
        var (category, type) = DicomCodes.Region(Region(region));
        return new SegmentToWrite
        {
            Label = region.Name,
            Mask = region.Mask,
            Category = category,
            Type = type,
            Algorithm = SegmentAlgorithm.Manual,
            AlgorithmName = "",
            TrackingId = Tracking(region).Id,
            TrackingUid = Tracking(region).Uid,
        };
    }

    private static VisitRegion Region(MapMask region) => new(region.Name, region.Mask, "", region.Sha256) { Meaning = region.Meaning };

    private (string Id, string Uid) Tracking(MapMask region) => region.Meaning.Tracking is { } stated
        ? (stated.Id.Length > 0 ? stated.Id : region.Name, stated.Uid)
        : (region.Name, DicomUid.Derive("tracking", visit.Visit.Subject, region.Name));

    private void Report(WrittenObject? segmentation)
    {
        var drawn = visit.Regions.Where(r => r.Mask.Count > 0).ToList();
        var groups = visit.Measurements.GroupBy(m => m.Region!.Id, StringComparer.Ordinal).Select(g =>
        {
            var region = drawn.FindIndex(r => r.Name == g.Key);
            return new ReportGroup
            {
                Tracking = region >= 0 ? Tracking(drawn[region]) : (g.Key, DicomUid.Derive("tracking", visit.Visit.Subject, g.Key)),
                Finding = region >= 0 ? DicomCodes.Region(Region(drawn[region])).Type : SegmentCodes.Tissue,
                Visit = visit.Id,
                Measurements = [.. g],
                Segment = region >= 0 && segmentation is not null ? (segmentation, region + 1) : null,
                Source = _origin?.Source,
            };
        }).ToList();
        if (groups.Count == 0)
        {
            return;
        }

        IReadOnlyList<DicomSeriesSource> sources = _origin is null ? [] : [_origin.Source];
        var evidence = sources.SelectMany(DicomEvidence.Of).Concat(_written.Select(w => DicomEvidence.Of(w.Object))).ToList();
        var root = ReportRoot.Of(groups, sources, _written.ConvertAll(w => w.Object), ResultsJson.EtalonVersion);
        Write("sr", "report", () => StructuredReportWriter.Write(Header("report", "REPORT", $"measurements of {kind}"), root, evidence));
    }

    /// <summary>Writes an object, or tells why it could not be.</summary>
    private WrittenObject? Write(string name, string about, Func<WrittenObject> write)
    {
        try
        {
            var written = write();
            _written.Add(($"sub-{Derivatives.Label(visit.Visit.Subject)}_visit-{Derivatives.Label(visit.Id)}/{kind}-{name}.dcm", written));
            return written;
        }
        catch (ArgumentException e)
        {
            findings.Add(new Finding(
                FindingCodes.DicomNotWritten, Severity.Warning, about, e.Message, "what the standard can hold",
                "The object was not written to dicom/; all results are in results.json and the derivatives."));
            return null;
        }
    }
}
