using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Assays.Maps;

/// <summary>Reads the images of a BIDS folder as visits: every file is a series; masks stand in derivatives/masks.</summary>
public static class BidsMapReader
{
    /// <summary>Reads the sessions of all subjects, with the voxels of all their images.</summary>
    /// <param name="root">Root of the data set.</param>
    /// <param name="findings">Receives what cannot be read.</param>
    public static IReadOnlyList<MapVisit> Read(string root, List<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(findings);
        var masks = Directory.Exists(Path.Combine(root, "derivatives", "masks")) ? MaskFile.Below(Path.Combine(root, "derivatives", "masks")) : [];
        return [.. BidsImages.Below(root, findings).GroupBy(i => (i.Subject, i.Session)).Select(g => new MapVisit
        {
            Subject = g.Key.Subject,
            Session = g.Key.Session,
            Time = g.Select(i => i.Acquisition.Find("AcquisitionDateTime")?.Instant).FirstOrDefault(t => t is not null),
            Input = new MapInput([.. g.Select(i => Series(i, findings)).OfType<MapSeries>()], Masks(masks, g.Key.Subject, g.Key.Session, findings)),
        })];
    }

    /// <summary>A series with its voxels; null, with a finding, where the image cannot be used.</summary>
    private static MapSeries? Series(BidsImage image, List<Finding> findings)
    {
        LoadedImage loaded;
        try
        {
            loaded = image.Load();
        }
        catch (CaseException e)
        {
            findings.Add(e.Finding);
            return null;
        }

        findings.AddRange(loaded.Findings);
        var times = image.VolumeTimesS.Count == loaded.Frames.Count ? image.VolumeTimesS : Steps(image, loaded.Frames.Count);
        var flips = image.FlipAnglesDeg.Count == loaded.Frames.Count ? image.FlipAnglesDeg : null;
        var record = image.Acquisition;
        return new MapSeries
        {
            Name = image.Name,
            Grid = loaded.Grid,
            Modality = image.Folder == "pet" ? "PT" : "MR",
            Content = image.Suffix.EndsWith("map", StringComparison.Ordinal) ? image.Suffix[..^3] : "",
            Acquisition = record,
            Unit = image.Unit,
            Sha256 = loaded.Sha256,
            Frames = [.. loaded.Frames.Select((values, t) => new MapFrame(values)
            {
                BValue = t < loaded.BValues.Count ? loaded.BValues[t] : null,
                Gradient = t < loaded.Gradients.Count ? loaded.Gradients[t] : null,
                EchoTimeS = record.Find("EchoTime")?.Number,
                RepetitionTimeS = record.Find("RepetitionTime")?.Number,
                InversionTimeS = record.Find("InversionTime")?.Number,
                FlipAngleDeg = flips?[t] ?? record.Find("FlipAngle")?.Number,
                TimeS = times is null ? null : times[t] - times[0],
            })],
        };
    }

    private static double[]? Steps(BidsImage image, int frames) =>
        frames > 1 && image.Acquisition.Find("TemporalResolution")?.Number is > 0 and var step ? [.. Enumerable.Range(0, frames).Select(t => t * step)] : null;

    private static List<MapMask> Masks(IReadOnlyList<MaskFile> files, string subject, string session, List<Finding> findings)
    {
        var result = new List<MapMask>();
        foreach (var file in files.Where(f => f.Name.StartsWith($"sub-{subject}/", StringComparison.Ordinal) && (f.Session ?? "") == session))
        {
            try
            {
                var image = file.Load();
                result.Add(new MapMask(RegionLabel.Of(file.Label), Mask.FromNonZero(image.Volume()), image.Sha256));
            }
            catch (CaseException e)
            {
                findings.Add(e.Finding);
            }
        }

        return result;
    }
}
