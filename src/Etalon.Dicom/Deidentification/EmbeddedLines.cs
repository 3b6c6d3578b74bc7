namespace Etalon.Dicom.Deidentification;

/// <summary>Lines of an embedded table, without comments.</summary>
internal static class EmbeddedLines
{
    public static IEnumerable<string> Of(string resource)
    {
        using var stream = typeof(EmbeddedLines).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The embedded table {resource} is missing from the assembly.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                yield return line;
            }
        }
    }
}
