using System.Globalization;
using System.Text;
using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Imaging.Dicom.Write;
using Etalon.Imaging.Fusion;
using Etalon.Metrology;

namespace Etalon.Study.Habitats;

/// <summary>Writes what <c>etalon habitats</c> found: labels, probabilities, tables of voxels, maps of values by habitat, segmentations, habitats.json and results.json.</summary>
public static class HabitatWriter
{
    private const int SeriesNumber = 9700;

    /// <summary>Writes all files into a folder that is not in place yet.</summary>
    /// <returns>The result with what the writing found.</returns>
    public static HabitatRunResult Write(AtomicOutput output, HabitatRunResult result, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(result);
        output.Write("derivatives/etalon/dataset_description.json", Derivatives.Description());
        var findings = new List<Finding>(result.Findings);
        foreach (var visit in result.Visits)
        {
            cancellation.ThrowIfCancellationRequested();
            Images(output, result, visit);
            Table(output, result, visit);
            if (result.Options.Dicom)
            {
                Segmentation(output, result, visit, findings);
            }
        }

        result = result with { Findings = StudyRun.InOrder(findings) };
        output.Write("habitats.json", HabitatJson.Write(result));
        output.Write("results.json", HabitatJson.Results(result));
        output.Write("findings.json", ResultsJson.WriteFindings(result.Findings));
        return result;
    }

    /// <summary>Path and beginning of the names of a visit's files.</summary>
    internal static string Stem(HabitatRunResult result, HabitatVisit visit)
    {
        var (subject, session) = (Derivatives.Label(result.Subject), Derivatives.Label(visit.Id));
        return $"derivatives/etalon/sub-{subject}/ses-{session}/habitats/sub-{subject}_ses-{session}_label-{Derivatives.Label(result.Region)}_desc-habitats";
    }

    private static void Images(AtomicOutput output, HabitatRunResult result, HabitatVisit visit)
    {
        var (grid, k, stem) = (visit.Region.Grid, result.Model.Habitats.Count, Stem(result, visit));
        var labels = result.Model.Labels();
        var dense = new byte[grid.Count];
        var probabilities = Enumerable.Range(0, k).Select(_ => new float[grid.Count]).ToArray();
        for (var n = 0; n < visit.Voxels.Length; n++)
        {
            dense[visit.Voxels[n]] = (byte)(labels[visit.First + n] + 1);
            for (var c = 0; c < k; c++)
            {
                probabilities[c][visit.Voxels[n]] = result.Model.Probabilities[(visit.First + n) * k + c];
            }
        }

        output.Write($"{stem}_dseg.nii.gz", NiftiWriter.Encode(grid, dense));
        Sidecar(output, $"{stem}_dseg.json", result, visit, "Most probable habitat of each voxel; 0 outside the region or without a value", levels: true);
        output.Write($"{stem}_probseg.nii.gz", NiftiWriter.Encode(grid, probabilities));
        Sidecar(output, $"{stem}_probseg.json", result, visit, "Probability of each habitat, one frame for each, in the order of the labels; 0 outside", levels: true);
        foreach (var values in result.Options.Values)
        {
            var map = new float[grid.Count];
            foreach (var voxel in visit.Voxels)
            {
                map[voxel] = (float)values.Values.Select((v, c) => v * probabilities[c][voxel]).Sum();
            }

            output.Write($"{stem}_{values.Name}.nii.gz", NiftiWriter.Encode(new Volume(grid, map, null)));
            Sidecar(output, $"{stem}_{values.Name}.json", result, visit, $"{values.Name}: mean over habitats of the values stated for each, weighted by their probabilities", levels: false);
        }
    }

    private static void Sidecar(AtomicOutput output, string path, HabitatRunResult result, HabitatVisit visit, string description, bool levels) => output.Write(path, Derivatives.Json(j =>
    {
        j.WriteString("Units", "1");
        j.WriteString("Description", description);
        j.WriteString("Method", result.Method);
        j.WriteStartArray("Sources");
        foreach (var source in visit.Sources.Where(s => s.Length > 0))
        {
            j.WriteStringValue($"sha256:{source}");
        }

        j.WriteEndArray();
        if (levels)
        {
            j.WriteStartObject("Levels");
            for (var c = 0; c < result.Model.Habitats.Count; c++)
            {
                j.WriteString((c + 1).ToString(CultureInfo.InvariantCulture), result.NameOf(c));
            }

            j.WriteEndObject();
        }

        Derivatives.GeneratedBy(j);
    }));

