using System.Globalization;
using Etalon.Metrology;

namespace Etalon.Imaging.Dicom;

/// <summary>
/// Makes stacks of volumes of the objects of a series: split by matrix, frame of reference, part of the complex signal, map, echo time,
/// orientation and spacing; ordered by geometry.
/// </summary>
public static class DicomStacks
{
    /// <summary>Above this angle between stack and normal the gantry was tilted: 1 % of the spacing.</summary>
    private const double TiltDegrees = 0.6;

    /// <summary>Positions are rounded to a hundredth of a millimetre at worst.</summary>
    private const double RoundingMm = 0.01;

    /// <summary>Makes the stacks of one series.</summary>
    /// <param name="images">Objects of one series, in any order.</param>
    /// <param name="about">Name of the series for findings, e.g. <c>series 5</c>.</param>
    /// <param name="findings">Receives what is wrong or peculiar, also of single stacks.</param>
    /// <returns>At least one stack for a frame or more; stacks that are no volume have no layout.</returns>
    public static IReadOnlyList<DicomStack> Build(IReadOnlyList<DicomImage> images, string about, List<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(findings);
        var groups = Groups(images);
        var stacks = new List<DicomStack>();
        foreach (var group in groups)
        {
            stacks.AddRange(Stacks(group, groups.Count == 1 ? about : $"{about}, {Label(group, groups)}", SlicesApart.Cause(group, groups.FindAll(g => AreOfOneKind(g, group)))));
        }

        findings.AddRange(stacks.SelectMany(s => s.Findings));
        var isSound = stacks.TrueForAll(s => s.Layout is not null) && (stacks.TrueForAll(s => s.Layout!.Grid.Nz > 1) || stacks.TrueForAll(s => s.Layout!.Grid.Nz == 1));
        TellOrientations(groups, isSound, about, findings);
        findings.AddRange(groups.Where(g => groups.Find(o => AreOfOneKind(o, g)) == g).Select(g => SlicesApart.Tell(groups.FindAll(o => AreOfOneKind(o, g)), isSound, about)).OfType<Finding>());
        return stacks;
    }

    /// <summary>Whether groups are of one map, echo and part of the signal: then only the grid keeps them apart.</summary>
    private static bool AreOfOneKind(SliceGroup a, SliceGroup b) =>
        a.Frames[0].Component == b.Frames[0].Component && a.Frames[0].Content == b.Frames[0].Content && Echo(a.Frames[0]) == Echo(b.Frames[0]);

    private static List<SliceGroup> Groups(IReadOnlyList<DicomImage> images)
    {
        var groups = new List<SliceGroup>();
        var byKind = new Dictionary<(int, int, string?, ImageComponent, string, double), List<SliceGroup>>();
        foreach (var image in images)
        {
            foreach (var frame in image.Frames)
            {
                var kind = (image.Rows, image.Columns, image.FrameOfReferenceUid, frame.Component, frame.Content, Echo(frame));
                if (!byKind.TryGetValue(kind, out var alike))
                {
                    byKind[kind] = alike = [];
                }

                var group = alike.Find(g => g.Fits(frame));
                if (group is null)
                {
                    group = new SliceGroup(image, frame);
                    alike.Add(group);
                    groups.Add(group);
                }

                group.Frames.Add(frame);
            }
        }

        return [.. groups.OrderBy(g => g.Frames[0].Component).ThenBy(g => g.Frames[0].Content, StringComparer.Ordinal).ThenBy(g => Echo(g.Frames[0]))
            .ThenByDescending(g => g.Frames.Count).ThenBy(g => g.Frames.Min(f => f.Order[^1])).ThenBy(g => g.Frames.Select(f => f.Object).Min(StringComparer.Ordinal), StringComparer.Ordinal)];
    }

    /// <summary>In hundredths of a millisecond: closer echoes are rounding.</summary>
    private static double Echo(DicomFrame frame) => frame.EchoTimeMs is { } te ? Math.Round(te * 100) : -1;

