using System.Security.Cryptography;
using System.Text;
using Etalon.Imaging;

namespace Etalon.Comparability;

/// <summary>
/// The scanner state for one measurand: device, software and a hash of the protocol attributes that the ledger marks as part of it. A state is what a calibration
/// belongs to; a new one breaks the chain.
/// </summary>
public static class ScannerState
{
    /// <summary>The key of a state; null where the device or its software is not known: two unknown states must never count as one.</summary>
    /// <param name="acquisition">How it was acquired.</param>
    /// <param name="measurand">Code, with or without a statistic.</param>
    /// <param name="ledger">The table; that of Etalon where null.</param>
    /// <remarks>For <c>adc</c> with the table of Etalon it is the key that <see cref="Acquisition.ScannerState"/> gives.</remarks>
    public static string? Of(Acquisition acquisition, string measurand, AcquisitionLedger? ledger = null)
    {
        ArgumentNullException.ThrowIfNull(acquisition);
        ArgumentNullException.ThrowIfNull(measurand);
        if (acquisition["DeviceSerialNumber"] is not { } serial || string.IsNullOrWhiteSpace(serial) || acquisition["SoftwareVersions"] is not { } software || string.IsNullOrWhiteSpace(software))
        {
            return null;
        }

        var code = measurand.Split('.')[0];
        var protocol = Attributes(measurand, acquisition["Modality"], ledger).Select(n => acquisition[n] ?? "?");
        var text = $"{serial}|{software}|{string.Join("|", protocol)}" + (code == "adc" ? "" : $"|{code}");
        return $"{software} #{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8]}";
    }

    /// <summary>Attributes that are part of the state beside device and software, in the order of the record.</summary>
    public static IReadOnlyList<string> Attributes(string measurand, string? modality, AcquisitionLedger? ledger = null) =>
        [.. (ledger ?? AcquisitionLedger.Default).For(measurand, modality).Where(r => r.IsState).Select(r => r.Lead)];
}
