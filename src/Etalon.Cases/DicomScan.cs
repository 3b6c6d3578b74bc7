using Etalon.Dicom;
using Etalon.Imaging.Dicom;
using Etalon.Imaging.Dicom.Write;
using Etalon.Metrology;

namespace Etalon.Cases;

/// <summary>All objects of the paths given, each once.</summary>
internal sealed record DicomScan
{
    public required IReadOnlyList<DicomItem> Items { get; init; }

    /// <summary>Identifiers as each path states them, those of objects that another path holds too among them.</summary>
    public required IReadOnlyList<DicomOwner> Owners { get; init; }

    public required IReadOnlyList<(string Name, DicomException Error)> Refused { get; init; }

    /// <summary>Series of which an object has no usable geometry, with the reason.</summary>
    public required IReadOnlyDictionary<string, DicomGeometryException> Shapeless { get; init; }

    /// <summary>All whom the objects name.</summary>
    public required NamedPersons Persons { get; init; }

    /// <summary>How many objects were left out because a run of Etalon wrote them.</summary>
    public required int Results { get; init; }

    /// <summary>What was left out because it was there before.</summary>
    public required IReadOnlyList<Finding> Repeats { get; init; }

    public static DicomScan Of(IReadOnlyList<string> paths, CancellationToken cancellation)
    {
        var items = new List<DicomItem>();
        var owners = new HashSet<DicomOwner>();
        var refused = new List<(string Name, DicomException Error)>();
        var shapeless = new Dictionary<string, DicomGeometryException>(StringComparer.Ordinal);
        // Whose an object is, each path may say differently: that is judged with all owners together.
        var seen = new SeenObjects<ScannedSeries>(ofAnyone: true);
        var persons = new NamedPersons();
        var results = 0;
        for (var source = 0; source < paths.Count; source++)
        {
            var root = Directory.Exists(paths[source]) ? paths[source] : Path.GetDirectoryName(Path.GetFullPath(paths[source])) ?? "/";
            foreach (var entry in new DicomSource([paths[source]]).Read(cancellation))
            {
                try
                {
                    if (entry.Error is not null)
                    {
                        refused.Add((Path.GetRelativePath(root, entry.Name), entry.Error));
                    }
                    else if (entry.File is { } own && EtalonResult.IsOne(own.Dataset))
                    {
                        results++;
                    }
                    else if (entry.File is { } file && DicomItem.Of(file, out var trouble) is { IsOfAPatient: true } item)
                    {
                        persons.Take(file.Dataset);
                        owners.Add(new DicomOwner(source, item.PatientId, item.Issuer, item.StudyUid));
                        if (item.SopInstanceUid.Length > 0 && !seen.IsNew(item.SopInstanceUid, new ScannedSeries(item.StudyUid, item.SeriesUid, SeriesName.Of(item.SeriesNumber, item.Modality)), file))
                        {
                            continue;
                        }

                        items.Add(item with { Source = source });
                        if (trouble is not null)
                        {
                            shapeless.TryAdd(item.SeriesUid, trouble);
                        }
                    }
                }
                catch (DicomException e)
                {
                    refused.Add((Path.GetRelativePath(root, entry.Name), e));
                }
            }
        }

        var repeats = seen.Compare((name, e) => refused.Add((Path.GetFileName(name), e)), cancellation)
            .OrderBy(r => r.Key.Name, StringComparer.Ordinal).ThenBy(r => r.Key.SeriesUid, StringComparer.Ordinal).SelectMany(r => r.Value.Findings(r.Key.Name)).ToList();
        return new DicomScan { Repeats = repeats, Persons = persons, Results = results, Items = items, Owners = [.. owners], Refused = refused, Shapeless = shapeless };
    }
}

/// <summary>Which series an object is of, and what it is called.</summary>
internal readonly record struct ScannedSeries(string StudyUid, string SeriesUid, string Name);

/// <summary>Whose a study is, as one path states it; the identifier is empty where none is stated.</summary>
internal readonly record struct DicomOwner(int Source, string PatientId, string Issuer, string StudyUid);
