using System.Text.Json.Nodes;

namespace Etalon.Phantoms;

/// <summary>Acquisition parameters as a scanner's converter would write them beside the images.</summary>
internal static class Sidecar
{
    public static JsonObject Diffusion(ScannerState state, DateTimeOffset time) => Common(state, time.AddMinutes(9), "ep_b", "EP", "Diffusion", new()
    {
        ["EchoTime"] = Tissue.EchoTimeS, ["RepetitionTime"] = 5.2, ["FlipAngle"] = 90, ["PhaseEncodingDirection"] = "j-", ["TotalReadoutTime"] = 0.041,
    });

    public static JsonObject T1Weighted(ScannerState state, DateTimeOffset time) => Common(state, time, "tfl3d1", "GR", "T1 after contrast agent", new()
    {
        ["EchoTime"] = 0.0029, ["RepetitionTime"] = 2.0, ["InversionTime"] = 0.9, ["FlipAngle"] = 9, ["PhaseEncodingDirection"] = "j",
    });

    public static JsonObject Flair(ScannerState state, DateTimeOffset time) => Common(state, time.AddMinutes(5), "tir2d1", "SE", "FLAIR", new()
    {
        ["EchoTime"] = 0.095, ["RepetitionTime"] = 9.0, ["InversionTime"] = 2.5, ["FlipAngle"] = 150, ["PhaseEncodingDirection"] = "j",
    });

    private static JsonObject Common(ScannerState state, DateTimeOffset time, string sequence, string kind, string protocol, JsonObject particulars)
    {
        var sidecar = new JsonObject
        {
            ["Manufacturer"] = "Etalon Virtual Imaging", ["ManufacturersModelName"] = "Phantasma 3T", ["DeviceSerialNumber"] = "00042",
            ["SoftwareVersions"] = state.SoftwareVersions, ["MagneticFieldStrength"] = 3, ["ReceiveCoilName"] = "Head_20",
            ["PulseSequenceType"] = kind == "EP" ? "Spin-echo echo-planar diffusion" : kind == "GR" ? "MPRAGE" : "Turbo spin echo with inversion",
            ["PulseSequenceDetails"] = sequence, ["ScanningSequence"] = kind, ["ProtocolName"] = protocol,
            ["AcquisitionDateTime"] = BidsFolder.Instant(time),
        };
        foreach (var (name, value) in particulars)
        {
            sidecar[name] = value?.DeepClone();
        }

        return sidecar;
    }
}
