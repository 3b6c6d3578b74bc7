using System.Text.Json.Nodes;
using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;

namespace Etalon.Cases;

/// <summary>The BIDS sidecar of a volume that was written as NIfTI: its record of acquisition, and by which rule its values were found.</summary>
public static class VolumeSidecar
{
    /// <summary>Makes the sidecar.</summary>
    /// <param name="stack">A stack with a layout.</param>
    /// <param name="series">Its series.</param>
    /// <param name="first">The object of its first slice.</param>
    /// <param name="identity">Takes names and identifiers out of what header and tables say.</param>
    /// <param name="findings">Receives what that header says wrongly.</param>
    /// <remarks>
    /// Free texts (descriptions, names of protocols, comments) are left out: they are where names of people stand; the other texts are cleaned. Axes are those of the written
    /// voxels, which keep the order of rows and columns that the objects have.
    /// </remarks>
    /// <exception cref="DicomException">A sequence of the object is damaged.</exception>
    public static JsonObject Of(DicomStack stack, DicomSeries series, DicomFile first, DicomIdentity identity, List<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(stack);
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(findings);
        var layout = stack.Layout ?? throw new ArgumentException("The stack is no volume.", nameof(stack));
        var frame = layout.Volumes[0][0];
        var record = DicomAcquisition.Read(first, stack.Name, layout.BValues, frame.Index)
            .WithVolumes(layout.BValues, [.. stack.Volumes.Where(v => v.BValue > 0).Select(v => v.Gradient).OfType<Vector3>()], stack.Directionality);
        findings.AddRange(HeaderFindings.Of(first, record, stack.Name).Select(identity.Clean));
        var json = BidsRecord.ToJson(identity.Clean(record));
        json["ConversionSoftware"] = "Etalon";
        json["ValueRule"] = stack.Rule?.Text() ?? "several rules";
        if (stack.UnitCode is { } unit)
        {
            json["Units"] = identity.Clean(unit);
        }

        if (series.Number is { } number)
        {
            json["SeriesNumber"] = number;
        }

        if (stack.EchoTimeMs is > 0 and var te)
        {
            json["EchoTime"] = (double)((decimal)te / 1000);
        }

        if (json["SliceTiming"] is JsonArray times && times.Count != layout.Grid.Nz)
        {
            // They are of other slices than these.
            json.Remove("SliceTiming");
        }

        json["ImageOrientationPatientDICOM"] = new JsonArray(
            [.. new[] { frame.AlongRow.X, frame.AlongRow.Y, frame.AlongRow.Z, frame.AlongColumn.X, frame.AlongColumn.Y, frame.AlongColumn.Z }.Select(c => (JsonNode?)JsonValue.Create(Math.Round(c, 9)))]);
        return json;
    }
}
