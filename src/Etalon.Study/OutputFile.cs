namespace Etalon.Study;

/// <summary>Writes one file so that it is either the old one or the new one, whatever kills the process: into a file beside it, which then takes its name.</summary>
public static class OutputFile
{
    /// <summary>Says before the work whether the file may be written.</summary>
    /// <param name="target">The file that will appear.</param>
    /// <param name="force">Whether an existing file may be replaced.</param>
    /// <param name="inputs">What the run reads, none of which is ever replaced.</param>
    /// <exception cref="OutputException">It may not.</exception>
    public static void Check(string target, bool force, params IReadOnlyList<string> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var full = Path.GetFullPath(target);
        if (Directory.Exists(full))
        {
            throw new OutputException($"'{target}' is a folder. Name a file with -o.");
        }

        if (inputs.Any(i => Path.GetFullPath(i) == full))
        {
            throw new OutputException($"'{target}' is an input of this run, which would be gone with it. Name another file with -o.");
        }

        if (File.Exists(full) && !force)
        {
            throw new OutputException($"'{target}' is there already. Name another file with -o, or replace it with --force.");
        }
    }

    /// <summary>Writes it.</summary>
    /// <param name="target">The file that will appear; its folder is made as needed.</param>
    /// <param name="content">All of it.</param>
    /// <param name="force">Whether an existing file may be replaced.</param>
    /// <exception cref="OutputException">It is there and may not be replaced, or cannot be written.</exception>
    public static void Write(string target, ReadOnlySpan<byte> content, bool force)
    {
        var full = Path.GetFullPath(target);
        var folder = Path.GetDirectoryName(full) ?? "/";
        var partial = Path.Combine(folder, $".{Path.GetFileName(full)}.etalon-partial-{Environment.ProcessId}");
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(partial, content);
            File.Move(partial, full, overwrite: force);
        }
        catch (IOException) when (!force && File.Exists(full) && File.Exists(partial))
        {
            throw new OutputException($"'{target}' was written by another run while this one worked. Name another file with -o, or replace it with --force.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"'{target}' cannot be written (no such place, no permission, or a full disk). Name another file with -o.");
        }
        finally
        {
            Remove(partial);
        }
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What could not be made cannot be removed either.
        }
    }
}
