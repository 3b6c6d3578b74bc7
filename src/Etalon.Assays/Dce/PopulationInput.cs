using MathNet.Numerics;

namespace Etalon.Assays.Dce;

/// <summary>Which published arterial input.</summary>
public enum PopulationInputKind
{
    /// <summary>Parker et al., Magn Reson Med 56:993–1000 (2006), table 1: man, 0.1 mmol/kg, blood.</summary>
    Parker,

    /// <summary>Georgiou et al., Magn Reson Med 81:1197–1204 (2019): man, 0.1 mmol/kg, blood.</summary>
    Georgiou,

    /// <summary>McGrath et al., Magn Reson Med 61:1173–1184 (2009), model B: rat, blood.</summary>
    McGrath,
}

/// <summary>Concentration of contrast agent in arterial blood as published for a population, mM.</summary>
public static class PopulationInput
{
    // Parker 2006, table 1: areas in mmol·min, times and widths in min, rates per min.
    private static readonly (double Area, double Width, double Time)[] ParkerPeaks = [(0.809, 0.0563, 0.17046), (0.330, 0.132, 0.365)];
    private const double ParkerAlpha = 1.050, ParkerBeta = 0.1685, ParkerS = 38.078, ParkerTau = 0.483;

    // Georgiou 2019 prints two or three digits of these (0.37, 0.33, 10.06 mM; 0.11, 1.17, 16.02 /min; 5.26; 0.032 and 0.129 min), which miss the authors' own curve by 2.5 %.
    // The further digits follow from that curve, to 0.003 %.
    private static readonly (double Mm, double PerMin)[] GeorgiouDecays = [(0.374303, 0.112690), (0.331186, 1.17451), (10.0609, 16.0196)];
    private const double GeorgiouAlpha = 5.26697, GeorgiouBetaMin = 0.0320789, GeorgiouTauMin = 0.128556;

    // McGrath 2009, model B: a straight rise of 7 s, then two decays.
    private const double McGrathPeakS = 7;
    private static readonly (double Mm, double PerS)[] McGrathDecays = [(3.4, 0.045), (1.81, 0.0015)];

    /// <summary>Concentration in blood.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="timeS">Time after the start of the published curve, s; before its delay there is none.</param>
    /// <param name="delayS">By how much the curve is later, s; negative: earlier.</param>
    /// <returns>mM.</returns>
    public static double BloodMm(PopulationInputKind kind, double timeS, double delayS = 0)
    {
        var t = timeS - delayS;
        return t < 0 ? 0 : kind switch
        {
            PopulationInputKind.Parker => Parker(t / 60),
            PopulationInputKind.Georgiou => Georgiou(t / 60),
            PopulationInputKind.McGrath => McGrath(t),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    private static double Parker(double t)
    {
        var sum = ParkerAlpha * Math.Exp(-ParkerBeta * t) / (1 + Math.Exp(-ParkerS * (t - ParkerTau)));
        foreach (var (area, width, time) in ParkerPeaks)
        {
            var z = (t - time) / width;
            sum += area / (width * Math.Sqrt(2 * Math.PI)) * Math.Exp(-0.5 * z * z);
        }

        return sum;
    }

    /// <summary>Three decays, which begin with the first passage and its recirculations, gamma variates that grow wider.</summary>
    private static double Georgiou(double t)
    {
        var decay = 0.0;
        foreach (var (mm, perMin) in GeorgiouDecays)
        {
            decay += mm * Math.Exp(-perMin * t);
        }

        var passages = 0.0;
        for (var n = 0; n * GeorgiouTauMin < t; n++)
        {
            var (alpha, x) = ((n + 1) * GeorgiouAlpha + n, t - n * GeorgiouTauMin);
            passages += Math.Exp(alpha * Math.Log(x) - x / GeorgiouBetaMin - (alpha + 1) * Math.Log(GeorgiouBetaMin) - SpecialFunctions.GammaLn(alpha + 1));
        }

        return decay * passages;
    }

    private static double McGrath(double t)
    {
        var sum = 0.0;
        foreach (var (mm, perS) in McGrathDecays)
        {
            sum += t <= McGrathPeakS ? mm * t / McGrathPeakS : mm * Math.Exp(-perS * (t - McGrathPeakS));
        }

        return sum;
    }
}
