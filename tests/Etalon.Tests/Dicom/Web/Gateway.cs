using Etalon.Tests.Imaging.Dicom;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Dicom.Web;

/// <summary>One server for all tests of a class, with two studies that a scanner sent: one of the reference data where they are, one made here.</summary>
public sealed class Gateway : IAsyncLifetime
{
    public const int Slices = 12;
    public const string Study = "1.2.3.777";
    public const string PatientId = "G & H/1";

    private readonly TempFolder sent = new();
    private Orthanc? server;

    /// <summary>The server; skips the test where it is not installed.</summary>
    internal Orthanc Server => server ?? Skip();

    /// <summary>The folder that was sent.</summary>
    internal string Sent => sent.Path;

    public async ValueTask InitializeAsync()
    {
        if (!Orthanc.IsInstalled || !File.Exists("/usr/bin/storescu"))
        {
            return;
        }

        for (var k = 0; k < Slices; k++)
        {
            sent.Write($"made/{k}", Slice(k).ToFile());
        }

        var reference = Environment.GetEnvironmentVariable("ETALON_REFERENCE_DATA") is { } root ? Path.Combine(root, "dicom/deidentified-ge.zip") : null;
        if (File.Exists(reference))
        {
            System.IO.Compression.ZipFile.ExtractToDirectory(reference, sent["reference"]);
        }

        server = await Orthanc.StartAsync();
        await server.ReceiveAsync(sent.Path);
    }

    public ValueTask DisposeAsync()
    {
        server?.Dispose();
        sent.Dispose();
        return ValueTask.CompletedTask;
    }

    internal static SyntheticObject Slice(int k, string study = Study) => new()
    {
        StudyUid = study,
        PatientId = PatientId,
        SeriesUid = k % 3 == 0 ? study + ".1" : study + ".2",
        Modality = k % 3 == 0 ? "PT" : "MR",
        Uid = $"{study}.9.{k}",
        InstanceNumber = Slices - k,
        Position = SyntheticObject.At(k),
        Stored = [.. Enumerable.Range(0, SyntheticObject.Columns * SyntheticObject.Rows).Select(n => (ushort)(997 * k + n))],
    };

    private static Orthanc Skip()
    {
        Assert.Skip("Orthanc with its DICOMweb plugin, or DCMTK, is not installed (apt-get install orthanc orthanc-dicomweb dcmtk).");
        return null!;
    }
}
