namespace Etalon.Assays.Suv;

/// <summary>By which size of the body an uptake value is normalised.</summary>
public enum SuvKind
{
    /// <summary>Body weight, g/mL.</summary>
    BodyWeight,

    /// <summary>Lean body mass of James and Waterlow 1976, male term 128, g/mL.</summary>
    LeanJames128,

    /// <summary>Lean body mass of Morgan and Bray 1994, male term 120, g/mL.</summary>
    LeanMorgan120,

    /// <summary>Lean body mass of Janmahasatian and others 2005, g/mL.</summary>
    LeanJanmahasatian,

    /// <summary>Body surface of Du Bois and Du Bois 1916, cm²/mL.</summary>
    BodySurface,

    /// <summary>Ideal body weight as Sugawara and others 1999 give it, g/mL.</summary>
    IdealBodyWeight,
}

/// <summary>Names of a kind.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Measurand">Code: <c>suvbw</c>.</param>
/// <param name="Map">Name of its map.</param>
/// <param name="Factor">Name of its factor in the answers of <c>etalon fit suv</c>.</param>
/// <param name="Unit">UCUM.</param>
/// <param name="Text">For people.</param>
/// <param name="Stored">SUVType (0054,1006) by which an object says that it holds this kind.</param>
public sealed record SuvKindInfo(SuvKind Kind, string Measurand, string Map, string Factor, string Unit, string Text, string Stored)
{
    /// <summary>All kinds, body weight first.</summary>
    public static IReadOnlyList<SuvKindInfo> All { get; } =
    [
        new(SuvKind.BodyWeight, "suvbw", "SUVbwmap", "suvbw_factor", "g/mL", "body weight", "BW"),
        new(SuvKind.LeanJames128, "suvlbm", "SUVlbmjames128map", "suvlbm_james128_factor", "g/mL", "lean body mass of James (128)", "LBMJAMES128"),
        new(SuvKind.LeanMorgan120, "suvlbm", "SUVlbmmorgan120map", "suvlbm_morgan120_factor", "g/mL", "lean body mass of Morgan (120)", "LBM"),
        new(SuvKind.LeanJanmahasatian, "suvlbm", "SUVlbmjanmahasatianmap", "suvlbm_janmahasatian_factor", "g/mL", "lean body mass of Janmahasatian", "LBMJANMA"),
        new(SuvKind.BodySurface, "suvbsa", "SUVbsamap", "suvbsa_factor", "cm2/mL", "body surface of Du Bois", "BSA"),
        new(SuvKind.IdealBodyWeight, "suvibw", "SUVibwmap", "suvibw_factor", "g/mL", "ideal body weight", "IBW"),
    ];

    /// <summary>Names of a kind.</summary>
    public static SuvKindInfo Of(SuvKind kind) => All[(int)kind];

    /// <summary>The kind that an object says it holds; null where there is none of that name.</summary>
    public static SuvKindInfo? OfStored(string type) => All.FirstOrDefault(k => k.Stored == type);
}
