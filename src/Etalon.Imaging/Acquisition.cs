namespace Etalon.Imaging;

/// <summary>How an image was acquired: the attributes that matter, each present, derived, absent, assumed or contradicted.</summary>
/// <param name="Id">Unique within a case.</param>
/// <param name="Attributes">In a fixed order, that of <see cref="AttributeTable"/>.</param>
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

    /// <summary>Names of attributes that the input states and that this record was shortened by.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>Whether the input states an attribute, be its value in this record or left out of it.</summary>
    public bool States(string name) => this[name] is not null || LeftOut.Contains(name, StringComparer.Ordinal);

    /// <summary>The value of an attribute; null where it is absent.</summary>
    public string? this[string name] => Find(name)?.Value;

    /// <summary>An attribute; null where the record does not hold it, which is more than being absent.</summary>
    public AcquisitionAttribute? Find(string name) => Attributes.FirstOrDefault(a => a.Name == name);

    /// <summary>The record with some attributes alone, those that it lacks as absent.</summary>
    public Acquisition Only(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return this with { Attributes = [.. names.Select(n => Find(n) ?? new AcquisitionAttribute(n, null, AttributeState.Absent))] };
    }

    /// <summary>The record with those attributes alone that stand beside every measurement: scanner, and what the modality turns on.</summary>
    public Acquisition Essential()
    {
        var kept = Attributes.Where(a => AttributeTable.Find(a.Name) is { IsEssential: true }).ToList();
        return this with { Attributes = kept, LeftOut = [.. LeftOut, .. Attributes.Except(kept).Where(a => a.Value is not null).Select(a => a.Name)] };
    }

    /// <summary>The record with what its volumes say of diffusion together: the set of b-values, how many of each, and how many directions.</summary>
    /// <param name="bValues">b-value of each volume that states one, s/mm².</param>
    /// <param name="directions">Directions of the volumes with a gradient.</param>
    /// <param name="directionality">What the frames say of it, each once; those that say nothing left out.</param>
    public Acquisition WithVolumes(IReadOnlyList<double> bValues, IReadOnlyList<Vector3> directions, IReadOnlyList<string> directionality)
    {
        ArgumentNullException.ThrowIfNull(bValues);
        ArgumentNullException.ThrowIfNull(directions);
        ArgumentNullException.ThrowIfNull(directionality);
        if (bValues.Count == 0 || Find("DiffusionBValue") is not { } stated)
        {
            return this;
        }

        static string Text(double b) => b.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture);
        var set = bValues.Distinct().ToList();
        // A gradient and its opposite weight alike.
        var distinct = directions.Aggregate(new List<Vector3>(), (known, d) =>
        {
            if (known.TrueForAll(k => Math.Abs(k.Dot(d)) < 0.9999))
            {
                known.Add(d);
            }

            return known;
        });
        var changed = new Dictionary<string, AcquisitionAttribute>
        {
            ["DiffusionBValue"] = stated with { Value = string.Join(" ", set.Select(Text)), State = stated.State == AttributeState.Contradicted ? stated.State : AttributeState.Present, Numbers = set, Unit = "s/mm2" },
            ["DiffusionBValueCounts"] = new("DiffusionBValueCounts", string.Join(" ", set.Select(v => $"{Text(v)}:{bValues.Count(x => x == v)}")), AttributeState.Derived) { How = "volumes by b-value" },
        };
        if (distinct.Count > 0)
        {
            changed["DiffusionDirections"] = new("DiffusionDirections", Text(distinct.Count), AttributeState.Derived) { Numbers = [distinct.Count], Unit = "1", How = "different directions of the volumes" };
        }

        if (directionality.Count > 0 && Find("DiffusionDirectionality") is { State: not AttributeState.Contradicted })
        {
            changed["DiffusionDirectionality"] = new("DiffusionDirectionality", string.Join('\\', directionality), AttributeState.Present);
        }

        return this with { Attributes = [.. Attributes.Select(a => changed.GetValueOrDefault(a.Name) ?? a)] };
    }

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