    /// <summary>One stack, or several where frames of one place belong to stacks that are told apart by StackID, place in the plane, or acquisition.</summary>
    private static List<DicomStack> Stacks(SliceGroup group, string name, string cause)
    {
        try
        {
            return [Stack(group, group.Frames, name)];
        }
        catch (StackException e)
        {
            foreach (var parts in Splits(group))
            {
                try
                {
                    return [.. parts.Select((p, n) => Stack(group, p, $"{name}, part {n + 1}"))];
                }
                catch (StackException)
                {
                    // These parts are no volumes either; the first reason counts.
                }
            }

            cause = e.Code is FindingCodes.SlicesMissing or FindingCodes.SlicesUneven ? cause : "";
            return [Flawed(group, name, new Finding(
                e.Code, e.Code == FindingCodes.SeriesNotAVolume ? Severity.Warning : Severity.Error, name, e.Found + cause, e.Expected,
                e.Code == FindingCodes.SeriesNotAVolume ? "It was not used. Give a series of parallel, evenly spaced slices." : cause.Length > 0 ? "It was not used. Have the header of the slices that lie apart corrected, and export the series again." : "A slice is missing or doubled, or two series are mixed. Export the series again; it was not used."))];
        }
    }

    private static IEnumerable<List<List<DicomFrame>>> Splits(SliceGroup group)
    {
        var normal = group.Frames[0].Normal;
        if (StackGeometry.Places(group.Frames, normal).TrueForAll(p => p.Count == 1))
        {
            // A gap is a gap: no second stack explains it.
            yield break;
        }

        foreach (var parts in new[]
                 {
                     group.Frames.GroupBy(f => f.StackId ?? "").Select(g => g.ToList()).ToList(),
                     Lines(group.Frames, normal),
                     group.Frames.GroupBy(f => f.Order.ElementAtOrDefault(2)).Select(g => g.ToList()).ToList(),
                 })
        {
            if (parts.Count > 1)
            {
                yield return parts;
            }
        }
    }

    private static List<List<DicomFrame>> Lines(List<DicomFrame> frames, Vector3 normal)
    {
        var lines = new List<List<DicomFrame>>();
        foreach (var frame in frames)
        {
            var line = lines.Find(l => !StackGeometry.AreBeside(l[0], frame, normal));
            if (line is null)
            {
                lines.Add(line = []);
            }

            line.Add(frame);
        }

        return lines;
    }

    private static DicomStack Stack(SliceGroup group, List<DicomFrame> frames, string name)
    {
        if (frames.Exists(f => f.HasTable))
        {
            throw new StackException(FindingCodes.ValueTableNotApplied, "stored values that a look-up table turns into real ones", "a slope and an intercept");
        }

        var placed = StackGeometry.Place(frames, group.Columns, group.Rows, name);
        var used = placed.Volumes.SelectMany(v => v).ToList();
        var volumes = placed.Volumes.Select(Volume).ToList();
        var unit = used.TrueForAll(f => f.UnitCode == used[0].UnitCode) ? used[0].UnitCode : null;
        var stack = new DicomStack
        {
            Name = name,
            Frames = used,
            Columns = group.Columns,
            Rows = group.Rows,
            Layout = new DicomSeriesLayout
            {
                Grid = placed.Grid,
                Volumes = placed.Volumes,
                BValues = volumes.TrueForAll(v => v.BValue is not null) ? volumes.ConvertAll(v => v.BValue!.Value) : [],
                FrameOfReferenceUid = group.FrameOfReferenceUid,
                UnitCode = unit,
            },
            Volumes = volumes,
            FrameOfReferenceUid = group.FrameOfReferenceUid,
            PatientPosition = group.PatientPosition,
            Rule = used.TrueForAll(f => f.Rule == used[0].Rule) ? used[0].Rule : null,
            UnitCode = unit,
            HasOneScale = used.TrueForAll(f => f.Slope == used[0].Slope && f.Intercept == used[0].Intercept),
            TiltDegrees = placed.TiltDegrees,
        };
        return stack with { Findings = Peculiarities(stack, placed.Incomplete) };
    }

