using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Etalon.Dicom;

/// <summary>Says in the name of a passing folder whose it is, so that a later process may clear what a killed one left and nothing else.</summary>
/// <remarks>A process number means something only within one boot and one PID namespace. Folders on a disk that several machines or containers
/// share belong to processes that cannot be seen from here; those are never taken for dead.</remarks>
public static class FolderOwner
{
    private static readonly string? Place = ReadPlace();

    /// <summary>This process, as part of a file name: twelve hexadecimal digits for the boot and the PID namespace, a dot, the process number.</summary>
    public static string Mark { get; } = string.Create(CultureInfo.InvariantCulture, $"{Place ?? "000000000000"}.{Environment.ProcessId}");

    /// <summary>Whether the process of a mark is known to have ended; false where that cannot be known, and for this process.</summary>
    /// <param name="mark">What <see cref="Mark"/> was in that process; hostile text.</param>
    public static bool IsGone(string mark)
    {
        ArgumentNullException.ThrowIfNull(mark);
        var parts = mark.Split('.');
        return Place is not null && parts.Length == 2 && parts[0] == Place
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var process) && !Directory.Exists($"/proc/{process}");
    }

    /// <summary>Null where the system does not tell.</summary>
    private static string? ReadPlace()
    {
        try
        {
            return File.ResolveLinkTarget("/proc/self/ns/pid", returnFinalTarget: false) is { Name: { Length: > 0 } space }
                ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()} {space}")))[..12]
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
