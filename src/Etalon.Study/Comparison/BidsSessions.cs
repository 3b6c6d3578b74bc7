using System.Globalization;
using Etalon.Cases;
using Etalon.Comparability;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Study.Comparison;

/// <summary>Sessions of a BIDS data set as visits: all of them, those of one subject, or one.</summary>
/// <param name="Root">Root of the data set.</param>
/// <param name="Subject">Label of the one subject; null for all.</param>
/// <param name="Session">Label of the one session; null for all.</param>
internal sealed record BidsSessions(string Root, string? Subject, string? Session)
{
    private const long LongestTable = 1 << 20;
    private static readonly EnumerationOptions Below = new() { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint, MaxRecursionDepth = 3 };

    /// <summary>What a path is of a data set; null where it is none.</summary>
    public static BidsSessions? Find(string path)
    {
        var full = Path.GetFullPath(path).TrimEnd(Path.DirectorySeparatorChar);
        var name = Path.GetFileName(full);
        if (BidsFolder.IsOne(full))
        {
            return new BidsSessions(full, null, null);
        }

        if (!Directory.Exists(full))
        {
            return null;
        }

        var parent = Path.GetDirectoryName(full) ?? full;
        var found = name.StartsWith("ses-", StringComparison.Ordinal) && Path.GetFileName(parent).StartsWith("sub-", StringComparison.Ordinal)
            ? new BidsSessions(Path.GetDirectoryName(parent) ?? parent, Path.GetFileName(parent)[4..], name[4..])
            : name.StartsWith("sub-", StringComparison.Ordinal) ? new BidsSessions(parent, name[4..], null) : null;
        // A folder of DICOM objects may be called so too.
        return found is not null && (BidsFolder.IsOne(found.Root) || Directory.EnumerateFiles(full, "*.nii*", Below).Any()) ? found : null;
    }

    public IReadOnlyList<AcquisitionVisit> Read(List<Finding> findings) =>
    [
        .. BidsImages.Below(Root, findings).Where(i => (Subject is null || i.Subject == Subject) && (Session is null || i.Session == Session))
            .GroupBy(i => (i.Subject, i.Session)).Select(g => new AcquisitionVisit(g.Key.Session.Length > 0 ? $"sub-{g.Key.Subject}/ses-{g.Key.Session}" : $"sub-{g.Key.Subject}", $"sub-{g.Key.Subject}", [.. g.Select(Series)])),
    ];

    private AcquiredSeries Series(BidsImage image)
    {
        var modality = image.Folder == "pet" ? "PT" : "MR";
        var record = image.Acquisition;
        if (record["Modality"] is null)
        {
            record = With(record, new AcquisitionAttribute("Modality", modality, AttributeState.Derived) { How = "folder of the kind of data" });
        }

        if (record["DiffusionBValue"] is null && BValues(image) is { Count: > 0 } b)
        {
            var distinct = b.Distinct().ToList();
            record = With(record, new AcquisitionAttribute("DiffusionBValue", string.Join(" ", distinct.Select(x => x.ToString("0.###", CultureInfo.InvariantCulture))), AttributeState.Present) { Numbers = distinct, Unit = "s/mm2" });
        }

        return new AcquiredSeries(record, [.. Serves(image.Folder, image.Suffix)], new Dictionary<string, string>());
    }

    private static Acquisition With(Acquisition record, AcquisitionAttribute attribute) => record with { Attributes = [.. record.Attributes.Where(a => a.Name != attribute.Name), attribute] };

    private static IEnumerable<string> Serves(string folder, string suffix)
    {
        var measurand = (folder, suffix) switch
        {
            ("dwi", "dwi" or "ADCmap") => "adc",
            ("anat", "VFA" or "IRT1" or "MP2RAGE" or "T1map") => "t1",
            ("anat", "MESE" or "MEGRE" or "T2map") => "t2",
            ("perf", "DCE" or "dce") => "ktrans",
            ("perf", "DSC" or "dsc" or "perf") => "rcbv",
            ("pet", "pet") => "suvbw",
            _ => null,
        };
        if (measurand is not null)
        {
            yield return measurand;
        }

        if (folder is "anat" or "dwi" or "pet")
        {
            yield return "volume";
        }
    }

    /// <summary>b-values beside the image; empty where there are none that can be read.</summary>
    private List<double> BValues(BidsImage image)
    {
        var stem = image.Name[..^(image.Name.EndsWith(".gz", StringComparison.Ordinal) ? 7 : 4)];
        var file = new FileInfo(Path.Combine(Root, stem + ".bval"));
        if (!file.Exists || file.LinkTarget is not null || file.Length is 0 or > LongestTable)
        {
            return [];
        }

        var values = File.ReadAllText(file.FullName).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(w => double.TryParse(w, NumberStyles.Float, CultureInfo.InvariantCulture, out var b) && double.IsFinite(b) ? b : (double?)null).ToList();
        return values.Contains(null) ? [] : [.. values.OfType<double>()];
    }
}
