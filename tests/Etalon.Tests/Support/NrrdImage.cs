using System.Globalization;
using System.IO.Compression;
using Etalon.Imaging;
using Xunit;

namespace Etalon.Tests.Support;

/// <summary>Reads the NRRD images of the reference data: three dimensions, 16-bit or 8-bit, little-endian, gzip or raw, LPS.</summary>
internal static class NrrdImage
{
    public static Volume Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var end = bytes.AsSpan().IndexOf("\n\n"u8);
        var head = System.Text.Encoding.ASCII.GetString(bytes, 0, end).Split('\n').Where(l => l.Contains(": ", StringComparison.Ordinal))
            .ToDictionary(l => l.Split(": ")[0], l => l.Split(": ")[1].Trim(), StringComparer.Ordinal);
        static Vector3 Vector(string text)
        {
            var v = text.Trim('(', ')').Split(',').Select(x => double.Parse(x, CultureInfo.InvariantCulture)).ToArray();
            return new Vector3(v[0], v[1], v[2]);
        }

        Assert.Equal("left-posterior-superior", head["space"]);
        var n = head["sizes"].Split(' ').Select(x => int.Parse(x, CultureInfo.InvariantCulture)).ToArray();
        var steps = head["space directions"].Split(' ').Select(Vector).ToArray();
        using var packed = new MemoryStream(bytes, end + 2, bytes.Length - end - 2);
        using var raw = new MemoryStream();
        using (Stream source = head["encoding"] == "gzip" ? new GZipStream(packed, CompressionMode.Decompress) : packed)
        {
            source.CopyTo(raw);
        }

        var voxels = raw.ToArray();
        var values = new float[n[0] * n[1] * n[2]];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = voxels.Length == values.Length ? voxels[i] : BitConverter.ToInt16(voxels, 2 * i);
        }

        return new Volume(new Grid(n[0], n[1], n[2], Vector(head["space origin"]), steps[0], steps[1], steps[2]), values, null);
    }
}
