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
        folder = Directory.CreateTempSubdirectory($"{Prefix}{FolderOwner.Mark}-");
    }

    public string Path => folder.FullName;

    public string this[string name] => System.IO.Path.Combine(folder.FullName, name);

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>Removes folders of processes that were killed, where that can be known.</summary>
    private static void SweepLeftovers()
    {
        try
        {
            foreach (var old in Directory.EnumerateDirectories(System.IO.Path.GetTempPath(), Prefix + "*"))
            {
                if (FolderOwner.IsGone(System.IO.Path.GetFileName(old)[Prefix.Length..].Split('-')[0]))
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
