using System.Globalization;

namespace Etalon.Dicom;

/// <summary>A temporary folder that only this user can enter; gone with all it holds when disposed.</summary>
internal sealed class PrivateFolder : IDisposable
{
    private const string Prefix = "etalon-codec-";

    private readonly DirectoryInfo folder;

    public PrivateFolder()
    {
        SweepLeftovers();
        // Made with mode 700.
        folder = Directory.CreateTempSubdirectory(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-"));
    }

    public string Path => folder.FullName;

    public string this[string name] => System.IO.Path.Combine(folder.FullName, name);

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>Removes folders of processes that were killed: the name holds the process, and no such process lives.</summary>
    private static void SweepLeftovers()
    {
        if (!Directory.Exists("/proc/self"))
        {
            return;
        }

        try
        {
            foreach (var old in Directory.EnumerateDirectories(System.IO.Path.GetTempPath(), Prefix + "*"))
            {
                var owner = System.IO.Path.GetFileName(old)[Prefix.Length..].Split('-')[0];
                if (int.TryParse(owner, NumberStyles.None, CultureInfo.InvariantCulture, out var process) && !Directory.Exists($"/proc/{process}"))
                {
                    Directory.Delete(old, recursive: true);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Another user's, or another run clears it at this moment.
        }
    }
}
