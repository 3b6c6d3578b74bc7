using System.Text.RegularExpressions;

namespace Etalon.Cases;

/// <summary>A region that somebody drew on a series, whatever it is stored in.</summary>
internal sealed partial record Outline
{
    /// <summary>For identifiers.</summary>
    public required string Label { get; init; }

    /// <summary>0 for what is or may be tumour, 2 for what is something else.</summary>
    public required int Rank { get; init; }

    public required DicomSeriesOfCase On { get; init; }

    /// <summary>Where it is stored, for people.</summary>
    public required string Source { get; init; }

    /// <summary>Whether it bounds where a tumour of the brain can live.</summary>
    public bool IsBrain { get; init; }

    /// <summary>Whether it is of no other use.</summary>
    public bool IsBrainOnly { get; init; }

    /// <summary>What the input says that it is.</summary>
    public RegionMeaning Meaning { get; init; } = RegionMeaning.Unknown;

    /// <summary>Its voxels on the grid of a series that lies in the same frame of reference; the text is its identifier.</summary>
    public required Func<DicomSeriesOfCase, string, CancellationToken, LoadedImage> Load { get; init; }

    /// <summary>As it was drawn.</summary>
    public ImageReference Drawn() => new(ImageKind.RegionMask, $"{Source} on {On.Name}", Label, c => Load(On, Label, c)) { DrawnOn = On.Name, Meaning = Meaning };

    /// <summary>The same region on another series.</summary>
    public ImageReference CarriedTo(DicomSeriesOfCase to) =>
        new(ImageKind.RegionMask, $"{Source}, carried to {to.Name}", Label, c => Load(to, Label, c)) { DrawnOn = to.Name, IsTransferred = true, Meaning = Meaning };

    /// <summary>Whether a name says tumour.</summary>
    public static bool NamesTumour(string name) => TumourWord().IsMatch(name);

    [GeneratedRegex(@"gtv|ctv|tum|lesion|mass|mets?([^a-z]|$)|cancer", RegexOptions.IgnoreCase)]
    private static partial Regex TumourWord();
}
