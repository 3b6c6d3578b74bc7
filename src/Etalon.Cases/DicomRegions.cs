using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;

namespace Etalon.Cases;

/// <summary>Finds the image that contours belong to, and makes them regions of its grid.</summary>
internal sealed partial class DicomRegions(IReadOnlyList<DicomSeriesOfCase> series, DicomIdentity identity, List<Finding> findings)
{
    /// <summary>Types of regions that are things beside the patient or marks in the image (PS3.3 C.8.8.8).</summary>
    private static readonly string[] NoTissue = ["EXTERNAL", "SUPPORT", "FIXATION", "BOLUS", "MARKER", "REGISTRATION", "ISOCENTER", "DOSE_REGION", "TREATED_VOLUME", "IRRAD_VOLUME"];

    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);

    /// <summary>Masks of all contours, tumours first; those of quantitative images without contours of their own are carried over by the frame of reference.</summary>
    public List<ImageReference> Of(IReadOnlyList<DicomItem> structures)
    {
        var drawn = new List<(ImageReference Mask, RtRegion Region, DicomSeriesOfCase On, string Source)>();
        foreach (var item in structures)
        {
            foreach (var region in item.Structures!.Regions.Where(r => !NoTissue.Contains(r.Type, StringComparer.Ordinal)))
            {
                var source = $"contours of series {item.SeriesNumber?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "without number"} (RTSTRUCT)";
                var name = identity.Clean(region.Name);
                if (region.Contours.Count == 0)
                {
                    if (region.Skipped > 0)
                    {
                        findings.Add(Skipped($"{source}: {name}", region.Skipped, 0));
                    }
                }
                else if (Target(item, region, $"{source}: {name}") is { } on)
                {
                    drawn.Add((Mask(region, on, Unique(Label(name), on), source, isTransferred: false), region, on, source));
                }
            }
        }

        var ordered = drawn.OrderBy(d => Rank(d.Region)).ThenBy(d => d.On.Kind == ImageKind.Suv ? 0 : 1).ThenBy(d => d.Mask.RegionId, StringComparer.Ordinal).ToList();
        var carried = Quantitative().Where(q => drawn.All(d => d.On != q)).SelectMany(q => ordered
            .Where(d => Rank(d.Region) == 0 && Sees(q, d.On))
            .Select(d => Mask(d.Region, q, d.Mask.RegionId!, d.Source, isTransferred: true)));
        return [.. ordered.Select(d => d.Mask), .. carried];
    }

    private IEnumerable<DicomSeriesOfCase> Quantitative() => series.Where(s => s.Kind is ImageKind.Suv or ImageKind.DiffusionSeries);

    private static bool Sees(DicomSeriesOfCase a, DicomSeriesOfCase b) =>
        a.FrameOfReference is { } frame && frame == b.FrameOfReference && a.First.Study?.Date == b.First.Study?.Date && (a.First.Study is not null || a.First.StudyUid == b.First.StudyUid);

    /// <summary>The series that the structure set names; else the one that holds the images it names; else one of the same kind in the same frame of reference.</summary>
    private DicomSeriesOfCase? Target(DicomItem structures, RtRegion region, string about)
    {
        var images = region.Contours.Select(c => c.Image).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var named = series.FirstOrDefault(s => structures.Structures!.ReferencedSeries.Contains(s.Uid, StringComparer.Ordinal)) ?? series.FirstOrDefault(s => s.IsAmong(images));
        if (named is not null && (region.FrameOfReferenceUid is null || named.FrameOfReference is null || region.FrameOfReferenceUid == named.FrameOfReference))
        {
            return named;
        }

        var near = series.Where(s => region.FrameOfReferenceUid is not null && s.FrameOfReference == region.FrameOfReferenceUid)
            .OrderBy(s => s.First.StudyUid == structures.StudyUid ? 0 : 1).ThenBy(s => region.ImageSopClassUid is null || s.First.Image!.SopClassUid == region.ImageSopClassUid ? 0 : 1).ThenBy(s => Misfit(s, region)).FirstOrDefault();
        findings.Add(near is null
            ? new Finding(
                FindingCodes.FrameOfReferenceDiffers, Severity.Error, about, named is null ? "a series and a frame of reference that no image here has" : "another frame of reference than that of the series it names",
                "an image with the frame of reference of the contours", "The contours were not used. Supply the images they were drawn on.")
            : new Finding(
                FindingCodes.FrameOfReferenceDiffers, Severity.Warning, about, "a referenced series that is not here", "the series that the contours were drawn on",
                $"{near.Name} has the same frame of reference{(near.First.Image!.SopClassUid == region.ImageSopClassUid ? " and is the same kind of image" : "")}; its grid was used. Check the outlines in the pictures."));
        return near;
    }

    /// <summary>Mean distance of the contours to the nearest slice of a series, in slices.</summary>
    private static double Misfit(DicomSeriesOfCase on, RtRegion region)
    {
        var sum = 0.0;
        foreach (var contour in region.Contours)
        {
            var k = on.Layout.Grid.ToIndex(contour.Points[0]).Z;
            sum += k < -0.5 || k > on.Layout.Grid.Nz - 0.5 ? 10 : Math.Abs(k - Math.Round(k));
        }

        return Math.Round(sum / region.Contours.Count, 3);
    }

    private static ImageReference Mask(RtRegion region, DicomSeriesOfCase on, string id, string source, bool isTransferred) =>
        new(ImageKind.RegionMask, isTransferred ? $"{source}, carried to {on.Name}" : $"{source} on {on.Name}", id, _ => Load(region, on, $"{source}: {id}"))
        {
            DrawnOn = on.Name,
            IsTransferred = isTransferred,
        };

    private static LoadedImage Load(RtRegion region, DicomSeriesOfCase on, string about)
    {
        var voxels = ContourVoxeliser.Voxelise(region.Contours, on.Layout.Grid);
        var notices = new List<Finding>();
        if (region.Skipped + voxels.NotParallel > 0)
        {
            notices.Add(Skipped(about, region.Skipped, voxels.NotParallel));
        }

        if (voxels.OutsideGrid > 0)
        {
            notices.Add(new Finding(
                FindingCodes.MaskAtEdge, Severity.Warning, about, $"{voxels.OutsideGrid} contours beyond the slices of {on.Name}", "contours within the image", "The volume is a lower limit; supply all slices."));
        }

        return new LoadedImage
        {
            Grid = on.Layout.Grid,
            Frames = [Array.ConvertAll(voxels.Mask.Inside, x => x ? 1f : 0f)],
            Sha256 = Hash(region),
            Findings = notices,
        };
    }

    private static string Hash(RtRegion region)
    {
        var text = string.Join(";", region.Contours.Select(c => string.Join(",", c.Points.Select(p => FormattableString.Invariant($"{p.X:R} {p.Y:R} {p.Z:R}")))));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)));
    }

    private static Finding Skipped(string about, int open, int oblique) => new(
        FindingCodes.ContoursSkipped, Severity.Warning, about, $"{open} contours that are points, open or damaged, and {oblique} that are not parallel to the slices",
        "closed contours in the planes of the slices", "They were left out. Draw them closed, slice by slice, if they bound tissue.");

    /// <summary>0 for what is or may be tumour.</summary>
    private static int Rank(RtRegion region) => region.Type is "GTV" ? 0 : region.Type is "" or "CTV" or "PTV" or "ORGAN" or "CAVITY" && TumourWord().IsMatch(region.Name) ? 0 : region.Type.Length == 0 ? 1 : 2;

    /// <summary>A name for identifiers: letters, digits and a few signs, so that no name of an object becomes markup or a path.</summary>
    private static string Label(string name)
    {
        var label = new string([.. name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' ? c : '_')]).Trim('_', '.', '-');
        return label.Length == 0 ? "region" : label;
    }

    /// <summary>The same name at two visits is one region; twice at one visit it is two.</summary>
    private string Unique(string label, DicomSeriesOfCase on)
    {
        var key = FormattableString.Invariant($"{on.First.Study?.Date:yyyyMMdd}{(on.First.Study is null ? on.First.StudyUid : "")} {label}");
        var count = _names[key] = _names.GetValueOrDefault(key) + 1;
        return count == 1 ? label : $"{label}-{count}";
    }

    [GeneratedRegex(@"gtv|ctv|tum|lesion|mass|mets?([^a-z]|$)|cancer", RegexOptions.IgnoreCase)]
    private static partial Regex TumourWord();
}
