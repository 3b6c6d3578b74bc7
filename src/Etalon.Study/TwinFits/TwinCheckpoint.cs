using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Etalon.Treatment;
using Etalon.Twin;

namespace Etalon.Study;

/// <summary>Keeps the place of a fit in a file, so that it goes on there after the process was killed.</summary>
/// <param name="path">The file.</param>
/// <param name="key">What was fitted and how; a place of another fit is not taken.</param>
public sealed class TwinCheckpoint(string path, string key)
{
    private const string Schema = "etalon-twin-checkpoint-1";

    /// <summary>The place where a fit into this folder keeps it: a hidden file beside it.</summary>
    public static string Beside(string folder)
    {
        var full = Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar);
        return Path.Combine(Path.GetDirectoryName(full) ?? "/", $".{Path.GetFileName(full)}.etalon-fit-checkpoint");
    }

    /// <summary>A digest of all that decides where a fit goes.</summary>
    public static string Key(IReadOnlyList<DensityObservation> observations, TreatmentSchedule schedule, IReadOnlyList<ParameterPrior> priors, TwinFitOptions options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Text(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));
        Text(ResultsJson.EtalonVersion);
        foreach (var o in observations)
        {
            Text(string.Create(CultureInfo.InvariantCulture, $"{o.Visit} {o.Day:R} {o.DetectionLimit:R} {o.VoxelU:R} {o.PositionU:R} {o.DisplacementUMm:R} {o.ScaleU:R} {o.OffsetU:R}"));
            Text(string.Join(' ', o.SharedScaleU.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key}={s.Value:R}"))));
            hash.AppendData(MemoryMarshal.AsBytes<double>(o.Unbounded ?? o.Density));
            hash.AppendData(MemoryMarshal.AsBytes<bool>(o.IsMeasured));
            hash.AppendData(MemoryMarshal.AsBytes<bool>(o.IsBelowLimit));
        }

        foreach (var f in schedule.Fractions)
        {
            Text(string.Create(CultureInfo.InvariantCulture, $"{f.Day:R} {f.DoseGy:R}"));
        }

        foreach (var d in schedule.Drugs)
        {
            Text(string.Create(CultureInfo.InvariantCulture, $"{d.Name} {d.DecayPerDay:R}") + string.Concat(d.Doses.Select(x => string.Create(CultureInfo.InvariantCulture, $" {x.Day:R}:{x.RelativeAmount:R}"))));
        }

        foreach (var p in priors)
        {
            Text(string.Create(CultureInfo.InvariantCulture, $"{p.Name} {p.Median:R} {p.LogSd:R} {p.Box?.Low:R} {p.Box?.High:R}"));
        }

        Text(string.Create(CultureInfo.InvariantCulture, $"{options.WithNuisance} {options.VoxelsPerGrain:R} {options.TailRelativeU:R} {options.Simulation.Scheme} {options.Simulation.LargestStepDays:R} {options.Starts}"));
        Text(string.Join(' ', (options.Start ?? []).Select(s => s.ToString("R", CultureInfo.InvariantCulture))));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The place of an earlier run of the same fit; null where there is none that can be read.</summary>
    public FitCheckpoint? Read()
    {
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = json.RootElement;
            if (root.GetProperty("schema").GetString() != Schema || root.GetProperty("key").GetString() != key)
            {
                return null;
            }

            using var packed = new DeflateStream(new MemoryStream(root.GetProperty("state").GetBytesFromBase64()), CompressionMode.Decompress);
            using var bytes = new MemoryStream();
            packed.CopyTo(bytes);
            return new FitCheckpoint(
                root.GetProperty("parameters").EnumerateArray().Select(x => x.GetDouble()).ToArray(), MemoryMarshal.Cast<byte, double>(bytes.ToArray()).ToArray(),
                root.GetProperty("damping").GetDouble(), root.GetProperty("steps").GetInt32());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or KeyNotFoundException or FormatException or InvalidDataException)
        {
            // A place that cannot be read costs time, nothing else.
            return null;
        }
    }

    /// <summary>Writes the place; the file is the old one or the new one.</summary>
    public void Write(FitCheckpoint at)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(MemoryMarshal.AsBytes<double>(at.State));
        }

        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("schema", Schema);
            json.WriteString("key", key);
            json.WriteStartArray("parameters");
            foreach (var p in at.Parameters)
            {
                json.WriteNumberValue(p);
            }

            json.WriteEndArray();
            json.WriteBase64String("state", packed.ToArray());
            json.WriteNumber("damping", at.Damping);
            json.WriteNumber("steps", at.Steps);
            json.WriteEndObject();
        }

        AtomicFile.Write(path, force: true, buffer.ToArray());
    }
}
