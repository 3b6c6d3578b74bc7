using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using Etalon.Dicom;

namespace Etalon.Benchmarks;

/// <summary>The slowest and the hungriest of many damaged objects: what is in a folder, and 10,000 with flipped, cut and inserted bytes.</summary>
internal static class DicomDamage
{
    private const int Mutations = 10_000;

    /// <param name="folder">Objects and zips of them, damaged or not.</param>
    public static void Run(string folder)
    {
        var sources = Objects(folder).Where(bytes => bytes.Length is > 200 and < 1 << 20).ToList();
        var random = new Random(20261125);
        var worst = new Worst();
        sources.ForEach(worst.Measure);
        Console.WriteLine($"{sources.Count} as they are: {worst}");
        worst = new Worst();
        var small = sources.Where(bytes => bytes.Length < 64 << 10).ToList();
        for (var n = 0; n < Mutations; n++)
        {
            worst.Measure(Mutate(small[n % small.Count], random, n % 4));
        }

        Console.WriteLine($"{Mutations} mutations of {small.Count}: {worst}");
    }

    private static IEnumerable<byte[]> Objects(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (!path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
            {
                yield return File.ReadAllBytes(path);
                continue;
            }

            using var archive = ZipFile.OpenRead(path);
            foreach (var entry in archive.Entries)
            {
                using var stream = entry.Open();
                using var memory = new MemoryStream();
                stream.CopyTo(memory);
                yield return memory.ToArray();
            }
        }
    }

    private static byte[] Mutate(byte[] whole, Random random, int kind)
    {
        var bytes = (byte[])whole.Clone();
        var at = random.Next(132, bytes.Length);
        switch (kind)
        {
            case 0:
                return bytes[..at];
            case 1:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 2:
                return [.. bytes[..at], .. bytes[random.Next(132, bytes.Length)..]];
            default:
                bytes.AsSpan(at, Math.Min(8, bytes.Length - at)).Fill((byte)(random.Next(2) * 255));
                return bytes;
        }
    }

    private sealed class Worst
    {
        private double seconds;
        private double growth;
        private long allocated;
        private int refused;
        private int count;

        public void Measure(byte[] bytes)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var watch = Stopwatch.StartNew();
            try
            {
                DicomPixelHash.Md5(DicomPixels.Read(DicomFile.Read(bytes, "damaged")));
            }
            catch (DicomException)
            {
                refused++;
            }

            var here = GC.GetAllocatedBytesForCurrentThread() - before;
            (seconds, allocated, count) = (Math.Max(seconds, watch.Elapsed.TotalSeconds), Math.Max(allocated, here), count + 1);
            growth = Math.Max(growth, (double)here / bytes.Length);
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $"{refused} of {count} refused, slowest {seconds * 1000:F0} ms, most allocated {allocated / 1e6:F1} MB, at most {growth:F0} times the file's size");
    }
}
