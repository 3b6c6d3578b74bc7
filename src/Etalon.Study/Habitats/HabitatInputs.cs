using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Etalon.Assays;
using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Imaging.Fusion;
using Etalon.Metrology;
using Etalon.Study.Maps;

namespace Etalon.Study.Habitats;

/// <summary>A map of a visit as a voxel-wise stage takes it.</summary>
/// <param name="Code">Code of the measurand, <c>adc</c>.</param>
/// <param name="Map">Value, uncertainty and status.</param>
/// <param name="Unit">UCUM.</param>
/// <param name="Sha256">Of what it was made of.</param>
/// <param name="Spread">How far a point is smeared in it.</param>
internal sealed record InputMap(string Code, ParametricMap Map, string Unit, string Sha256, PointSpread Spread);

/// <summary>A region of a visit.</summary>
internal sealed record InputRegion(string Name, Mask Mask, string Sha256);

/// <summary>The maps and regions of a visit.</summary>
/// <param name="Subject">Pseudonym or label.</param>
/// <param name="Id">Visit.</param>
/// <param name="Time">When; null: not stated.</param>
/// <param name="Maps">In order of their codes.</param>
/// <param name="Regions">As the input orders them.</param>
internal sealed record InputVisit(string Subject, string Id, DateTimeOffset? Time, IReadOnlyList<InputMap> Maps, IReadOnlyList<InputRegion> Regions)
{
    /// <summary>Scanner state; null where not known.</summary>
    public string? ScannerState { get; init; }

    /// <summary>Where an image of DICOM stands whose grid is the one given; null for other input.</summary>
    public Func<Grid, DicomOrigin?> Origin { get; init; } = _ => null;
}

/// <summary>How the input of a voxel-wise stage is read.</summary>
public sealed record VoxelInputOptions
{
    /// <summary>Full width at half maximum of the point spread of PET, mm. The default is 6 mm, an assumption.</summary>
    public double PetFwhmMm { get; init; } = 6;

    /// <summary>Regions beside those of the input.</summary>
    public IReadOnlyList<NamedMaskFile> Masks { get; init; } = [];

    /// <summary>How a case among the paths is read.</summary>
    public CaseOptions Case { get; init; } = new();
}

/// <summary>Reads maps that <c>etalon map</c> or <c>etalon run</c> left, and cases, as visits with maps and regions.</summary>
internal sealed partial class HabitatInputs(VoxelInputOptions options, StudyOptions study, List<Finding> findings, CancellationToken cancellation)
{
    /// <summary>Visits of all paths together, in order of time, then of name.</summary>
    public IReadOnlyList<InputVisit> Read(IReadOnlyList<string> paths)
    {
        var folders = paths.Where(p => Directory.Exists(Path.Combine(p, "derivatives", "etalon"))).ToList();
        var rest = paths.Except(folders, StringComparer.Ordinal).ToList();
        var masks = options.Masks.Select(MaskOf).ToList();
        var visits = (rest.Count > 0 ? OfCase(rest) : []).ToList();
        foreach (var found in folders.SelectMany(OfFolder))
        {
            cancellation.ThrowIfCancellationRequested();
            var known = visits.FindIndex(v => Derivatives.Label(v.Id) == Derivatives.Label(found.Id));
            if (known >= 0)
            {
                // A map that was made with its uncertainty counts before one that the case gave.
                visits[known] = visits[known] with { Maps = [.. found.Maps, .. visits[known].Maps.Where(m => found.Maps.All(f => f.Code != m.Code))], Regions = [.. visits[known].Regions, .. found.Regions] };
            }
            else
            {
                visits.Add(found);
            }
        }

        return [.. visits.Select(v => v with { Maps = [.. v.Maps.OrderBy(m => m.Code, StringComparer.Ordinal)], Regions = [.. masks, .. v.Regions] }).OrderBy(v => v.Time ?? DateTimeOffset.MinValue).ThenBy(v => v.Id, StringComparer.Ordinal)];
    }

    private IEnumerable<InputVisit> OfCase(List<string> paths)
    {
        var patient = CaseReader.Read(paths, options.Case, cancellation);
        findings.AddRange(patient.Findings);
        var images = StudyRun.Load(patient.Visits, study, findings, (_, _) => { }, cancellation);
        foreach (var visit in images)
        {
            var maps = new List<InputMap>();
            if (visit.Adc is { } adc)
            {
                maps.Add(new InputMap("adc", adc, "mm2/s", visit.AdcInput.Sha256, PointSpread.OfVoxel(adc.Value.Grid)));
            }

            if (visit.Suv is { } suv)
            {
                var isNumber = Array.ConvertAll(suv.Value.Values, float.IsFinite);
                var map = new ParametricMap(
                    new Volume(suv.Value.Grid, Array.ConvertAll(suv.Value.Values, v => float.IsFinite(v) ? v : 0), suv.Value.Unit), new Volume(suv.Value.Grid, new float[suv.Value.Grid.Count], suv.Value.Unit),
                    Array.ConvertAll(isNumber, n => n ? VoxelStatus.Ok : VoxelStatus.Outside), null) { IsUKnown = false };
                if (maps.Count > 0 && Origin(visit, visit.AdcInput.Name)?.Source.FrameOfReferenceUid is { } here && Origin(visit, suv.Name)?.Source.FrameOfReferenceUid is { } there && here != there)
                {
                    findings.Add(new Finding(
                        FindingCodes.GridsDiffer, Severity.Warning, $"visit {visit.Visit.Id}: {suv.Name}", $"another frame of reference than that of {visit.AdcInput.Name}", "maps of one frame of reference", "It was not fused with ADC. Register one to the other first."));
                }
                else
                {
                    maps.Add(new InputMap("suvbw", map, "g/mL", suv.Sha256, PointSpread.Isotropic(options.PetFwhmMm)));
                }
            }

            yield return new InputVisit(patient.Subject, visit.Visit.Id, visit.Visit.Time, maps, [.. visit.Regions.Where(r => r.Kind == RegionKind.Mask).Select(r => new InputRegion(r.Id, r.Mask, r.Sha256))])
            {
                ScannerState = visit.Visit.Acquisition.ScannerState(),
                Origin = grid => visit.Adc is { } a && a.Value.Grid.IsSameAs(grid) ? Origin(visit, visit.AdcInput.Name) : visit.Suv is { } s && s.Value.Grid.IsSameAs(grid) ? Origin(visit, s.Name) : null,
            };
        }
    }

