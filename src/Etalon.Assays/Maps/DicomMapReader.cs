using System.Globalization;
using Etalon.Cases;
using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Imaging.Dicom.Write;
using Etalon.Metrology;

namespace Etalon.Assays.Maps;

/// <summary>Reads DICOM objects as visits: every stack that is a volume becomes a series; voxels stay on disk until asked for.</summary>
public static class DicomMapReader
{
    /// <summary>Reads headers.</summary>
    /// <param name="paths">Folders, zips and files.</param>
    /// <param name="findings">Receives what cannot be read.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static IReadOnlyList<MapVisit> Read(IReadOnlyList<string> paths, List<Finding> findings, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(findings);
        var studies = DicomStudies.Read(paths, cancellation: cancellation);
        var all = DicomIdentity.OfAll(studies);
        findings.AddRange(studies.Refused.Select(r => all.Clean(Unreadable(all.Clean(r.Name, 200), r.Error, Severity.Warning))));
        var files = paths.Where(Directory.Exists).SelectMany(MaskFile.Below).ToList();
        var visits = new List<MapVisit>();
        foreach (var patient in studies.Patients)
        {
            var identity = DicomIdentity.Of(patient);
            for (var n = 0; n < patient.Studies.Count; n++)
            {
                cancellation.ThrowIfCancellationRequested();
                visits.Add(Visit(patient.Studies[n], identity, (n + 1).ToString(CultureInfo.InvariantCulture), files, findings));
            }
        }

