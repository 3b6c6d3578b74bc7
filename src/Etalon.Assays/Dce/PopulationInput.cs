using MathNet.Numerics;

namespace Etalon.Assays.Dce;

/// <summary>A published arterial input function.</summary>
public enum PopulationInputKind
{
    /// <summary>Parker et al. 2006: two Gaussians and a modulated exponential, patients, 0.1 mmol/kg.</summary>
    Parker,

    /// <summary>Georgiou et al. 2019: exponentials times recirculating gamma variates, the representative patient of a cohort, 0.1 mmol/kg.</summary>
    Georgiou,

    /// <summary>McGrath et al. 2009, model B: a linear rise, then two exponentials; rats.</summary>
    McGrath,
}

/// <summary>Arterial concentrations of populations in whole blood, at any time and any delay.</summary>
/// <remarks>
/// Before the onset the concentration is 0; the delay moves the whole function, by any fraction of a sample and to either side. The functions are of whole
/// blood: plasma is blood over one minus the haematocrit (<see cref="ToPlasma"/>), which is never done silently.
/// </remarks>
public static class PopulationInput
{
    /// <summary>Haematocrit of large vessels that is assumed where none is given, as in the QIBA digital reference objects.</summary>
    public const double AssumedHaematocrit = 0.45;

    /// <summary>Concentration in whole blood, mM.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="timeS">Time, s.</param>
    /// <param name="delayS">When the function begins, s; of either sign.</param>
    /// <exception cref="ArgumentOutOfRangeException">An unknown function.</exception>
    public static double Blood(PopulationInputKind kind, double timeS, double delayS = 0)
    {
        var s = timeS - delayS;
        return s < 0 ? 0 : kind switch
        {
            PopulationInputKind.Parker => Parker(s / 60),
            PopulationInputKind.Georgiou => Georgiou(s / 60),
            PopulationInputKind.McGrath => McGrath(s),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "An unknown input function."),
        };
    }

    /// <summary>Concentrations in whole blood, mM.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="timesS">Times, s.</param>
    /// <param name="delayS">When the function begins, s; of either sign.</param>
    public static double[] Blood(PopulationInputKind kind, ReadOnlySpan<double> timesS, double delayS = 0)
    {
        var blood = new double[timesS.Length];
        for (var i = 0; i < blood.Length; i++)
        {
            blood[i] = Blood(kind, timesS[i], delayS);
        }

        return blood;
    }

    /// <summary>Concentration in plasma of a concentration in whole blood: the agent stays out of the cells.</summary>
    /// <param name="blood">Concentration in whole blood.</param>
    /// <param name="haematocrit">Share of cells, from 0 to below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No haematocrit.</exception>
    public static double ToPlasma(double blood, double haematocrit) => haematocrit is >= 0 and < 1 ? blood / (1 - haematocrit)
        : throw new ArgumentOutOfRangeException(nameof(haematocrit), haematocrit, "A haematocrit lies from 0 to below 1.");

    /// <summary>Where a function is published.</summary>
    public static string Source(PopulationInputKind kind) => kind switch
    {
        PopulationInputKind.Parker => "Parker et al., Magn Reson Med 56:993-1000 (2006), table 1",
        PopulationInputKind.Georgiou => "Georgiou et al., Magn Reson Med 81:1955-1963 (2019), table 3 and supplementary curve",
        PopulationInputKind.McGrath => "McGrath et al., Magn Reson Med 61:1173-1184 (2009), model B",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "An unknown input function."),
    };

    /// <summary>Equation 1 and table 1 of Parker 2006; minutes.</summary>
    private static double Parker(double t)
    {
        const double A1 = 0.809, Sigma1 = 0.0563, T1 = 0.17046, A2 = 0.330, Sigma2 = 0.132, T2 = 0.365;
        const double Alpha = 1.050, Beta = 0.1685, S = 38.078, Tau = 0.483;
        var root = Math.Sqrt(2 * Math.PI);
        return A1 / (Sigma1 * root) * Math.Exp(-(t - T1) * (t - T1) / (2 * Sigma1 * Sigma1))
            + A2 / (Sigma2 * root) * Math.Exp(-(t - T2) * (t - T2) / (2 * Sigma2 * Sigma2))
            + Alpha * Math.Exp(-Beta * t) / (1 + Math.Exp(-S * (t - Tau)));
    }

    /// <summary>
    /// Equation 1 of Georgiou 2019 (the form of Horsfield et al., Phys Med Biol 54:2933, 2009); minutes. Table 3 prints two or three digits (0.37, 0.33, 10.06, 0.11,
    /// 1.17, 16.02, 5.26, 0.032, 0.129), which miss the authors' supplementary curve by up to 2.5 % on its slope. The further digits follow by least squares
    /// from that curve and give it to 4e-5.
    /// </summary>
    private static double Georgiou(double t)
    {
        const double A1 = 0.3743036, A2 = 0.3311857, A3 = 10.0608826, M1 = 0.1126904, M2 = 1.1745148, M3 = 16.0196311;
        const double Alpha = 5.2669679, Beta = 0.03207892, Tau = 0.12855613;
        var decays = A1 * Math.Exp(-M1 * t) + A2 * Math.Exp(-M2 * t) + A3 * Math.Exp(-M3 * t);
        var passages = 0.0;
        for (var j = 0; t - j * Tau > 0; j++)
        {
            var (order, u) = ((j + 1) * Alpha + j, (t - j * Tau) / Beta);
            passages += Math.Exp(order * Math.Log(u) - u - SpecialFunctions.GammaLn(order + 1)) / Beta;
        }

        return decays * passages;
    }

    /// <summary>Model B of McGrath 2009: (A1 + A2) t/t0 up to t0, then A1 exp(−k1 (t − t0)) + A2 exp(−k2 (t − t0)); seconds.</summary>
    private static double McGrath(double t)
    {
        const double A1 = 3.4, K1 = 0.045, A2 = 1.81, K2 = 0.0015, T0 = 7;
        return t <= T0 ? (A1 + A2) * t / T0 : A1 * Math.Exp(-K1 * (t - T0)) + A2 * Math.Exp(-K2 * (t - T0));
    }
}
