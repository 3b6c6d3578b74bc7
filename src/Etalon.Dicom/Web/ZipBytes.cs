using System.IO.Compression;

namespace Etalon.Dicom.Web;

/// <summary>Opens files and entries of zips by the names that a <see cref="DicomSource"/> gives them. Not for several threads.</summary>
internal sealed class ZipBytes(DicomReadOptions options) : IDisposable
{
    private string zipName = "";
    private ZipArchive? zip;
    private ILookup<string, ZipArchiveEntry>? entries;

    /// <summary>Gives what opens the bytes of an object, as often as wanted and from any thread. Those of a zip's entry are taken into memory now.</summary>
    public Func<Stream> Opener(string name)
    {
        if (File.Exists(name))
        {
            return () => new FileStream(name, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);
        }

        try
        {
            var bytes = Read(name);
            return () => new MemoryStream(bytes, writable: false);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or DicomException)
        {
            return () => throw new InvalidDataException("The archive changed while it was read.", e);
        }
    }

    public void Dispose() => zip?.Dispose();

    private byte[] Read(string name)
    {
        if (zip is null || !name.StartsWith(zipName + "!", StringComparison.Ordinal))
        {
            Dispose();
            zip = null;
            zipName = Enumerable.Range(0, name.Length).Where(i => name[i] == '!').Select(i => name[..i]).FirstOrDefault(File.Exists)
                ?? throw new FileNotFoundException("No such archive.");
            zip = ZipFile.OpenRead(zipName);
            entries = zip.Entries.ToLookup(entry => entry.FullName, StringComparer.Ordinal);
        }

        // Two entries of one name cannot be told apart by it.
        if (entries![name[(zipName.Length + 1)..]].ToList() is not [var entry])
        {
            throw new InvalidDataException("No entry of this name, or several.");
        }

        using var stream = entry.Open();
        return DicomInflater.ReadAll(stream, [], entry.CompressedLength, name, options).ToArray();
    }
}
