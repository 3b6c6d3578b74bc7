using System.Security.Cryptography;
using System.Text;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;

namespace Etalon.Cases;

/// <summary>Finds the images that contours, segments and mask files belong to, and makes them regions of their grids.</summary>
internal sealed class DicomRegions(IReadOnlyList<DicomSeriesOfCase> series, DicomIdentity identity, List<Finding> findings)
{
    /// <summary>Types of regions that are things beside the patient or marks in the image (PS3.3 C.8.8.8).</summary>
    private static readonly string[] NoTissue = ["EXTERNAL", "SUPPORT", "FIXATION", "BOLUS", "MARKER", "REGISTRATION", "ISOCENTER", "DOSE_REGION", "TREATED_VOLUME", "IRRAD_VOLUME"];

    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);

    /// <summary>
    /// Masks of all contours, segments and mask files, tumours first; those of quantitative images without outlines of their own are carried over by
    /// the frame of reference.
    /// </summary>
    /// <param name="items">All objects of the subject.</param>
    /// <param name="masks">Mask files beside them.</param>
    /// <param name="days">The days on which all series were made.</param>
    public List<ImageReference> Of(IReadOnlyList<DicomItem> items, IReadOnlyList<MaskFile> masks, StudyDays days)
    {
        var outlines = items.Where(i => i.Structures is not null).SelectMany(Contours)
            .Concat(new SegmentOutlines(series, identity, findings).Of(items)).ToList();
        outlines.AddRange(new MaskFileOutlines(series, days, identity, findings).Of(masks, outlines.Select(o => o.On.Name).ToHashSet(StringComparer.Ordinal)));
        var drawn = outlines.Where(o => !o.IsBrainOnly).OrderBy(o => o.Rank).ThenBy(o => o.On.Kind == ImageKind.Suv ? 0 : 1).ThenBy(o => o.Label, StringComparer.Ordinal)
            .Select(o => o with { Label = Unique(o.Label, o.On) }).ToList();
        var carried = Quantitative().Where(q => drawn.All(d => d.On != q)).SelectMany(q => drawn.Where(d => d.Rank == 0 && Sees(q, d.On)).Select(d => d.CarriedTo(q)));
        return [.. drawn.Select(d => d.Drawn()), .. carried, .. outlines.Where(o => o.IsBrain).Select(Brain)];
    }

    /// <summary>A brain is wanted where diffusion is measured.</summary>
    private ImageReference Brain(Outline brain)
    {
        var on = brain.On.Kind == ImageKind.DiffusionSeries ? null : Quantitative().FirstOrDefault(q => q.Kind == ImageKind.DiffusionSeries && Sees(q, brain.On));
        return (on is null ? brain.Drawn() : brain.CarriedTo(on)) with { Kind = ImageKind.BrainMask, RegionId = null };
    }

    private IEnumerable<Outline> Contours(DicomItem item)
    {
        foreach (var region in item.Structures!.Regions.Where(r => !NoTissue.Contains(r.Type, StringComparer.Ordinal)))
        {
            var source = $"contours of {SeriesName.Of(item.SeriesNumber, "RTSTRUCT")}";
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
                yield return new Outline
                {
                    Label = RegionLabel.Of(name), Rank = Rank(region), On = on, Source = source, IsBrain = name.Equals("brain", StringComparison.OrdinalIgnoreCase),
                    Load = (to, id, _) => Load(region, to, $"{source}: {id}"),
                    Meaning = RegionMeaning.Of(region, identity),
                };
            }
        }
    }

    private IEnumerable<DicomSeriesOfCase> Quantitative() => series.Where(s => s.Kind is ImageKind.Suv or ImageKind.DiffusionSeries);

    internal static bool Sees(DicomSeriesOfCase a, DicomSeriesOfCase b) =>
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
    private static int Rank(RtRegion region) => region.Type is "GTV" ? 0 : region.Type is "" or "CTV" or "PTV" or "ORGAN" or "CAVITY" && Outline.NamesTumour(region.Name) ? 0 : region.Type.Length == 0 ? 1 : 2;

    /// <summary>The same name at two visits is one region; twice at one visit it is two.</summary>
    private string Unique(string label, DicomSeriesOfCase on)
    {
        var key = FormattableString.Invariant($"{on.First.Study?.Date:yyyyMMdd}{(on.First.Study is null ? on.First.StudyUid : "")} {label}");
        var count = _names[key] = _names.GetValueOrDefault(key) + 1;
        return count == 1 ? label : $"{label}-{count}";
    }
}