    private static DicomStack Flawed(SliceGroup group, string name, Finding why) => new()
    {
        Name = name,
        Frames = group.Frames,
        Columns = group.Columns,
        Rows = group.Rows,
        Layout = null,
        FrameOfReferenceUid = group.FrameOfReferenceUid,
        PatientPosition = group.PatientPosition,
        Findings = [why],
    };

    private static DicomVolume Volume(IReadOnlyList<DicomFrame> slices)
    {
        var first = slices[0];
        var starts = slices.Select(s => s.AcquiredAt).OfType<DateTime>().ToList();
        return new DicomVolume
        {
            Slices = slices,
            BValue = slices.All(s => s.BValue == first.BValue) ? first.BValue : null,
            Gradient = first.Gradient is { } g && slices.All(s => s.Gradient is { } other && (other - g).Length < 0.01) ? g : null,
            TemporalPosition = slices.All(s => s.TemporalPosition == first.TemporalPosition) ? first.TemporalPosition : null,
            AcquiredAt = starts.Count == 0 ? null : starts.Min(),
            TriggerTimeMs = slices.Min(s => s.TriggerTimeMs),
        };
    }

    private static List<Finding> Peculiarities(DicomStack stack, IReadOnlyList<DicomFrame> incomplete)
    {
        var findings = new List<Finding>();
        if (incomplete.Count > 0)
        {
            findings.Add(new Finding(
                FindingCodes.SlicesMissing, Severity.Error, stack.Name, $"{incomplete.Count} slices of volumes that lack others beside {stack.Volumes.Count} whole volumes", $"{stack.Layout!.Grid.Nz} slices in each volume",
                "The broken volumes were left out. Export the series again."));
        }

        if (stack.TiltDegrees > TiltDegrees)
        {
            findings.Add(new Finding(
                FindingCodes.GantryTilt, Severity.Warning, stack.Name, FormattableString.Invariant($"slices that are stacked {stack.TiltDegrees:0.##} degrees off their normal"), "slices stacked along their normal",
                "The grid is sheared as the slices lie, so positions and volumes are right; programs that take it for a box are wrong by the tilt."));
        }

        if (Unevenness(stack) is > RoundingMm and var offMm)
        {
            findings.Add(new Finding(
                FindingCodes.SlicesUneven, Severity.Info, stack.Name, FormattableString.Invariant($"distances of slices up to {offMm:0.###} mm off their mean of {stack.Layout!.Grid.StepK.Length:0.####} mm"), FormattableString.Invariant($"equal distances but for rounding ({RoundingMm} mm)"),
                "The mean was taken, so that the first and the last slice lie where they say. Programs that take the distance of the first two for all miss the far end."));
        }

        var assumed = stack.Frames.Aggregate(MosaicAssumption.None, (all, f) => all | f.Assumed);
        if (assumed != MosaicAssumption.None)
        {
            var (normal, spacing) = (assumed.HasFlag(MosaicAssumption.Normal), assumed.HasFlag(MosaicAssumption.Spacing));
            findings.Add(new Finding(
                FindingCodes.MosaicAssumed, Severity.Warning, stack.Name,
                $"a mosaic that does not state {(normal ? "which way its slices follow each other" : "")}{(normal && spacing ? ", nor " : "")}{(spacing ? "how far apart they are" : "")}",
                "SliceNormalVector in the CSA header, and SpacingBetweenSlices",
                $"{(normal ? "Row x column was taken for the slice normal: the slices may be in reverse order, and then the head is upside down. " : "")}{(spacing ? "SliceThickness was taken for the distance of slices: a gap between them is missed. " : "")}Export the images with their private header."));
        }

        if (WithoutDirection(stack) is { Count: > 0 } directionless)
        {
            var unplaced = directionless.Any(v => v.Slices.Any(f => f.HasUnplacedDirection));
            findings.Add(new Finding(
                FindingCodes.DiffusionDirectionMissing, Severity.Info, stack.Name,
                $"{directionless.Count} of {stack.Volumes.Count(v => v.BValue > 0)} volumes with a b-value above 0 have no direction" + (unplaced ? ": it is stated along frequency, phase and slice, and InPlanePhaseEncodingDirection is not" : ""),
                "a direction, or the word that a volume is a trace", "ADC along what was measured can be fitted, tensors cannot; a table of directions holds 0 0 0 for them. Take the directions from the scanner's protocol."));
        }

        var slopes = stack.Frames.Select(f => (f.Slope, f.Intercept)).Distinct().Count();
        if (slopes > 1)
        {
            findings.Add(new Finding(
                FindingCodes.SlopesDiffer, Severity.Info, stack.Name, $"{slopes} different slopes or intercepts in {stack.Frames.Count} slices", "one for all",
                "Each slice was read with its own. Programs that take that of the first slice are wrong in the others."));
        }

        if (stack.Frames[0].IsQuantity && stack.UnitCode is null)
        {
            findings.Add(new Finding(
                FindingCodes.UnitNotStated, Severity.Warning, stack.Name, $"a map ({stack.Content}) without a unit", "a unit in a real world value mapping or RescaleType", "State it with --assume where it is measured."));
        }

        return findings;
    }

