using System.Runtime.InteropServices;
using System.Text;
using Etalon.Dicom;

namespace Etalon.Study;

/// <summary>
/// Writes a folder so that it is either the old one or the new one, whatever kills the process: everything goes into a folder beside it,
/// which takes the place of the old one in one system call.
/// </summary>
public sealed class AtomicOutput : IDisposable
{
    private const string Mark = ".etalon-partial-";
    private readonly string _target;
    private readonly bool _mayReplace;
    private bool _isCommitted;

    private AtomicOutput(string target, string staging, bool mayReplace) => (_target, Staging, _mayReplace) = (target, staging, mayReplace);

    /// <summary>The folder to write into.</summary>
    public string Staging { get; }

    /// <summary>Prepares to write a folder.</summary>
    /// <param name="target">The folder that will appear.</param>
    /// <param name="force">Whether an existing folder may be replaced.</param>
    /// <param name="inputs">What the run reads; a folder that holds one of them is never replaced.</param>
    /// <exception cref="OutputException">It exists and may not be replaced, or cannot be written.</exception>
    public static AtomicOutput Begin(string target, bool force, params IReadOnlyList<string> inputs)
    {
        var full = Path.GetFullPath(target).TrimEnd(Path.DirectorySeparatorChar);
        if (File.Exists(full) || (Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).Any() && !force))
        {
            throw new OutputException($"'{target}' is there already. Name another folder with -o, or replace it with --force.");
        }

        if (Directory.Exists(full) && force && Directory.EnumerateFileSystemEntries(full).Any() && !IsOurs(full))
        {
            throw new OutputException($"'{target}' was not written by etalon (it holds no results.json, deidentified.json or the like of ours); --force does not replace it.");
        }

        RequireOutside(full, target, inputs);
        try
        {
            var parent = Path.GetDirectoryName(full) ?? "/";
            Directory.CreateDirectory(parent);
            SweepLeftovers(parent, Path.GetFileName(full));
            var staging = Path.Combine(parent, $".{Path.GetFileName(full)}{Mark}{FolderOwner.Mark}");
            Directory.CreateDirectory(staging);
            return new AtomicOutput(full, staging, force);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"'{target}' cannot be written (no such place, no permission, or a full disk). Name another folder with -o.");
        }
    }

    /// <summary>Refuses to go on where the folder that would be replaced holds something that the run has read since it began.</summary>
    /// <exception cref="OutputException">It does.</exception>
    public void RequireOutside(IEnumerable<string> inputs) => RequireOutside(_target, Path.GetFileName(_target), inputs);

    /// <summary>Writes one file; folders are made as needed.</summary>
    public void Write(string name, ReadOnlySpan<byte> content)
    {
        var path = Path.Combine(Staging, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }

    /// <summary>Puts the new folder in place.</summary>
    /// <exception cref="OutputException">Another run filled the folder in the meantime, and it may not be replaced.</exception>
    public void Commit()
    {
        if (Directory.Exists(_target))
        {
            if (!_mayReplace && Directory.EnumerateFileSystemEntries(_target).Any())
            {
                throw new OutputException("The output folder was filled by another run while this one worked. Name another folder with -o, or replace it with --force.");
            }

            Exchange(Staging, _target);
            _isCommitted = true;
            Directory.Delete(Staging, recursive: true);
        }
        else
        {
            Directory.Move(Staging, _target);
            _isCommitted = true;
        }
    }

    /// <summary>Removes what was not committed.</summary>
    public void Dispose()
    {
        if (!_isCommitted && Directory.Exists(Staging))
        {
            Directory.Delete(Staging, recursive: true);
        }
    }

    private static void RequireOutside(string full, string shown, IEnumerable<string> inputs)
    {
        if (inputs.Any(input => (Path.GetFullPath(input) + Path.DirectorySeparatorChar).StartsWith(full + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
        {
            throw new OutputException($"'{shown}' holds the input of this run, which would be gone with it. Name another folder with -o.");
        }
    }

    /// <summary>Many programs write a results.json; ours, and the lists of what was de-identified or converted, begin with the name of their schema.</summary>
    private static bool IsOurs(string folder)
    {
        return Begins("results.json", "etalon-results-1") || Begins("deidentified.json", "etalon-deidentified-1") || Begins("convert.json", "etalon-convert-1")
            || Begins("biopsy.json", "etalon-biopsy-1") || Begins("forecast.json", "etalon-twin-forecast-1") || Begins("summary.json", "etalon-twin-simulation-1") || Begins("posterior.json", "etalon-twin-posterior-1");

        bool Begins(string name, string schema)
        {
            try
            {
                using var file = File.OpenRead(Path.Combine(folder, name));
                var begin = new byte[256];
                var length = file.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false);
                return Encoding.ASCII.GetString(begin, 0, length).Contains($"\"schema\": \"{schema}\"", StringComparison.Ordinal);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    /// <summary>Removes what earlier runs that were killed left beside the target, where it is known that their process is gone; a run on another machine or in another container may still be at work.</summary>
    private static void SweepLeftovers(string parent, string name)
    {
        foreach (var folder in Directory.EnumerateDirectories(parent, $".{name}{Mark}*"))
        {
            var owner = folder[(folder.LastIndexOf('-') + 1)..];
            if (owner == FolderOwner.Mark || FolderOwner.IsGone(owner))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    /// <summary>Exchanges two folders in one step (renameat2 with RENAME_EXCHANGE); where the system cannot, in two.</summary>
    private static void Exchange(string a, string b)
    {
        const int CurrentDirectory = -100;
        const uint RenameExchange = 2;
        try
        {
            if (OperatingSystem.IsLinux() && RenameAt2(CurrentDirectory, a, CurrentDirectory, b, RenameExchange) == 0)
            {
                return;
            }
        }
        catch (EntryPointNotFoundException)
        {
            // An older C library: fall through to two renames.
        }

        var aside = a + ".old";
        Directory.Move(b, aside);
        Directory.Move(a, b);
        Directory.Move(aside, a);
    }

    [DllImport("libc", EntryPoint = "renameat2", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int RenameAt2(
        int oldDirectory, [MarshalAs(UnmanagedType.LPUTF8Str)] string oldPath, int newDirectory, [MarshalAs(UnmanagedType.LPUTF8Str)] string newPath, uint flags);
}

/// <summary>Why an output cannot be written; wrong usage.</summary>
public sealed class OutputException(string message) : Exception(message);
