namespace Etalon.Imaging.Dicom;

/// <summary>Radionuclides of PET: how objects name them, and their half-lives.</summary>
public static class PetNuclide
{
    /// <summary>Half-lives, s: evaluated data of DDEP/LNHB and NNDC as remembered (F-18 109.77 min, Ga-68 67.7 min). Codes: CID 4020 of PS3.16, as remembered.</summary>
    private static readonly (string Name, double HalfLifeS, string[] Codes, string Element)[] Known =
    [
        ("F-18", 6586.2, ["C-111A1", "77004003"], "FLUORINE"),
        ("C-11", 1221.8, ["C-105A1"], "CARBON"),
        ("N-13", 597.9, ["C-107A1"], "NITROGEN"),
        ("O-15", 122.2, ["C-B1038"], "OXYGEN"),
        ("Ga-68", 4062.6, ["C-131A3"], "GALLIUM"),
        ("Rb-82", 75.5, ["C-159A2"], "RUBIDIUM"),
        ("Cu-64", 45_721, ["C-127A2"], "COPPER"),
        ("Zr-89", 282_280, ["C-168A4"], "ZIRCONIUM"),
        ("I-124", 360_800, ["C-114A5"], "IODINE"),
        ("Ge-68", 23_412_000, ["C-128A2"], "GERMANIUM"),
    ];

    /// <summary>Half-life, s; null for a nuclide that is not known.</summary>
    public static double? HalfLifeS(string? nuclide) => Array.Find(Known, k => k.Name == nuclide) is { Name: not null } k ? k.HalfLifeS : null;

    /// <summary>Name of a nuclide by its code, or by a meaning such as <c>^18^Fluorine</c>, <c>F-18</c>, <c>^68^Ga</c>; null where neither is known.</summary>
    public static string? Of(string? code, string? meaning)
    {
        var letters = new string([.. (meaning ?? "").ToUpperInvariant().Where(char.IsAsciiLetter)]);
        var digits = new string([.. (meaning ?? "").Where(char.IsAsciiDigit)]);
        var byMeaning = Array.Find(Known, k => k.Name.Split('-') is [var symbol, var mass] && digits == mass && (string.Equals(letters, symbol, StringComparison.OrdinalIgnoreCase) || letters == k.Element));
        return byMeaning.Name ?? (Array.Find(Known, k => k.Codes.Contains(code?.Trim(), StringComparer.Ordinal)) is { Name: not null } k ? k.Name : null);
    }
}
