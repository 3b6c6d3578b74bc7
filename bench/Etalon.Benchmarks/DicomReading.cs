using System.Diagnostics;
using System.Globalization;
using Etalon.Dicom;

namespace Etalon.Benchmarks;

/// <summary>
/// Measures that a stop watch and the system's own counters give best: the header tree against dcmdump in the same run, resident memory
/// over a large scan, and the worst of many damaged files. Run: <c>dotnet run -c Release --project bench/Etalon.Benchmarks -- dicom HeaderTree FOLDER</c>,
/// where FOLDER holds objects, or <c>dicom Scan30000 FOLDER</c>, or <c>dicom Damage FOLDER</c>.
/// </summary>
internal static class DicomReading
{
    public static void Run(string[] arguments)
    {
        if (arguments is not [var what, var folder])
        {
            Console.WriteLine("dicom HeaderTree|Scan30000|Damage FOLDER");
            return;
        }

        Action<string> run = what switch
        {
            "HeaderTree" => HeaderTree,
            "Scan30000" => Scan,
            "Damage" => DicomDamage.Run,
            _ => throw new ArgumentException($"No measure '{what}'.", nameof(arguments)),
        };
        run(folder);
    }

    /// <summary>1,000 files: ours reads every element and item of all, dcmdump prints them to nowhere in one process.</summary>
    private static void HeaderTree(string folder)
    {
        var copies = Directory.CreateTempSubdirectory("etalon-bench-");
        try
        {
            var files = Copies(folder, copies.FullName, 1000);
            var ours = new List<double>();
            var theirs = new List<double>();
            long elements = 0;
            for (var run = 0; run < 5; run++)
            {
                var watch = Stopwatch.StartNew();
                elements = files.Sum(path => Count(DicomFile.Open(path).Dataset));
                ours.Add(watch.Elapsed.TotalSeconds);
                theirs.Add(Dcmdump(copies.FullName));
            }

            var (fast, slow) = (ours.Order().ElementAt(2), theirs.Order().ElementAt(2));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{files.Count} files, {files.Sum(f => new FileInfo(f).Length) >> 20} MiB, {elements} elements. Medians of 5: ours {fast:F3} s (first {ours[0]:F3} s), dcmdump {slow:F3} s, ratio {slow / fast:F1} (first {theirs[0] / ours[0]:F1})"));
        }
        finally
        {
            copies.Delete(recursive: true);
        }
    }

    /// <summary>30,000 objects by hard links or copies: highest resident memory of this process.</summary>
    private static void Scan(string folder)
    {
        var copies = Directory.CreateTempSubdirectory("etalon-bench-");
        try
        {
            var files = Copies(folder, copies.FullName, 30_000);
            var watch = Stopwatch.StartNew();
            long elements = 0;
            foreach (var entry in DicomSource.Read(copies.FullName))
            {
                elements += entry.File is { } file ? Count(file.Dataset) : 0;
            }

            using var self = Process.GetCurrentProcess();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{files.Count} files, {elements} elements, {watch.Elapsed.TotalSeconds:F1} s, highest resident memory {self.PeakWorkingSet64 / 1e6:F0} MB"));
        }
        finally
        {
            copies.Delete(recursive: true);
        }
    }

    /// <summary>So many files from the objects of a folder, its zips included, each a symbolic name for one of few copies.</summary>
    private static List<string> Copies(string folder, string target, int count)
    {
        var originals = new List<string>();
        var store = Directory.CreateDirectory(Path.Combine(target, "0")).FullName;
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
            {
                using var archive = System.IO.Compression.ZipFile.OpenRead(path);
                foreach (var entry in archive.Entries.Where(entry => entry.Length is > 0 and < 1 << 20))
                {
                    using var stream = entry.Open();
                    using var memory = new MemoryStream();
                    stream.CopyTo(memory);
                    Add(memory.ToArray(), originals, store);
                }
            }
            else if (new FileInfo(path).Length < 1 << 20)
            {
                Add(File.ReadAllBytes(path), originals, store);
            }

            if (originals.Count >= 1000)
            {
                break;
            }
        }

        var all = originals.Take(count).ToList();
        for (var n = 0; all.Count < count; n++)
        {
            var into = Directory.CreateDirectory(Path.Combine(target, string.Create(CultureInfo.InvariantCulture, $"{1 + n / 1000}"))).FullName;
            var copy = Path.Combine(into, string.Create(CultureInfo.InvariantCulture, $"{n}.dcm"));
            File.Copy(originals[n % originals.Count], copy);
            all.Add(copy);
        }

        return all;
    }

    private static void Add(byte[] bytes, List<string> originals, string store)
    {
        try
        {
            DicomFile.Read(bytes, "candidate");
        }
        catch (DicomException)
        {
            return;
        }

        var path = Path.Combine(store, string.Create(CultureInfo.InvariantCulture, $"{originals.Count:D5}.dcm"));
        File.WriteAllBytes(path, bytes);
        originals.Add(path);
    }

    private static long Count(DicomDataset dataset)
    {
        long count = dataset.Count;
        foreach (var element in dataset.Elements)
        {
            foreach (var item in element.Items)
            {
                count += Count(item);
            }
        }

        return count;
    }

    private static double Dcmdump(string folder)
    {
        var start = new ProcessStartInfo("dcmdump") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "-q", "+sd", "+r", folder })
        {
            start.ArgumentList.Add(argument);
        }

        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.StandardOutput.BaseStream.CopyTo(Stream.Null);
        process.WaitForExit();
        return watch.Elapsed.TotalSeconds;
    }
}
