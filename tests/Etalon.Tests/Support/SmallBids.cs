namespace Etalon.Tests.Support;

/// <summary>One patient with one session in the BIDS layout: an ADC map with a sidecar, a mask, a table of times.</summary>
internal sealed class SmallBids : IDisposable
{
    private readonly TempFolder _folder = new();

    public SmallBids(string subject = "X1", string region = "enhancing", params string[] sessions)
    {
        Folder = _folder["study"];
        Write("dataset_description.json", """{"Name":"small","BIDSVersion":"1.9.0"}""");
        var names = sessions.Length == 0 ? ["1"] : sessions;
        var rows = new List<string> { "session_id\tacq_time" };
        for (var n = 0; n < names.Length; n++)
        {
            var (session, stem) = (names[n], $"sub-{subject}_ses-{names[n]}");
            Write($"sub-{subject}/ses-{session}/dwi/{stem}_ADCmap.nii.gz", NiftiBytes.Of(Array.ConvertAll(SmallPatient.AdcValues(1 + 0.1 * n), v => v * 1e-6f)).Gzip());
            Write($"sub-{subject}/ses-{session}/dwi/{stem}_ADCmap.json", """{"Units":"mm2/s"}""");
            Write($"derivatives/masks/sub-{subject}/ses-{session}/{stem}_label-{region}_mask.nii.gz", NiftiBytes.Of(SmallPatient.MaskValues(1 + 0.1 * n)).Gzip());
            rows.Add($"ses-{session}\t{SmallPatient.Time(n + 1)}");
        }

        Write($"sub-{subject}/sub-{subject}_sessions.tsv", string.Join("\n", rows) + "\n");
        Sidecar = Path.Combine(Folder, $"sub-{subject}/ses-{names[0]}/dwi/sub-{subject}_ses-{names[0]}_ADCmap.json");
    }

    public string Folder { get; }

    public string Around => _folder.Path;

    /// <summary>The sidecar of the first session's ADC map.</summary>
    public string Sidecar { get; }

    public void Write(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    public void Write(string name, byte[] content) => _folder.Write(Path.Combine("study", name), content);

    public void Dispose() => _folder.Dispose();
}
