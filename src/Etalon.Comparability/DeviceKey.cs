using System.Security.Cryptography;
using System.Text;
using Etalon.Imaging;

namespace Etalon.Comparability;

/// <summary>A name for a device that does not state its serial number.</summary>
/// <remarks>
/// SHA-256 of the serial number without a secret, so that two centres that share no key get one name for one device. Serial numbers are short: whoever tries
/// them all finds it. It keeps the number out of a file, not from one who looks for it; a device is no person.
/// </remarks>
public static class DeviceKey
{
    private const string Mark = "device-";
    private const string Serial = "DeviceSerialNumber";

    /// <summary>Whether a text is such a name.</summary>
    public static bool IsOne(string? serial) => serial?.StartsWith(Mark, StringComparison.Ordinal) == true;

    /// <summary>The record with the serial number hidden; as it was where there is none, or where it is hidden already.</summary>
    public static Acquisition Hide(Acquisition record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record[Serial] is not { } serial || string.IsNullOrWhiteSpace(serial) || IsOne(serial))
        {
            return record;
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"etalon-device-1:{serial.Trim()}"));
        return record with { Attributes = [.. record.Attributes.Select(a => a.Name == Serial ? a with { Value = Mark + Convert.ToHexStringLower(hash)[..16], How = null } : a)] };
    }
}
