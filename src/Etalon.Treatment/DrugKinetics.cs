using Etalon.Metrology;

namespace Etalon.Treatment;

/// <summary>How fast the effect of a drug fades.</summary>
public static class DrugKinetics
{
    /// <summary>Temozolomide: plasma half-life 1.8 h, so ln 2 · 24 / 1.8 = 9.242 per day. The layout of patient files documents the same for its one drug.</summary>
    public static LiteratureConstant TemozolomideDecay { get; } = new(
        "Decay of the effect of temozolomide", Math.Log(2) * 24 / 1.8, "/d",
        new Source("temozolomide-half-life", "Temozolomide plasma half-life 1.8 h (product information)", "drug kinetics"), true);

    /// <summary>Decay per day of a drug by its name; null where it is not known.</summary>
    public static LiteratureConstant? DecayOf(string drug) =>
        drug is "temozolomide" or "chemotherapy" ? TemozolomideDecay : null;
}
