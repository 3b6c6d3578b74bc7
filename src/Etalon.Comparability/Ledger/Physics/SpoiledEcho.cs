using Etalon.Assays.Relaxation;
using Etalon.Imaging;

namespace Etalon.Comparability;

/// <summary>Readings of spoiled gradient echoes whose flip angles are not quite what they are called: S = sin α (1 − E1) / (1 − cos α E1), E1 = exp(−TR / T1).</summary>
internal static class SpoiledEcho
{
    private const double UsualTrS = 0.006;
    private const double UsualFlipDeg = 12;

    /// <summary>
    /// T1 of two sets of flip angles (or repetition times) by a line through S/sin α against S/tan α (Fram, Magn Reson Imaging 5:201, 1987) where the true angles are B1 times the
    /// nominal ones, the same B1 at both; beside it what incomplete spoiling leaves open. T1 goes as 1/B1² then, whatever the angles.
    /// </summary>
    public static LogEffect VariableFlip(EffectQuestion q)
    {
        var (a, b) = (Flips(q.A), Flips(q.B));
        var spoiling = q.Row["spoiling"].Middle;
        if (a.Count < 2 || b.Count < 2)
        {
            return LogEffect.Spread(2 * spoiling);
        }

        var (trA, trB) = (EffectQuestion.Number(q.A, "RepetitionTime", UsualTrS), EffectQuestion.Number(q.B, "RepetitionTime", UsualTrS));
        var values = new List<double>();
        foreach (var b1 in q.Row["B1"].Nodes(5))
        {
            foreach (var t1 in q.Row["T1"].Nodes(4))
            {
                if (Fitted(b, trB, t1, b1) is { } ofB && Fitted(a, trA, t1, b1) is { } ofA)
                {
                    values.Add(Math.Log(ofB / ofA));
                }
            }
        }

        if (values.Count == 0)
        {
            return LogEffect.Unbounded;
        }

        var effect = LogEffect.Of(values);
        return effect with { Sd = Math.Sqrt(effect.Sd * effect.Sd + spoiling * spoiling), Shape = EffectShape.Normal };
    }

    /// <summary>Concentration from an enhancement, with an error of B1 of its own at each visit where the settings differ.</summary>
    public static LogEffect Concentration(EffectQuestion q)
    {
        var values = new List<double>();
        var (settingA, settingB) = (Setting(q.A), Setting(q.B));
        foreach (var b1 in q.Row["B1"].Nodes(5))
        {
            foreach (var t1 in q.Row["T1"].Nodes(3))
            {
                foreach (var c in q.Row["C"].Nodes(3))
                {
                    if (Read(settingB, t1, c, q.Row["r1"].Middle, b1) is { } ofB && Read(settingA, t1, c, q.Row["r1"].Middle, b1) is { } ofA)
                    {
                        values.Add(Math.Log(ofB / ofA));
                    }
                }
            }
        }

        return values.Count == 0 ? LogEffect.Unbounded : LogEffect.Of(values);
    }

    private static (double Flip, double TrS) Setting(Acquisition of) => (EffectQuestion.Number(of, "FlipAngle", UsualFlipDeg) * Math.PI / 180, EffectQuestion.Number(of, "RepetitionTime", UsualTrS));

    private static List<double> Flips(Acquisition of) => [.. (of.Find("FlipAngle")?.Numbers ?? []).Where(f => f > 0).Distinct().Select(f => f * Math.PI / 180)];

    private static double Signal(double flip, double tr, double r1) => SpoiledGradientEcho.Signal(1, 1 / r1, double.RadiansToDegrees(flip), tr);

    private static double? Fitted(List<double> flips, double tr, double t1, double b1)
    {
        var points = flips.Select(f => (X: Signal(b1 * f, tr, 1 / t1) / Math.Tan(f), Y: Signal(b1 * f, tr, 1 / t1) / Math.Sin(f))).ToList();
        var (x, y) = (points.Average(p => p.X), points.Average(p => p.Y));
        var slope = points.Sum(p => (p.X - x) * (p.Y - y)) / points.Sum(p => (p.X - x) * (p.X - x));
        return slope is > 0 and < 1 ? -tr / Math.Log(slope) : null;
    }

    private static double? Read((double Flip, double TrS) at, double t1, double c, double relaxivity, double b1)
    {
        var enhancement = Signal(b1 * at.Flip, at.TrS, 1 / t1 + relaxivity * c) / Signal(b1 * at.Flip, at.TrS, 1 / t1);
        var s = enhancement * Signal(at.Flip, at.TrS, 1 / t1);
        var e1 = (Math.Sin(at.Flip) - s) / (Math.Sin(at.Flip) - s * Math.Cos(at.Flip));
        return e1 is > 0 and < 1 && (-Math.Log(e1) / at.TrS - 1 / t1) / relaxivity is > 0 and var read ? read : null;
    }
}
