using Etalon.Metrology;

namespace Etalon.Comparability;

/// <summary>Purposes that come with Etalon, as data: Fitness/Purposes/*.json, embedded.</summary>
public static class BuiltInPurposes
{
    private const string Prefix = "Etalon.Comparability.Purposes.";

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<Purpose> All { get; } = Load();

    /// <summary>The purpose that a user names: one that is built in, or else a file.</summary>
    /// <param name="nameOrPath">A built-in name such as <c>adc-response</c>, or the path of a JSON file.</param>
    public static PurposeReading Find(string nameOrPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        if (All.FirstOrDefault(p => p.Id == nameOrPath) is { } purpose)
        {
            return new PurposeReading(purpose, []);
        }

        var looksLikeFile = nameOrPath.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || nameOrPath.AsSpan().IndexOfAny('/', '\\') >= 0 || File.Exists(nameOrPath);
        return looksLikeFile ? PurposeFile.Read(nameOrPath) : new PurposeReading(null,
            [new Finding(FindingCodes.PurposeUnusable, Severity.Error, "purpose", $"'{nameOrPath}'", $"{string.Join(", ", All.Select(p => p.Id))}, or a file", "Name one of these, or give the path of a purpose file (docs/examples/purpose.json).")]);
    }

    private static List<Purpose> Load()
    {
        var assembly = typeof(BuiltInPurposes).Assembly;
        var result = new List<Purpose>();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            using var memory = new MemoryStream();
            stream.CopyTo(memory);
            var reading = PurposeFile.Parse(memory.ToArray(), name[Prefix.Length..]);
            result.Add(reading.Purpose ?? throw new InvalidOperationException($"The built-in purpose {name} cannot be read: {reading.Findings[0]}"));
        }

        return result;
    }
}
