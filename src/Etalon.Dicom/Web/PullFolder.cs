using System.Security.Cryptography;

namespace Etalon.Dicom.Web;

/// <summary>The folder of a pull: whole objects, a manifest of them, and nothing else of ours that outlives the pull.</summary>
internal sealed class PullFolder : IDisposable
{
    /// <summary>End of the names of files that are not whole yet.</summary>
    public const string PartialSuffix = ".etalon-partial";

    /// <summary>Bytes of objects after which the manifest follows: what a killed pull fetches again at most, beside a fiftieth.</summary>
    private const long UnwrittenBytes = 64 << 20;

    private const string LockName = ".pull" + PartialSuffix;
    private readonly string root;
    private readonly string server;
    private readonly FileStream hold;
    private readonly Lock gate = new();
    private readonly Dictionary<string, PulledObject> objects = new(StringComparer.Ordinal);
    private int unwritten;
    private long unwrittenBytes;

    private PullFolder(string root, string server, FileStream hold) => (this.root, this.server, this.hold) = (root, server, hold);

    /// <summary>Whether the manifest that was there could not be believed, so that all is fetched again.</summary>
    public bool WasDamaged { get; private set; }

    /// <summary>Opens a folder that is new, empty, or of an earlier pull from the same server, and holds it against other pulls.</summary>
    /// <exception cref="DicomWebException">It is another folder, or in use, or cannot be written.</exception>
    public static PullFolder Open(string path, string server)
    {
        var root = Path.GetFullPath(path);
        DicomWebException Refused(string found, string remedy) => new(DicomWebErrorCode.FolderUnusable, path, found, "a new or empty folder, or one of an earlier pull from this server", remedy);
        var manifest = Path.Combine(root, PullManifest.FileName);
        if (File.Exists(root) || (Directory.Exists(root) && !File.Exists(manifest) && Directory.EnumerateFileSystemEntries(root).Any(entry => !entry.EndsWith(PartialSuffix, StringComparison.Ordinal))))
        {
            throw Refused("files that no pull wrote (there is no pull.json)", "Name another folder with -o");
        }

        try
        {
            Directory.CreateDirectory(root);
            var folder = new PullFolder(root, server, new FileStream(Path.Combine(root, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose));
            try
            {
                folder.Load(manifest, Refused);
                if (!File.Exists(manifest))
                {
                    // Before the first object, so that a pull killed at any moment can be gone on with.
                    folder.Save();
                }

                return folder;
            }
            catch
            {
                folder.hold.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused("it cannot be written, or another pull is at work in it", "Check rights and space, or wait for the other pull");
        }
    }

    /// <summary>The object as the manifest has it, whatever its file looks like; null when it was never fetched.</summary>
    public PulledObject? Known(DicomWebInstance instance)
    {
        lock (gate)
        {
            return objects.TryGetValue(instance.SopInstanceUid, out var known) && known.Instance == instance ? known : null;
        }
    }

    /// <summary>Whether the file of an object is as it was left, by length and hash.</summary>
    public async Task<bool> IsWholeAsync(PulledObject known, CancellationToken cancellation)
    {
        var path = Path.Combine(root, known.Instance.Path);
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length != known.Bytes)
            {
                return false;
            }

            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation).ConfigureAwait(false)) == known.Sha256;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Where the bytes of an object gather until it is whole.</summary>
    public string PartialOf(DicomWebInstance instance) => Path.Combine(root, $".{instance.SopInstanceUid}{PartialSuffix}");

    /// <summary>Gives a whole object its name and notes it. The manifest on disk follows in steps of a fiftieth, or of some large objects.</summary>
    public void Keep(PulledObject item)
    {
        var path = Path.Combine(root, item.Instance.Path);
        lock (gate)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Move(PartialOf(item.Instance), path, overwrite: true);
            objects[item.Instance.SopInstanceUid] = item;
            unwrittenBytes += item.Bytes;
            if (++unwritten > 16 + (objects.Count / 50) || unwrittenBytes > UnwrittenBytes)
            {
                Save();
            }
        }
    }

    /// <summary>Writes the manifest.</summary>
    public void Save()
    {
        lock (gate)
        {
            try
            {
                PullManifest.Write(Path.Combine(root, PullManifest.FileName), server, objects.Values);
                (unwritten, unwrittenBytes) = (0, 0);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new DicomWebException(DicomWebErrorCode.FolderUnusable, PullManifest.FileName, $"it cannot be written ({e.GetType().Name})", "a folder with rights and space to write",
                    "Make room or rights and run the command again; the manifest on disk is that of before", e);
            }
        }
    }

    /// <summary>Removes what is not whole and lets the folder go.</summary>
    public void Dispose()
    {
        Sweep();
        hold.Dispose();
    }

    private void Load(string manifest, Func<string, string, DicomWebException> refused)
    {
        Sweep();
        if (!File.Exists(manifest))
        {
            return;
        }

        if (PullManifest.Read(manifest) is not { } found)
        {
            WasDamaged = true;
            return;
        }

        if (found.Server != server)
        {
            throw refused("objects of another server", "Name another folder with -o, or the same address as before");
        }

        foreach (var item in found.Objects)
        {
            objects[item.Instance.SopInstanceUid] = item;
        }
    }

    private void Sweep()
    {
        foreach (var file in Directory.EnumerateFiles(root, $"*{PartialSuffix}").Where(file => Path.GetFileName(file) != LockName))
        {
            File.Delete(file);
        }
    }
}
