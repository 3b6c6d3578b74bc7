using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Etalon.Imaging;

namespace Etalon.Phantoms;

/// <summary>Writes sessions of a virtual study as BIDS. The same content gives the same bytes.</summary>
internal sealed class BidsFolder(string root)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>A JSON file at a place below the root, folders parted by '/'.</summary>
    public void Json(string place, JsonObject content) => Text(place, content.ToJsonString(Indented) + "\n");

    /// <summary>The list of a subject's sessions.</summary>
    public void Sessions(string subject, IEnumerable<(string Session, DateTimeOffset Time)> sessions) => Text(
        $"sub-{subject}/sub-{subject}_sessions.tsv",
        "session_id\tacq_time\n" + string.Concat(sessions.Select(s => $"ses-{s.Session}\t{Instant(s.Time)}\n")));

    /// <summary>A diffusion scan with its b-values, directions and sidecar.</summary>
    public void Diffusion(string subject, string session, DiffusionScan scan, JsonObject sidecar)
    {
        var stem = Stem(subject, session, "dwi") + "_dwi";
        Bytes(stem + ".nii.gz", NiftiWriter.Encode(scan.Grid, scan.Frames));
        Text(stem + ".bval", Row(scan.BValues));
        Text(stem + ".bvec", Row(scan.Directions.Select(d => d.X)) + Row(scan.Directions.Select(d => d.Y)) + Row(scan.Directions.Select(d => d.Z)));
        Json(stem + ".json", sidecar);
    }

    /// <summary>An anatomical volume, suffix <c>T1w</c> or <c>FLAIR</c>, with its sidecar.</summary>
    public void Anatomy(string subject, string session, string suffix, Volume volume, JsonObject sidecar)
    {
        var stem = Stem(subject, session, "anat") + "_" + suffix;
        Bytes(stem + ".nii.gz", NiftiWriter.Encode(volume));
        Json(stem + ".json", sidecar);
    }

    /// <summary>A mask among the derivatives.</summary>
    public void Mask(string subject, string session, string label, Mask mask) => Bytes(
        $"derivatives/masks/sub-{subject}/ses-{session}/sub-{subject}_ses-{session}_label-{label}_mask.nii.gz",
        NiftiWriter.Encode(mask.Grid, Array.ConvertAll(mask.Inside, inside => inside ? (byte)1 : (byte)0)));

    /// <summary>An instant as DICOM's date and time with offset would read in JSON.</summary>
    public static string Instant(DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);

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
