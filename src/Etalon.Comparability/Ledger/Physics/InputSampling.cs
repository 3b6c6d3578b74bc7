using Etalon.Assays.Dce;
using Etalon.Imaging;

namespace Etalon.Comparability;

/// <summary>What Ktrans loses where frames are long: the peak of the arterial input is averaged away.</summary>
internal static class InputSampling
{
    private const double FineS = 0.5;
    private const double EndS = 300;
    private const double Hematocrit = 0.42;

    /// <summary>
    /// Tofts' model under Parker's input, both averaged over frames, fitted by the linear form C = Ktrans ∫Cp − kep ∫C (Murase, Magn Reson Med 51:858, 2004). The phase of the
    /// first frame against the bolus is not known and is averaged over.
    /// </summary>
    public static LogEffect Effect(EffectQuestion q)
    {
        if (Frame(q.A) is not { } a || Frame(q.B) is not { } b)
        {
            return LogEffect.Unbounded;
        }

        var values = new List<double>();
        foreach (var ktrans in q.Row["Ktrans"].Nodes(2))
        {
            foreach (var ve in q.Row["ve"].Nodes(2))
            {
                foreach (var phase in new[] { 0.125, 0.375, 0.625, 0.875 })
                {
                    if (Fitted(b, phase, ktrans, ve) is > 0 and var ofB && Fitted(a, phase, ktrans, ve) is > 0 and var ofA)
                    {
                        values.Add(Math.Log(ofB / ofA));
                    }
                }
            }
        }

        return values.Count == 0 ? LogEffect.Unbounded : LogEffect.Of(values);
    }

    private static double? Frame(Acquisition of) => of.Find("TemporalResolution")?.Number is { } s and > 0 and <= 60 ? s : null;

    private static double? Fitted(double frameS, double phase, double ktransPerMin, double ve)
    {
        var (k, kep) = (ktransPerMin / 60, ktransPerMin / 60 / ve);
        var fine = (int)(EndS / FineS);
        var (cp, ct) = (new double[fine], new double[fine]);
        var tissue = 0.0;
        for (var n = 0; n < fine; n++)
        {
            cp[n] = PopulationInput.BloodMm(PopulationInputKind.Parker, n * FineS, delayS: phase * frameS) / (1 - Hematocrit);
            tissue += FineS * (k * cp[n] - kep * tissue);
            ct[n] = tissue;
        }

        var (sampledP, sampledT) = (Averaged(cp, frameS), Averaged(ct, frameS));
        var (integralP, integralT) = (0.0, 0.0);
        var (pp, pt, tt, py, ty) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (var n = 1; n < sampledP.Count; n++)
        {
            integralP += 0.5 * frameS * (sampledP[n] + sampledP[n - 1]);
            integralT += 0.5 * frameS * (sampledT[n] + sampledT[n - 1]);
            (pp, pt, tt) = (pp + integralP * integralP, pt + integralP * integralT, tt + integralT * integralT);
            (py, ty) = (py + integralP * sampledT[n], ty + integralT * sampledT[n]);
        }

        var determinant = pp * tt - pt * pt;
        return determinant > 1e-12 * pp * tt ? 60 * (py * tt - ty * pt) / determinant : null;
    }

    private static List<double> Averaged(double[] curve, double frameS)
    {
        var result = new List<double>();
        for (var n = 0; (n + 1) * frameS <= EndS + 1e-9; n++)
        {
            var (from, to) = ((int)(n * frameS / FineS), Math.Max((int)(n * frameS / FineS) + 1, (int)((n + 1) * frameS / FineS)));
            result.Add(curve.AsSpan(from, Math.Min(to, curve.Length) - from).ToArray().Average());
        }

        return result;
    }
}
