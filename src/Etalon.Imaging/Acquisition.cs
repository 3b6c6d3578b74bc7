namespace Etalon.Imaging;

/// <summary>What is known about one attribute of an acquisition.</summary>
public enum AttributeState
{
    /// <summary>Stated by the input.</summary>
    Present,

    /// <summary>Computed from other attributes.</summary>
    Derived,

    /// <summary>Not there.</summary>
    Absent,

    /// <summary>Taken from a layout's documentation or the user.</summary>
    Assumed,

    /// <summary>Stated twice with different values.</summary>
    Contradicted,
}

/// <summary>One attribute that matters to a measurand.</summary>
/// <param name="Name">DICOM keyword, which BIDS shares where it can.</param>
/// <param name="Value">As text; null where absent.</param>
/// <param name="State">What is known.</param>
public sealed record AcquisitionAttribute(string Name, string? Value, AttributeState State);

/// <summary>How an image was acquired: the attributes that matter, each present, derived, absent, assumed or contradicted.</summary>
/// <param name="Id">Unique within a case.</param>
/// <param name="Attributes">In a fixed order.</param>
public sealed record Acquisition(string Id, IReadOnlyList<AcquisitionAttribute> Attributes)
{
    /// <summary>Attributes that a diffusion measurement needs (reference: QIBA diffusion profile; DICOM PS3.6 keywords).</summary>
    public static IReadOnlyList<string> DiffusionAttributes { get; } =
    [
        "Manufacturer", "ManufacturersModelName", "DeviceSerialNumber", "SoftwareVersions", "MagneticFieldStrength", "EchoTime",
        "RepetitionTime", "DiffusionBValue", "PulseSequenceType", "AcquisitionDateTime",
    ];

    /// <summary>The record of an image that came without any metadata.</summary>
    public static Acquisition Unknown(string id) =>
        new(id, DiffusionAttributes.Select(a => new AcquisitionAttribute(a, null, AttributeState.Absent)).ToList());

    /// <summary>The value of an attribute; null where it is absent.</summary>
    public string? this[string name] => Attributes.FirstOrDefault(a => a.Name == name)?.Value;

    /// <summary>
    /// The scanner state: device, software and the protocol attributes that matter for diffusion. Null where the device or its software is
    /// not known: two unknown states must never count as one.
    /// </summary>
    public string? ScannerState()
    {
        var serial = this["DeviceSerialNumber"];
        var software = this["SoftwareVersions"];
        if (string.IsNullOrWhiteSpace(serial) || string.IsNullOrWhiteSpace(software))
        {
            return null;
        }

        string[] protocol = ["Manufacturer", "ManufacturersModelName", "MagneticFieldStrength", "EchoTime", "DiffusionBValue"];
        var text = string.Join("|", protocol.Select(p => this[p] ?? "?"));
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{serial}|{software}|{text}"));
        return $"{software} #{Convert.ToHexStringLower(hash)[..8]}";
    }
}
