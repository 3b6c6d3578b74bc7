using System.Globalization;
using System.Text.Json.Nodes;

namespace Etalon.Tests.Support;

/// <summary>A sound patient in the patient-file layout, which a test then spoils in one place.</summary>
internal sealed class SmallPatient : IDisposable
{
    private readonly TempFolder _folder = new();

    public SmallPatient(int visits = 3)
    {
        Folder = _folder["patient"];
        Directory.CreateDirectory(Folder);
        var list = new JsonArray();
        for (var v = 1; v <= visits; v++)
        {
            Put(Adc(v), NiftiBytes.Of(AdcValues(Size(v))).Gzip());
            Put(Roi(v), NiftiBytes.Of(MaskValues(Size(v))).Gzip());
            list.Add(new JsonObject
            {
                ["time"] = Time(v),
                ["adc"] = "{$image_dir}/" + Adc(v),
                ["roi_enhance"] = "{$image_dir}/" + Roi(v),
            });
        }

        Put("brainmask.nii.gz", NiftiBytes.Of(SmallGrid.Fill((i, j, k) => SmallGrid.InBrain(i, j, k) ? (byte)1 : (byte)0)).Gzip());
        Put("T1_post.nii.gz", NiftiBytes.Of(SmallGrid.Fill((i, j, k) => SmallGrid.InBrain(i, j, k) ? 300f + 7 * i + 3 * j : 0f)).Gzip());
        Json = new JsonObject
        {
            ["patient"] = "Jane Q. Public",
            ["brainmask"] = "{$image_dir}/brainmask.nii.gz",
            ["T1_post"] = "{$image_dir}/T1_post.nii.gz",
            ["visits"] = list,
        };
    }

    /// <summary>The patient's own folder.</summary>
    public string Folder { get; }

    /// <summary>The folder around it: files here are outside the patient's.</summary>
    public string Around => _folder.Path;

    public JsonObject Json { get; }

    public JsonObject Visit(int visit) => Json["visits"]![visit - 1]!.AsObject();

    public static string Adc(int visit) => $"ADC_v{visit}.nii.gz";

    public static string Roi(int visit) => $"ROI_enhance_v{visit}.nii.gz";

    /// <summary>Whole months from 1 March 2024, never midnight, never UTC.</summary>
    public static string Time(int visit) => new DateTimeOffset(2024, 3, 1, 9, 41, 30, TimeSpan.FromHours(1)).AddDays(31 * (visit - 1)).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    public static double Size(int visit) => 0.8 + 0.1 * visit;

    public static byte[] MaskValues(double size) => SmallGrid.Fill((i, j, k) => SmallGrid.InTumour(i, j, k, size) ? (byte)1 : (byte)0);

    /// <summary>In 10⁻⁶ mm²/s, free water 3000.</summary>
    public static short[] AdcValues(double size) =>
        SmallGrid.Fill((i, j, k) => (short)(SmallGrid.InTumour(i, j, k, size) ? 1130 + 11 * i + 5 * j + 3 * k : SmallGrid.InBrain(i, j, k) ? 2760 + i : 0));

    public void Put(string name, byte[] content) => File.WriteAllBytes(Path.Combine(Folder, name), content);

    /// <summary>Writes the patient file.</summary>
    public string Save() => Save(Json.ToJsonString());

    /// <summary>Writes any text as the patient file.</summary>
    public string Save(string text) => Save(System.Text.Encoding.UTF8.GetBytes(text));

    public string Save(byte[] bytes)
    {
        Put("patient.json", bytes);
        return Path.Combine(Folder, "patient.json");
    }

    public void Dispose() => _folder.Dispose();
}
