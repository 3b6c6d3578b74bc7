using System.Text.Json;
using Etalon.Assays.Relaxation;

namespace Etalon.Study.Curves;

/// <summary><c>t1-vfa</c>: T1 from spoiled gradient echoes of several flip angles. Fields <c>flip_deg</c>, <c>tr_s</c> (a number, or one for each), <c>signal</c>, <c>b1</c>, <c>noise_sd</c>, <c>method</c>.</summary>
public sealed class VfaCurve : ICurveModel
{
    private static readonly string[] Methods = ["exact", "linear", "linear-weighted"];

    /// <inheritdoc/>
    public string Name => "t1-vfa";

    /// <inheritdoc/>
    public CurveAnswer Fit(CurveQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var flips = question.Numbers("flip_deg", 2);
        var signal = question.Numbers("signal", 2, "flip_deg");
        var tr = question.Of("tr_s") is { ValueKind: JsonValueKind.Array } ? question.Numbers("tr_s", 2, "flip_deg") : [question.Positive("tr_s")];
        var b1 = question.Positive("b1", 1);
        double? noise = question.Has("noise_sd") ? question.Positive("noise_sd") : null;
        var method = question.Word("method", Methods);
        Check(flips, tr, b1);
        if (method != "exact")
        {
            if (tr.Distinct().Count() > 1)
            {
                throw new CurveException("tr_s", "several repetition times", "one, as the straight line needs it; or the method exact");
            }

            var line = VfaLinear.Fit(flips, tr[0], signal, b1, method == "linear" ? VfaWeights.Equal : VfaWeights.Iterated);
            return RelaxationAnswer.Of(line, null, "t1_s", "r1_per_s", noise, method == "linear" ? "t1-vfa.linear/1" : "t1-vfa.linear-weighted/1");
        }

        var plan = new VfaFit(flips, tr);
        var fit = plan.Fit(signal, b1, noise);
        return RelaxationAnswer.Of(fit, plan.Interval(signal, fit, b1, noise), "t1_s", "r1_per_s", noise, "t1-vfa.exact-least-squares/1");
    }

    private static void Check(double[] flips, double[] tr, double b1)
    {
        foreach (var flip in flips)
        {
            if (!(flip is > 0 and < 180) || !(b1 * flip < 180))
            {
                throw new CurveException("flip_deg", FormattableString.Invariant($"{flip} degrees, b1 {b1}"), "angles between 0 and 180 degrees, as the spins see them too");
            }
        }

        if (Array.Find(tr, t => !(t > 0)) is var wrong && Array.Exists(tr, t => !(t > 0)))
        {
            throw new CurveException("tr_s", FormattableString.Invariant($"{wrong} s"), "times above 0");
        }

        if (flips.Distinct().Count() < 2 && tr.Distinct().Count() < 2)
        {
            throw new CurveException("flip_deg", FormattableString.Invariant($"{flips.Length} times {flips[0]} degrees"), "two different angles or more");
        }
    }
}