        return visits;
    }

    private static MapVisit Visit(DicomStudy study, DicomIdentity identity, string session, IReadOnlyList<MaskFile> files, List<Finding> findings)
    {
        var series = new List<MapSeries>();
        var origins = new Dictionary<DicomStack, Func<DicomOrigin?>>(ReferenceEqualityComparer.Instance);
        foreach (var of in study.Series)
        {
            foreach (var stack in of.Stacks.Where(s => s.Layout is not null))
            {
                try
                {
                    series.Add(Series(of, stack, identity));
                    origins[stack] = () => Origin(study, of, stack);
                }
                catch (DicomException e)
                {
                    findings.Add(identity.Clean(Unreadable(stack.Name, e, Severity.Error)));
                }
            }
        }

        var masks = DicomMapMasks.Of(study, series, files, identity, findings);
        return new MapVisit
        {
            Subject = identity.Subject,
            Session = session,
            Time = study.Time,
            Input = new MapInput(series, masks),
            Origin = s => s.Stack is { } stack && origins.TryGetValue(stack, out var origin) ? origin() : null,
            Clean = identity.Clean,
        };
    }

    private static MapSeries Series(DicomSeries series, DicomStack stack, DicomIdentity identity)
    {
        var layout = stack.Layout!;
        var records = Records(layout);
        var times = Times(stack, records[0]);
        DicomVoxels? voxels = null;
        var gate = new Lock();
        DicomVoxels Voxels()
        {
            lock (gate)
            {
                return voxels ??= Load(stack, layout, identity);
            }
        }

        var pet = series.Modality == "PT" ? Headers(layout) : [];
        return new MapSeries
        {
            Name = identity.Clean(stack.Name, 200),
            Grid = layout.Grid,
            Modality = series.Modality,
            Content = stack.Content,
            Component = stack.Component,
            Acquisition = identity.Clean(records[0].WithVolumes(layout.BValues, [.. stack.Volumes.Where(v => v.BValue > 0).Select(v => v.Gradient).OfType<Vector3>()], stack.Directionality)),
            Unit = Unit.TryParse(stack.UnitCode, out var unit) ? unit : null,
            StorageU = layout.StorageStep / Math.Sqrt(12),
            Pet = pet,
            Hash = () => Voxels().Sha256,
            Stack = stack,
            Frames = [.. stack.Volumes.Select((v, t) => new MapFrame(() => Voxels().Volumes[t])
            {
                BValue = v.BValue,
                Gradient = v.Gradient,
                EchoTimeS = v.Slices[0].EchoTimeMs / 1000 ?? records[t].Find("EchoTime")?.Number,
                RepetitionTimeS = records[t].Find("RepetitionTime")?.Number,
                InversionTimeS = records[t].Find("InversionTime")?.Number,
                FlipAngleDeg = records[t].Find("FlipAngle")?.Number,
                TimeS = times?[t],
            })],
        };
    }

    private static DicomVoxels Load(DicomStack stack, DicomSeriesLayout layout, DicomIdentity identity)
    {
        try
        {
            return DicomVolumeReader.Read(layout, DicomObjects.Open);
        }
        catch (DicomException e)
        {
            throw new CaseException(identity.Clean(Unreadable(stack.Name, e, Severity.Error)));
        }
        catch (DicomGeometryException e)
        {
            throw new CaseException(identity.Clean(new Finding(FindingCodes.SeriesNotAVolume, Severity.Error, stack.Name, e.Found, e.Expected, "The series was not used.")));
        }
    }

    /// <summary>The record of each volume, from its first slice.</summary>
    private static Acquisition[] Records(DicomSeriesLayout layout)
    {
        var firsts = layout.Volumes.Select((v, t) => (Frame: v[0], Volume: t)).ToLookup(f => f.Frame.Object, StringComparer.Ordinal);
        var records = new Acquisition[layout.Volumes.Count];
        foreach (var file in DicomObjects.Open(firsts.Select(f => f.Key)))
        {
            foreach (var (frame, volume) in firsts[file.Name])
            {
                records[volume] = DicomAcquisition.Read(file, file.Name, layout.BValues, frame.Index);
            }
        }

        return records;
    }

    /// <summary>The header of each slice of each volume.</summary>
    private static List<PetHeader> Headers(DicomSeriesLayout layout)
    {
        var frames = layout.Volumes.SelectMany(v => v).ToList();
        var ofObject = frames.ToLookup(f => f.Object, f => f.Index, StringComparer.Ordinal);
        var headers = DicomObjects.Open(ofObject.Select(o => o.Key))
            .SelectMany(file => ofObject[file.Name].Distinct().Select(index => (Key: (file.Name, index), Header: PetHeader.ReadFrame(file, index)))).ToDictionary(h => h.Key, h => h.Header);
        return [.. frames.Select(f => headers[(f.Object, f.Index)])];
    }

    /// <summary>
    /// Seconds after the first volume: by the instants of acquisition where they rise from volume to volume, else by trigger times that do, else by
    /// TemporalResolution and the temporal positions. Null where none of these tells the volumes apart.
    /// </summary>
    private static double[]? Times(DicomStack stack, Acquisition record)
    {
        var volumes = stack.Volumes;
        if (volumes.All(v => v.AcquiredAt is not null) && Rises([.. volumes.Select(v => (v.AcquiredAt!.Value - volumes[0].AcquiredAt!.Value).TotalSeconds)]) is { } byClock)
        {
            return byClock;
        }

        if (volumes.All(v => v.TriggerTimeMs is not null) && Rises([.. volumes.Select(v => (v.TriggerTimeMs!.Value - volumes[0].TriggerTimeMs!.Value) / 1000)]) is { } byTrigger)
        {
            return byTrigger;
        }

        return record.Find("TemporalResolution")?.Number is > 0 and var step && volumes.All(v => v.TemporalPosition is not null)
            ? Rises([.. volumes.Select(v => step * (v.TemporalPosition!.Value - volumes[0].TemporalPosition!.Value))])
            : null;
    }

    private static double[]? Rises(double[] times) => times.Length > 1 && times.Zip(times.Skip(1)).All(p => p.Second > p.First) ? times : null;

    private static DicomOrigin? Origin(DicomStudy study, DicomSeries series, DicomStack stack)
    {
        var names = stack.Frames.Select(f => f.Object).Distinct(StringComparer.Ordinal).ToList();
        var images = new List<DicomImage>();
        DicomStudyHeader? header = null;
        foreach (var file in DicomObjects.Open(names))
        {
            images.Add(DicomImageReader.Read(file));
            header ??= DicomStudyHeader.Read(file.Dataset);
        }

        return header is not null && DicomUid.IsValid(series.Uid) && DicomUid.IsValid(study.Uid)
            ? new DicomOrigin(DicomSeriesSource.Of(images, stack.Layout!, study.Uid, series.Modality), header)
            : null;
    }

    private static Finding Unreadable(string about, DicomException e, Severity severity) =>
        new(FindingCodes.DicomUnreadable, severity, about, $"{e.Found} ({e.CodeText})", e.Expected, e.Remedy + ".");
}
