using System.Text.Json.Nodes;

namespace Etalon.Phantoms;

/// <summary>Acquisition parameters as a scanner's converter would write them beside the images.</summary>
internal static class Sidecar
{
    /// <param name="protocol">Of the series.</param>
    /// <param name="state">Of the scanner.</param>
    /// <param name="session">When the session starts.</param>
    public static JsonObject Of(MrProtocol protocol, ScannerState state, DateTimeOffset session)
    {
        var sidecar = new JsonObject
        {
            ["Manufacturer"] = ScannerState.Manufacturer, ["ManufacturersModelName"] = ScannerState.Model, ["DeviceSerialNumber"] = ScannerState.SerialNumber,
            ["SoftwareVersions"] = state.SoftwareVersions, ["MagneticFieldStrength"] = 3, ["ReceiveCoilName"] = ScannerState.Coil,
            ["PulseSequenceType"] = protocol.SequenceType, ["PulseSequenceDetails"] = protocol.PulseSequence, ["ScanningSequence"] = protocol.ScanningSequence,
            ["ProtocolName"] = protocol.Name, ["AcquisitionDateTime"] = BidsFolder.Instant(protocol.StartsAt(session)),
            ["EchoTime"] = protocol.EchoTimeS, ["RepetitionTime"] = protocol.RepetitionTimeS,
        };
        if (protocol.InversionTimeS is { } inversion)
        {
            sidecar["InversionTime"] = inversion;
        }

        (sidecar["FlipAngle"], sidecar["PhaseEncodingDirection"]) = (protocol.FlipAngleDeg, protocol.PhaseEncodingDirection);
        if (protocol.TotalReadoutTimeS is { } readout)
        {
            sidecar["TotalReadoutTime"] = readout;
        }

        return sidecar;
    }
}
