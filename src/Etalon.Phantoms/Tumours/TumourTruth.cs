using Etalon.Numerics;

namespace Etalon.Phantoms.Tumours;

/// <summary>The mathematics that makes a virtual patient.</summary>
public enum TumourKind
{
    /// <summary>The twin's own model.</summary>
    ReactionDiffusion,

    /// <summary>Enhancing cells that divide fast and hardly move, and others that move and hardly divide and turn into them.</summary>
    TwoSpecies,

    /// <summary>Diffusion along fibres, faster in white matter.</summary>
    Tensor,

    /// <summary>The tumour pushes itself aside as it grows.</summary>
    MassEffect,
}

/// <summary>True parameters of a virtual tumour.</summary>
public sealed record TumourTruth
{
    /// <summary>Which model.</summary>
    public required TumourKind Kind { get; init; }

    /// <summary>D, mm²/day; of the moving cells, or the mean over directions and tissues.</summary>
    public required double DiffusivityMm2PerDay { get; init; }

    /// <summary>k, per day; of the dividing cells.</summary>
    public required double ProliferationPerDay { get; init; }

    /// <summary>α, Gy⁻¹.</summary>
    public required double AlphaPerGy { get; init; }

    /// <summary>s of temozolomide, per day.</summary>
    public required double SensitivityPerDay { get; init; }

    /// <summary>Two species: D of the enhancing relative to the others, k of the others relative to the enhancing, α of the others relative to the enhancing.</summary>
    public double SlowDiffusion { get; init; } = 1;

    /// <summary>Two species: k of the non-enhancing cells relative to the enhancing ones.</summary>
    public double SlowProliferation { get; init; } = 1;

    /// <summary>Two species: α and s of the non-enhancing cells relative to the enhancing ones.</summary>
    public double Resistance { get; init; } = 1;

    /// <summary>Two species: rate at which crowded non-enhancing cells turn enhancing, per day.</summary>
    public double ConversionPerDay { get; init; }

    /// <summary>Tensor: diffusivity along the fibres over that across them.</summary>
    public double Anisotropy { get; init; } = 1;

    /// <summary>Tensor: diffusivity of white over grey matter.</summary>
    public double WhiteOverGrey { get; init; } = 1;

    /// <summary>Mass effect: displacement is this times the gradient of pressure, mm² (pressure 1 where the density is 1 far around).</summary>
    public double ComplianceMm2 { get; init; }

    /// <summary>The logarithms of D, k, α and s.</summary>
    public double[] Logs() => [Math.Log(DiffusivityMm2PerDay), Math.Log(ProliferationPerDay), Math.Log(AlphaPerGy), Math.Log(SensitivityPerDay)];

    /// <summary>Draws a tumour of the population (<see cref="Population"/>).</summary>
    public static TumourTruth Draw(TumourKind kind, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var values = Population.Select(p => Math.Exp(Math.Log(p.Median) + p.LogSd * Math.Clamp(random.NextNormal(), -2.3, 2.3))).ToArray();
        return new TumourTruth
        {
            Kind = kind, DiffusivityMm2PerDay = values[0], ProliferationPerDay = values[1], AlphaPerGy = values[2], SensitivityPerDay = values[3],
            SlowDiffusion = kind == TumourKind.TwoSpecies ? random.NextUniform(0.1, 0.35) : 1,
            SlowProliferation = kind == TumourKind.TwoSpecies ? random.NextUniform(0.2, 0.6) : 1,
            Resistance = kind == TumourKind.TwoSpecies ? random.NextUniform(0.4, 0.9) : 1,
            ConversionPerDay = kind == TumourKind.TwoSpecies ? random.NextUniform(0.005, 0.04) : 0,
            Anisotropy = kind == TumourKind.Tensor ? random.NextUniform(3, 8) : 1,
            WhiteOverGrey = kind == TumourKind.Tensor ? random.NextUniform(3, 8) : 1,
            ComplianceMm2 = kind == TumourKind.MassEffect ? random.NextUniform(60, 200) : 0,
        };
    }

    /// <summary>Medians and standard deviations of the logarithms of D, k, α and s, each cut at 2.3 standard deviations.</summary>
    /// <remarks>
    /// Within the ranges of the twin's default priors (D 6 to 324 mm²/year, k 1 to 32 /year, α 0.02 to 0.2 /Gy, s within ten of 0.2 /d), towards tumours that
    /// 60 Gy do not clear, since one that is no longer seen says nothing of a forecast.
    /// </remarks>
    public static IReadOnlyList<(double Median, double LogSd)> Population { get; } = [(0.10, 0.6), (0.030, 0.35), (0.030, 0.40), (0.10, 0.7)];
}
