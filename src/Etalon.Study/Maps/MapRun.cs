using System.Security.Cryptography;
using Etalon.Assays.Maps;
using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Study.Maps;

/// <summary>A mask that the user names on the command line.</summary>
/// <param name="Name">Of the region.</param>
/// <param name="Path">NIfTI file.</param>
public sealed record NamedMaskFile(string Name, string Path);

/// <summary>Makes maps of DICOM objects or of a BIDS folder, and measures their regions.</summary>
public static class MapRun
{
    /// <summary>Reads, maps and measures.</summary>
    /// <param name="paths">DICOM folders, zips and files; or one BIDS folder.</param>
    /// <param name="assay">Which kind, with its options.</param>
    /// <param name="masks">Regions beside those of the input.</param>
    /// <param name="progress">Receives how far it is.</param>
    /// <param name="cancellation">Ends the run.</param>
    public static MapResult Execute(IReadOnlyList<string> paths, IMapAssay assay, IReadOnlyList<NamedMaskFile> masks, IProgress<StudyProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(assay);
        ArgumentNullException.ThrowIfNull(masks);
        var findings = new List<Finding>();
        progress?.Report(new StudyProgress("reading headers", 0));
        var isBids = paths is [var only] && Directory.Exists(only) && BidsFolder.IsOne(only);
        var visits = isBids ? BidsMapReader.Read(paths[0], findings) : DicomMapReader.Read(paths, findings, cancellation);
        var given = masks.Select(Load).ToList();
        var mapped = new List<MappedVisit>();
        for (var n = 0; n < visits.Count; n++)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new StudyProgress($"visit {n + 1} of {visits.Count}", 0.05 + 0.9 * n / visits.Count));
            var visit = visits[n] with { Input = visits[n].Input with { Masks = [.. given, .. visits[n].Input.Masks] } };
            if (Map(visit, assay, visits.Count > 1, findings, cancellation) is { } made)
            {
                mapped.Add(made);
            }
        }

        if (visits.Count == 0 && findings.Count == 0)
        {
            findings.Add(new Finding(FindingCodes.ImageMissing, Severity.Error, "the input", "no image", "DICOM objects, or a BIDS folder with images", "Check the path."));
        }

        return new MapResult(assay.Kind, mapped, [.. findings.Distinct()]);
    }

    private static MappedVisit? Map(MapVisit visit, IMapAssay assay, bool isOneOfSeveral, List<Finding> findings, CancellationToken cancellation)
    {
        Finding Tell(Finding f) => visit.Clean(isOneOfSeveral ? f with { About = $"visit {visit.Session}: {f.About}" } : f);
        MapOutcome outcome;
        try
        {
            outcome = assay.Measure(visit.Input, cancellation);
        }
        catch (CaseException e)
        {
            findings.Add(Tell(e.Finding));
            return null;
        }

        findings.AddRange(outcome.Findings.Select(Tell));
        if (outcome.Maps.Count == 0)
        {
            return outcome.Measurements.Count == 0 ? null : new MappedVisit { Visit = visit, Outcome = outcome, Measurements = OfVisit(outcome.Measurements, visit), Regions = visit.Input.Masks };
        }

        var told = new List<Finding>();
        var regions = MapRegions.Measure(visit, outcome, told);
        findings.AddRange(told.Select(Tell));
        return new MappedVisit { Visit = visit, Outcome = outcome, Measurements = [.. regions.Measurements, .. OfVisit(outcome.Measurements, visit)], Histograms = regions.Histograms, Regions = regions.Regions };
    }

    /// <summary>What an assay measured without maps, as measurements of a visit.</summary>
    private static IReadOnlyList<Measurement> OfVisit(IReadOnlyList<Measurement> measurements, MapVisit visit)
    {
        var id = visit.Session.Length > 0 ? visit.Session : "1";
        return [.. measurements.Select(m => m with { Id = $"ses-{id}/{m.Id}", Subject = visit.Subject, Visit = id })];
    }

    private static MapMask Load(NamedMaskFile file)
    {
        try
        {
            var image = NiftiReader.Read(file.Path);
            using var stream = File.OpenRead(file.Path);
            return new MapMask(RegionLabel.Of(file.Name), Mask.FromNonZero(new Volume(image.Grid, image.Frames[0], null)), Convert.ToHexStringLower(SHA256.HashData(stream)));
        }
        catch (NiftiException e)
        {
            throw new CaseException(e.ToFinding($"--mask {RegionLabel.Of(file.Name)}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CaseException(new Finding(
                FindingCodes.ImageUnreadable, Severity.Error, $"--mask {RegionLabel.Of(file.Name)}", $"a file that cannot be opened ({e.GetType().Name})", "a NIfTI mask", "Check the path and the rights."));
        }
    }
}
