using Etalon.Dicom;

namespace Etalon.Imaging.Dicom;

/// <summary>When the slices of one volume in one object were taken: from the start of the volume, in order along the normal.</summary>
/// <param name="Seconds">One for each slice; null where the object does not say, or says that all were taken at once.</param>
/// <param name="How">Where it stands.</param>
/// <param name="Lie">What is wrong with what is stated; null where nothing is.</param>
internal sealed record SliceTimes(IReadOnlyList<double>? Seconds, string How, string? Lie)
{
    private const double SameTimeS = 0.005;

    private static SliceTimes Unknown { get; } = new(null, "", null);

    /// <summary>Reads an enhanced object of one volume, or a mosaic.</summary>
    public static SliceTimes Of(DicomFile file)
    {
        var data = file.Dataset;
        var frames = data.GetSequence(Tags.PerFrameFunctionalGroupsSequence);
        return frames.Count > 1 ? OfFrames(data, frames) : OfMosaic(data);
    }

    /// <summary>How many slices share each instant; null where they do not share evenly, or one instant is all there is.</summary>
    public static int? Multiband(IReadOnlyList<double> seconds)
    {
        var sizes = Instants(seconds);
        return sizes.Count > 1 && sizes.Distinct().Count() == 1 ? sizes[0] : null;
    }

    private static SliceTimes OfMosaic(DicomDataset data)
    {
        if (!data.TryGetPrivate(0x0019, "SIEMENS MR HEADER", 0x29, out var element) || element.ReadDoubles(DicomVr.FD) is not { Count: > 1 and < 1024 } times)
        {
            return Unknown;
        }

        var first = times.Min();
        var seconds = times.Select(t => Math.Round((t - first) / 1000, 6)).ToList();
        var repetition = data.GetDouble(Tags.RepetitionTime) / 1000;
        // One volume is taken within one repetition; 5 ms for the rounding of clocks.
        var lie = repetition > 0 && seconds.Max() > repetition + SameTimeS
            ? FormattableString.Invariant($"slices taken up to {seconds.Max():0.###} s apart in (0019,xx29), where a volume takes {repetition:0.###} s (RepetitionTime)") : null;
        return new SliceTimes(seconds, "(0019,xx29) SIEMENS MR HEADER", lie);
    }

    private static SliceTimes OfFrames(DicomDataset data, IReadOnlyList<DicomDataset> frames)
    {
        var shared = data.GetSequence(Tags.SharedFunctionalGroupsSequence) is [var s, ..] ? s : DicomDataset.Empty;
        var slices = new List<(double At, DateTime? Acquired, double? AfterStart)>();
        foreach (var frame in frames.Take(4096))
        {
            var groups = new FrameGroups(data, shared, frame);
            if (groups.Numbers(Tags.PlanePositionSequence, Tags.ImagePositionPatient) is not { Count: >= 3 } p || groups.Numbers(Tags.PlaneOrientationSequence, Tags.ImageOrientationPatient) is not { Count: >= 6 } o)
            {
                return Unknown;
            }

            var normal = new Vector3(o[0], o[1], o[2]).Cross(new Vector3(o[3], o[4], o[5]));
            var xa = DerivedMr.XaFrame(groups);
            double? after = xa is not null && xa.TryGetPrivate(0x0021, "SIEMENS MR SDI 02", 0x04, out var e) && e.ReadDoubles(DicomVr.DS) is [var seconds, ..] ? seconds : null;
            slices.Add((normal.Dot(new Vector3(p[0], p[1], p[2])), DicomTime.Instant(groups.Text(Tags.FrameContentSequence, new DicomTag(0x0018, 0x9074))), after));
        }

        slices = [.. slices.OrderBy(x => x.At)];
        var isOneVolume = slices.Zip(slices.Skip(1)).All(x => x.Second.At - x.First.At > 0.01);
        return isOneVolume && slices.All(x => x.Acquired is not null) ? Compared(slices) : Unknown;
    }

    /// <summary>The standard attribute counts; where Siemens' own says otherwise, the header lies at one of the two.</summary>
    private static SliceTimes Compared(List<(double At, DateTime? Acquired, double? AfterStart)> slices)
    {
        var start = slices.Min(x => x.Acquired!.Value);
        var seconds = slices.Select(x => Math.Round((x.Acquired!.Value - start).TotalSeconds, 6)).ToList();
        if (seconds.Max() <= SameTimeS)
        {
            return Unknown; // all at once: the writer gave the time of the volume
        }

        string? lie = null;
        if (slices.All(x => x.AfterStart is not null))
        {
            var first = slices.Min(x => x.AfterStart!.Value);
            var own = slices.Select(x => x.AfterStart!.Value - first).ToList();
            if (seconds.Zip(own).Any(x => Math.Abs(x.First - x.Second) > SameTimeS))
            {
                lie = FormattableString.Invariant($"slices at {Instants(seconds).Count} instants within {seconds.Max():0.####} s in (0018,9074), at {Instants(own).Count} within {own.Max():0.####} s in (0021,xx04)");
            }
        }

        return new SliceTimes(seconds, "(0018,9074) FrameAcquisitionDateTime", lie);
    }

    /// <summary>Sizes of the groups of slices that share an instant.</summary>
    private static List<int> Instants(IReadOnlyList<double> seconds)
    {
        var sizes = new List<int>();
        var last = double.NegativeInfinity;
        foreach (var t in seconds.Order())
        {
            if (t - last > SameTimeS)
            {
                sizes.Add(0);
                last = t;
            }

            sizes[^1]++;
        }

        return sizes;
    }
}