    /// <summary>The table of voxels, row by row into the file.</summary>
    private static void Table(AtomicOutput output, HabitatRunResult result, HabitatVisit visit)
    {
        var path = Path.Combine(output.Staging, Stem(result, visit) + "_voxels.tsv");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(false)) { NewLine = "\n" };
        file.WriteLine(string.Join('\t', new[] { "voxel", "x_mm", "y_mm", "z_mm" }
            .Concat(visit.Maps.SelectMany(m => new[] { m.Name, $"{m.Name}_u_noise", $"{m.Name}_u_displacement", $"{m.Name}_u_partial_volume" })).Concat(Enumerable.Range(0, result.Model.Habitats.Count).Select(c => $"p_{result.NameOf(c)}"))));
        var (k, n) = (result.Model.Habitats.Count, 0);
        var inTable = new HashSet<int>(visit.Voxels);
        foreach (var row in VoxelTable.Rows(visit.Maps, visit.Region).Where(r => inTable.Contains(r.Voxel)))
        {
            IEnumerable<double> numbers = [row.Place.X, row.Place.Y, row.Place.Z, .. Enumerable.Range(0, visit.Maps.Count).SelectMany(m => new[] { row.Values[m], row.NoiseU[m], row.DisplacementU[m], row.PartialVolumeU[m] })];
            file.Write(row.Voxel.ToString(CultureInfo.InvariantCulture));
            foreach (var number in numbers)
            {
                file.Write('\t');
                file.Write(((float)number).ToString("R", CultureInfo.InvariantCulture));
            }

            for (var c = 0; c < k; c++)
            {
                file.Write('\t');
                file.Write(result.Model.Probabilities[(visit.First + n) * k + c].ToString("R", CultureInfo.InvariantCulture));
            }

            file.WriteLine();
            n++;
        }
    }

    private static void Segmentation(AtomicOutput output, HabitatRunResult result, HabitatVisit visit, List<Finding> findings)
    {
        var labels = result.Model.Labels();
        var segments = Enumerable.Range(0, result.Model.Habitats.Count).Select(c =>
        {
            var inside = new bool[visit.Region.Grid.Count];
            for (var n = 0; n < visit.Voxels.Length; n++)
            {
                inside[visit.Voxels[n]] = labels[visit.First + n] == c;
            }

            var name = result.NameOf(c);
            return new SegmentToWrite
            {
                Label = $"{result.Region} {name}", Mask = new Mask(visit.Region.Grid, inside), Category = SegmentCodes.AbnormalStructure, Type = SegmentCodes.Neoplasm, Algorithm = SegmentAlgorithm.Automatic, AlgorithmName = result.Method,
                TrackingId = $"{result.Region} {name}", TrackingUid = DicomUid.Derive("habitat", result.Subject, result.Region, name),
            };
        }).Where(s => s.Mask.Count > 0).ToList();
        try
        {
            var time = visit.Time ?? new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);
            // An image of DICOM on whose grid the habitats lie says whose they are; without one the subject alone does.
            var written = SegmentationWriter.Write(
                new DerivedObjectHeader
                {
                    Study = visit.Origin?.Study.Pseudonymous(result.Subject) ?? new DicomStudyHeader
                    {
                        PatientName = DicomText.Fit(result.Subject, DicomVr.PN), PatientId = DicomText.Fit(result.Subject, DicomVr.LO), StudyUid = DicomUid.Derive("study of images that are not of DICOM", result.Subject, visit.Id),
                        StudyDate = visit.Time?.Date, StudyTime = visit.Time?.TimeOfDay, Deidentification = "Pseudonym for PatientID and PatientName; the input was not DICOM",
                    },
                    SeriesUid = DicomUid.Derive("habitats series", result.Subject, visit.Id, result.Region, string.Join(' ', visit.Sources)), SeriesNumber = SeriesNumber, SeriesDescription = EtalonResult.Describe("habitats"),
                    Time = time, Version = ResultsJson.EtalonVersion, FrameOfReferenceUid = visit.Origin is null ? DicomUid.Derive("frame of reference", result.Subject, visit.Id) : null, Source = visit.Origin?.Source,
                    ContentLabel = EtalonResult.Regions, ContentDescription = EtalonResult.Describe("habitats"),
                },
                segments);
            output.Write($"dicom/sub-{Derivatives.Label(result.Subject)}_visit-{Derivatives.Label(visit.Id)}/habitats-seg.dcm", written.Bytes);
        }
        catch (ArgumentException e)
        {
            findings.Add(new Finding(
                FindingCodes.DicomNotWritten, Severity.Warning, $"visit {visit.Id}: habitats", e.Message, "what the standard can hold", "The object was not written to dicom/; all results are in results.json and the derivatives."));
        }
    }
}
