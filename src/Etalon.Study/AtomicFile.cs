using Etalon.Dicom;

namespace Etalon.Study;

/// <summary>Writes one file so that it is either the old one or the new one, whatever kills the process.</summary>
public static class AtomicFile
{
    /// <summary>Refuses early what <see cref="Write"/> would refuse after the work.</summary>
    /// <param name="target">The file that will appear.</param>
    /// <param name="force">Whether an existing file may be replaced.</param>
    /// <param name="inputs">What the run reads; never replaced.</param>
    /// <exception cref="OutputException">It has no name, is there and may not be replaced, is a folder, or is an input.</exception>
    public static void Check(string target, bool force, params IReadOnlyList<string> inputs)
    {
        if (string.IsNullOrWhiteSpace(target))
        {
            throw new OutputException("The file to write has no name. Name one with -o.");
        }

        var full = Path.GetFullPath(target);
        if (inputs.Any(i => i.Length > 0 && Path.GetFullPath(i) == full))
        {
            throw new OutputException($"'{target}' is an input of this run. Name another file with -o.");
        }

        if (Directory.Exists(full))
        {
            throw new OutputException($"'{target}' is a folder. Name a file with -o.");
        }

        if (File.Exists(full) && !force)
        {
            throw new OutputException($"'{target}' is there already. Name another file with -o, or replace it with --force.");
        }
    }

    /// <summary>Writes a file beside the target and puts it in its place.</summary>
    /// <param name="target">The file that will appear; its folder is made as needed.</param>
    /// <param name="force">Whether an existing file may be replaced.</param>
    /// <param name="content">What it will hold.</param>
    /// <param name="inputs">What the run reads; never replaced.</param>
    /// <exception cref="OutputException">It may not be replaced, or cannot be written.</exception>
    public static void Write(string target, bool force, ReadOnlySpan<byte> content, params IReadOnlyList<string> inputs)
    {
        Check(target, force, inputs);
        var full = Path.GetFullPath(target);
        var staging = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.etalon-partial-{FolderOwner.Mark}");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllBytes(staging, content);
            File.Move(staging, full, overwrite: force);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Where no such folder could be made, there is nothing to delete either.
            if (File.Exists(staging))
            {
                File.Delete(staging);
            }

            throw new OutputException($"'{target}' cannot be written (no such place, no permission, a full disk, or another run was faster). Name another file with -o.");
        }
    }
}