    private static DicomOrigin? Origin(VisitImages visit, string image) => visit.Visit.Images.FirstOrDefault(i => i.Name == image)?.Origin?.Invoke();

    private IEnumerable<InputVisit> OfFolder(string root)
    {
        var below = Path.Combine(root, "derivatives", "etalon");
        var files = Directory.EnumerateFiles(below, "*map.nii.gz", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, MaxRecursionDepth = 8 })
            .Where(f => !Path.GetFileName(f).Contains("_desc-", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        return files.Select(f => (File: f, Match: Form().Match(Path.GetFileName(f)))).Where(f => f.Match.Success)
            .GroupBy(f => (Subject: f.Match.Groups[1].Value, Session: f.Match.Groups[2].Success ? f.Match.Groups[2].Value : "1"))
            .Select(g => new InputVisit(g.Key.Subject, g.Key.Session, null, [.. g.Select(f => MapOf(f.File, f.Match.Groups[3].Value)).OfType<InputMap>()], []));
    }

    private InputMap? MapOf(string file, string name)
    {
        var about = Path.GetFileName(file);
        var code = name.ToLowerInvariant();
        try
        {
            var unit = UnitOf(Path.ChangeExtension(Path.ChangeExtension(file, null), ".json"));
            if (unit is null || (Measurands.All.FirstOrDefault(m => m.Code == code) is { } info && !Unit.Parse(info.Unit).IsCommensurableWith(unit)))
            {
                findings.Add(new Finding(
                    FindingCodes.UnitNotStated, Severity.Error, about, unit is null ? "no unit that Etalon knows in its sidecar" : $"unit {unit.Code}", "Units of the measurand in the sidecar of the map", "The map was not used. State its unit."));
                return null;
            }

            var wanted = Measurands.All.FirstOrDefault(m => m.Code == code)?.Unit ?? unit.Code;
            var factor = unit.FactorTo(Unit.Parse(wanted));
            Volume Scaled(NiftiImage image) => new(image.Grid, Array.ConvertAll(image.Frames[0], v => (float)(v * factor)), Unit.Parse(wanted));
            var value = Scaled(NiftiReader.Read(file));
            string Beside(string desc) => Path.Combine(Path.GetDirectoryName(file)!, about.Replace($"_{name}map.", $"_desc-{desc}_{name}map.", StringComparison.Ordinal));
            var u = File.Exists(Beside("u")) ? Scaled(NiftiReader.Read(Beside("u"))) : null;
            var status = File.Exists(Beside("status")) ? NiftiReader.Read(Beside("status")) : null;
            if ((u is not null && !u.Grid.IsSameAs(value.Grid)) || (status is not null && !status.Grid.IsSameAs(value.Grid)))
            {
                findings.Add(new Finding(FindingCodes.GridsDiffer, Severity.Error, about, "its uncertainty or status on another grid", "one grid for all three", "The map was not used. Make it again with etalon map."));
                return null;
            }

            var has = Array.ConvertAll(status?.Frames[0] ?? Array.ConvertAll(value.Values, v => float.IsFinite(v) ? 1f : 0f), s => s == 1 ? VoxelStatus.Ok : VoxelStatus.Outside);
            var map = new ParametricMap(value, u ?? new Volume(value.Grid, new float[value.Grid.Count], value.Unit), has, null) { IsUKnown = u is not null };
            return new InputMap(code, map, wanted, Hash(file), code.StartsWith("suv", StringComparison.Ordinal) ? PointSpread.Isotropic(options.PetFwhmMm) : PointSpread.OfVoxel(value.Grid));
        }
        catch (NiftiException e)
        {
            findings.Add(e.ToFinding(about));
            return null;
        }
    }

    private static Unit? UnitOf(string sidecar)
    {
        if (!File.Exists(sidecar))
        {
            return null;
        }

        using var document = JsonInput.Read(sidecar, Path.GetFileName(sidecar));
        return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("Units", out var text) && text.ValueKind == JsonValueKind.String && Unit.TryParse(text.GetString(), out var unit) ? unit : null;
    }

    private static InputRegion MaskOf(NamedMaskFile file)
    {
        try
        {
            var image = NiftiReader.Read(file.Path);
            return new InputRegion(RegionLabel.Of(file.Name), Mask.FromNonZero(new Volume(image.Grid, image.Frames[0], null)), Hash(file.Path));
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

    private static string Hash(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    [GeneratedRegex("^sub-([A-Za-z0-9]+)(?:_ses-([A-Za-z0-9]+))?_([A-Za-z0-9]+)map\\.nii\\.gz$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Form();
}
