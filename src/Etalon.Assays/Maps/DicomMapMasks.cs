using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Etalon.Cases;
using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Imaging.Registration;
using Etalon.Metrology;

namespace Etalon.Assays.Maps;

/// <summary>Regions of a study: segments, contours, and mask files beside the objects.</summary>
internal static class DicomMapMasks
{
    public static List<MapMask> Of(DicomStudy study, IReadOnlyList<MapSeries> series, IReadOnlyList<MaskFile> files, DicomIdentity identity, List<Finding> findings)
    {
        var masks = new List<MapMask>();
        foreach (var of in study.Series.Where(s => s.Modality is "SEG" or "RTSTRUCT"))
        {
            foreach (var entry in DicomObjects.Read(of.Instances.Select(i => i.Name)))
            {
                if (entry.File is not { } file)
                {
                    continue;
                }

                try
                {
                    masks.AddRange(SegmentationReader.IsOne(file) ? Segments(file, identity) : of.Modality == "RTSTRUCT" ? Contours(file, study, series, identity) : []);
                }
                catch (DicomException e)
                {
                    findings.Add(identity.Clean(new Finding(FindingCodes.DicomUnreadable, Severity.Warning, of.Name, $"{e.Found} ({e.CodeText})", e.Expected, e.Remedy + ".")));
                }
                catch (DicomGeometryException e)
                {
                    findings.Add(identity.Clean(new Finding(FindingCodes.SeriesNotAVolume, Severity.Warning, of.Name, e.Found, e.Expected, "The regions were not used.")));
                }
            }
        }

        foreach (var file in files)
        {
            try
            {
                // A grid of its own study alone: the masks of other visits lie beside this one's.
                var image = file.Load();
                if (series.Any(s => s.Grid.IsSameAs(image.Grid)))
                {
                    masks.Add(new MapMask(Label(file.Label, identity), Mask.FromNonZero(image.Volume()), image.Sha256));
                }
            }
            catch (CaseException e)
            {
                findings.Add(identity.Clean(e.Finding));
            }
        }

        return masks;
    }

    private static string Label(string name, DicomIdentity identity) => RegionLabel.Of(identity.Clean(name));

    private static IEnumerable<MapMask> Segments(DicomFile file, DicomIdentity identity)
    {
        var segmentation = SegmentationReader.Read(file);
        return segmentation.Segments.Select(s => new MapMask(Label(s.Label, identity), s.Mask, Hash(s.Mask))
        {
            FrameOfReferenceUid = segmentation.FrameOfReferenceUid,
            Carry = grid => DicomSegmentation.OnGrid(s.Mask, grid) ?? Resampler.Resample(s.Mask, grid, RigidTransform.Identity),
        });
    }

    /// <summary>Contours become voxels of the series they name, and of any other of their frame of reference when asked.</summary>
    private static IEnumerable<MapMask> Contours(DicomFile file, DicomStudy study, IReadOnlyList<MapSeries> series, DicomIdentity identity)
    {
        var structures = RtStructures.Read(file);
        foreach (var region in structures.Regions.Where(r => r.Contours.Count > 0))
        {
            var near = series.Where(s => s.Stack is { } stack && (region.FrameOfReferenceUid is null || stack.FrameOfReferenceUid == region.FrameOfReferenceUid)).ToList();
            var on = near.Find(s => study.Series.Any(of => structures.ReferencedSeries.Contains(of.Uid, StringComparer.Ordinal) && of.Stacks.Any(t => ReferenceEquals(t, s.Stack)))) ?? near.FirstOrDefault();
            if (on is not null)
            {
                var mask = ContourVoxeliser.Voxelise(region.Contours, on.Grid).Mask;
                yield return new MapMask(Label(region.Name, identity), mask, Hash(mask))
                {
                    FrameOfReferenceUid = region.FrameOfReferenceUid ?? on.Stack!.FrameOfReferenceUid,
                    Carry = grid => ContourVoxeliser.Voxelise(region.Contours, grid).Mask,
                };
            }
        }
    }

    private static string Hash(Mask mask) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(mask.Inside.AsSpan())));
}