    /// <summary>Volumes with a diffusion gradient of which no direction is known, and which are no mean over directions.</summary>
    private static List<DicomVolume> WithoutDirection(DicomStack stack) =>
        stack.Content.Length > 0 ? [] : [.. stack.Volumes.Where(v => v.BValue > 0 && v.Gradient is null && v.Slices.Any(f => f.Gradient is null && !f.IsTrace))];

    /// <summary>How far the distance of two neighbours is off the mean at most, mm.</summary>
    private static double Unevenness(DicomStack stack)
    {
        var slices = stack.Volumes[0].Slices;
        var at = slices.Select(s => s.Position.Dot(slices[0].Normal)).ToList();
        return at.Count < 3 ? 0 : at.Skip(1).Zip(at, (b, a) => Math.Abs(b - a - (at[^1] - at[0]) / (at.Count - 1))).Max();
    }

    /// <summary>Scouts in several planes are as they should be; a slice or a broken group beside a stack is not.</summary>
    private static void TellOrientations(List<SliceGroup> groups, bool isSound, string about, List<Finding> findings)
    {
        var orientations = new List<SliceGroup>();
        foreach (var group in groups)
        {
            if (!orientations.Exists(o => o.IsParallelTo(group.Frames[0])))
            {
                orientations.Add(group);
            }
        }

        if (orientations.Count < 2)
        {
            return;
        }

        findings.Add(new Finding(
            FindingCodes.OrientationsMixed, isSound ? Severity.Info : Severity.Warning, about,
            $"slices of {orientations.Count} orientations ({string.Join(", ", orientations.Select(o => groups.Where(g => g.IsParallelTo(o.Frames[0])).Sum(g => g.Frames.Count).ToString(CultureInfo.InvariantCulture)))} slices)", "one orientation",
            "Each orientation was taken as a stack of its own. Scouts are like this; where it is no scout, two series are mixed."));
    }

    /// <summary>What sets a group apart from the others of its series, in words.</summary>
    private static string Label(SliceGroup group, List<SliceGroup> all)
    {
        var words = new List<string>();
        var first = group.Frames[0];
        if (all.Exists(g => g.Frames[0].Component != first.Component))
        {
            words.Add(first.Component.ToString().ToLowerInvariant());
        }

        if (all.Exists(g => g.Frames[0].Content != first.Content))
        {
            words.Add(first.Content.Length > 0 ? first.Content : "source images");
        }

        if (all.Exists(g => Echo(g.Frames[0]) != Echo(first)))
        {
            words.Add(first.EchoTimeMs is { } te ? FormattableString.Invariant($"echo {te:0.##} ms") : "no echo time");
        }

        var twins = all.FindAll(g => AreOfOneKind(g, group));
        if (twins.Count > 1)
        {
            words.Add($"stack {twins.IndexOf(group) + 1}");
        }

        return string.Join(", ", words);
    }
}
