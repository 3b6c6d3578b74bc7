using Etalon.Dicom;

namespace Etalon.Imaging.Dicom;

/// <summary>Opens objects again by the names under which a source met them, so that nothing need be held between header and pixels.</summary>
public static class DicomObjects
{
    /// <summary>Objects of these names; one at a time, each file or zip read once.</summary>
    /// <exception cref="DicomException">One of them cannot be read any more.</exception>
    public static IEnumerable<DicomFile> Open(IEnumerable<string> names) => Read(names).Select(entry => entry.File ?? throw entry.Error!);

    /// <summary>The same, where one that cannot be read any more does not stand in the way of the others: it is an entry with an error.</summary>
    public static IEnumerable<DicomEntry> Read(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var zipped = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var name in names.Distinct(StringComparer.Ordinal))
        {
            if (ZipOf(name) is not { } zip)
            {
                foreach (var entry in DicomSource.Read(name))
                {
                    yield return entry;
                }

                continue;
            }

            if (!zipped.TryGetValue(zip, out var inside))
            {
                zipped[zip] = inside = new HashSet<string>(StringComparer.Ordinal);
            }

            inside.Add(name);
        }

        foreach (var (zip, inside) in zipped)
        {
            foreach (var entry in DicomSource.Read(zip))
            {
                if (inside.Contains(entry.Name) || (entry.Error is not null && entry.Name == zip))
                {
                    yield return entry;
                }
            }
        }
    }

    /// <summary>The zip that holds an object; null where it is a file of its own.</summary>
    public static string? ZipOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (File.Exists(name))
        {
            return null;
        }

        for (var at = name.IndexOf('!', StringComparison.Ordinal); at > 0; at = name.IndexOf('!', at + 1))
        {
            if (File.Exists(name[..at]))
            {
                return name[..at];
            }
        }

        return null;
    }
}
