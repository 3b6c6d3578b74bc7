using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Etalon.Imaging;

namespace Etalon.Phantoms;

/// <summary>Writes sessions of a virtual study as BIDS. The same content gives the same bytes.</summary>
internal sealed class BidsFolder(string root) : IStudyFolder
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <inheritdoc/>
    public void Write(SessionImages session)
    {
        ArgumentNullException.ThrowIfNull(session);
        var (subject, label) = (session.Subject, session.Session);
        var sidecar = Sidecar.Of(MrProtocol.Diffusion, session.State, session.Time);
        if (session.IsPhantom)
        {
            sidecar["PhantomTemperatureCelsius"] = 0.0;
        }

        Diffusion(subject, label, session.Diffusion, sidecar);
        if (session.Anatomy is { } anatomy)
        {
            Anatomy(subject, label, "T1w", anatomy.T1Weighted, Sidecar.Of(MrProtocol.T1Weighted, session.State, session.Time));
            Anatomy(subject, label, "FLAIR", anatomy.Flair, Sidecar.Of(MrProtocol.Flair, session.State, session.Time));
        }

        foreach (var (name, mask) in session.Masks)
        {
            Mask(subject, label, name, mask);
        }
    }

    /// <inheritdoc/>
    public void Close(StudyDescription study)
    {
        ArgumentNullException.ThrowIfNull(study);
        foreach (var subject in study.Sessions.GroupBy(s => s.Subject, StringComparer.Ordinal))
        {
            Sessions(subject.Key, subject.Select(s => (s.Session, s.Time)));
        }

        Json($"sub-{VirtualStudy.PatientSubject}/treatment.json", study.Treatment);
        Json("dataset_description.json", StudyFiles.DatasetDescription("Etalon virtual study", isDerivative: false));
        Json("derivatives/masks/dataset_description.json", StudyFiles.DatasetDescription("Outlines of a virtual reader", isDerivative: true));
        Json("etalon.json", study.Study);
        Json("truth.json", study.Truth);
    }

    /// <summary>An instant as DICOM's date and time with offset would read in JSON.</summary>
    public static string Instant(DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);

    /// <summary>A JSON file as text, the same on every machine.</summary>
    public static byte[] Encode(JsonObject content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return Utf8.GetBytes(content.ToJsonString(Indented) + "\n");
    }

    private void Json(string place, JsonObject content) => Bytes(place, Encode(content));

    /// <summary>The list of a subject's sessions.</summary>
    private void Sessions(string subject, IEnumerable<(string Session, DateTimeOffset Time)> sessions) => Text(
        $"sub-{subject}/sub-{subject}_sessions.tsv",
        "session_id\tacq_time\n" + string.Concat(sessions.Select(s => $"ses-{s.Session}\t{Instant(s.Time)}\n")));

    private void Diffusion(string subject, string session, DiffusionScan scan, JsonObject sidecar)
    {
        var stem = Stem(subject, session, "dwi") + "_dwi";
        Bytes(stem + ".nii.gz", NiftiWriter.Encode(scan.Grid, scan.Frames));
        Text(stem + ".bval", Row(scan.BValues));
        Text(stem + ".bvec", Row(scan.Directions.Select(d => d.X)) + Row(scan.Directions.Select(d => d.Y)) + Row(scan.Directions.Select(d => d.Z)));
        Json(stem + ".json", sidecar);
    }

    private void Anatomy(string subject, string session, string suffix, Volume volume, JsonObject sidecar)
    {
        var stem = Stem(subject, session, "anat") + "_" + suffix;
        Bytes(stem + ".nii.gz", NiftiWriter.Encode(volume));
        Json(stem + ".json", sidecar);
    }

    /// <summary>A mask among the derivatives.</summary>
    private void Mask(string subject, string session, string label, Mask mask) => Bytes(
        $"derivatives/masks/sub-{subject}/ses-{session}/sub-{subject}_ses-{session}_label-{label}_mask.nii.gz",
        NiftiWriter.Encode(mask.Grid, Array.ConvertAll(mask.Inside, inside => inside ? (byte)1 : (byte)0)));

    private static string Stem(string subject, string session, string kind) => $"sub-{subject}/ses-{session}/{kind}/sub-{subject}_ses-{session}";

    private static string Row(IEnumerable<double> values) => string.Join(' ', values.Select(v => v.ToString("R", CultureInfo.InvariantCulture))) + "\n";

    private void Text(string place, string content) => Bytes(place, Utf8.GetBytes(content));

    private void Bytes(string place, byte[] content)
    {
        var path = Path.Combine([root, .. place.Split('/')]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }
}
