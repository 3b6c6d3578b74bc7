using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Etalon.Imaging.Dicom;
using Etalon.Imaging.Registration;
using Etalon.Metrology;

namespace Etalon.Cases;

/// <summary>Outlines that are stored as segments of DICOM segmentations.</summary>
internal sealed class SegmentOutlines(IReadOnlyList<DicomSeriesOfCase> series, DicomIdentity identity, List<Finding> findings)
{
    private const string AnatomicalStructure = "123037004";

    /// <summary>All segments whose series is here.</summary>
    public IEnumerable<Outline> Of(IReadOnlyList<DicomItem> items)
    {
        foreach (var item in items.Where(i => i.Segmentation is not null))
        {
            var source = $"segments of {SeriesName.Of(item.SeriesNumber, "SEG")}";
            if (Target(item, source) is not { } on)
            {
                continue;
            }

            foreach (var segment in item.Segmentation!.Segments)
            {
                var label = identity.Clean(segment.Label);
                yield return new Outline
                {
                    Label = RegionLabel.Of(label),
                    Rank = segment.Category?.Value == AnatomicalStructure && !Outline.NamesTumour(label) ? 2 : 0,
                    On = on,
                    Source = source,
                    IsBrain = segment.IsBrain,
                    IsBrainOnly = segment.IsBrain,
                    Meaning = RegionMeaning.Of(segment, identity),
                    Load = (to, id, _) => Load(item.Name, segment.Number, to, $"{source}: {id}"),
                };
            }
        }
    }

    /// <summary>The series that it refers to, if that lies in its frame of reference; else one with the same voxels, or any, in that frame of the same study.</summary>
    private DicomSeriesOfCase? Target(DicomItem item, string source)
    {
        var segmentation = item.Segmentation!;
        var named = series.Where(s => s.IsAmong(segmentation.References)).ToList();
        if (named.Count > 0 && named.Find(s => segmentation.FrameOfReferenceUid is null || s.FrameOfReference is null || s.FrameOfReference == segmentation.FrameOfReferenceUid) is { } fits)
        {
            return named.Find(s => s.FrameOfReference == fits.FrameOfReference && DicomSegmentation.AreSameVoxels(segmentation.Grid, s.Layout.Grid)) ?? fits;
        }

        var near = series.Where(s => segmentation.FrameOfReferenceUid is not null && s.FrameOfReference == segmentation.FrameOfReferenceUid)
            .OrderBy(s => s.First.StudyUid == item.StudyUid ? 0 : 1).ThenBy(s => DicomSegmentation.AreSameVoxels(segmentation.Grid, s.Layout.Grid) ? 0 : 1).ThenBy(s => s.Name, StringComparer.Ordinal).FirstOrDefault();
        findings.Add(near is null
            ? new Finding(
                FindingCodes.FrameOfReferenceDiffers, Severity.Error, source, named.Count == 0 ? "a series and a frame of reference that no image here has" : "another frame of reference than that of the series it names",
                "an image with the frame of reference of the segments", "The segments were not used. Supply the images they were drawn on.")
            : new Finding(
                FindingCodes.FrameOfReferenceDiffers, Severity.Warning, source, "a referenced series that is not here", "the series that the segments were drawn on",
                $"{near.Name} has the same frame of reference; its grid was used. Check the outlines in the pictures."));
        return near;
    }

    private static LoadedImage Load(string name, int number, DicomSeriesOfCase to, string about)
    {
        var drawn = SegmentationItem.Load(name, number, about);
        var mask = DicomSegmentation.OnGrid(drawn, to.Layout.Grid) ?? Resampler.Resample(drawn, to.Layout.Grid, RigidTransform.Identity);
        return new LoadedImage
        {
            Grid = mask.Grid,
            Frames = [Array.ConvertAll(mask.Inside, x => x ? 1f : 0f)],
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(mask.Inside.AsSpan()))),
        };
    }
}
