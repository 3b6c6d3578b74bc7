using System.Text.Json;
using Etalon.Assays.Suv;
using Etalon.Metrology;

namespace Etalon.Study.Curves;

/// <summary>
/// <c>etalon fit suv</c>: the factors by which real values of a PET series become SUV, from headers alone. Each factor is that of the first
/// instance; where instances differ, a list of all is given too. A kind that the header does not support has no value and its reason as status.
/// </summary>
public sealed class SuvCurve : ICurveModel
{
    /// <inheritdoc/>
    public string Name => "suv";

    /// <inheritdoc/>
    public CurveAnswer Fit(CurveQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        if (question.Of("instances") is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() == 0 || list.EnumerateArray().Any(i => i.ValueKind != JsonValueKind.Object))
        {
            throw new CurveException("instances", question.Has("instances") ? "something else" : "nothing", "a list of objects of DICOM keywords, at least one");
        }

        var headers = list.EnumerateArray().Select(SuvInstances.Header).ToList();
        var evidence = new SuvEvidence { DoseUnit = DoseUnit(question) };
        var outcomes = SuvKindInfo.All.Select(k => (Kind: k, Outcome: SuvRule.Of(headers, k.Kind, evidence))).ToList();
        var main = outcomes.Find(o => o.Outcome.Factor is not null);
        return main.Outcome.Factor is { } factor ? Answer(factor, outcomes, headers[0].Units) : Refused(outcomes[0].Outcome.Refusal!);
    }

    private static Unit? DoseUnit(CurveQuestion question)
    {
        if (!question.Has("dose_unit"))
        {
            return null;
        }

        return question.Of("dose_unit") is { ValueKind: JsonValueKind.String } e && Unit.TryParse(e.GetString()!, out var unit) && unit!.IsCommensurableWith(Unit.Parse("Bq")) ? unit
            : throw new CurveException("dose_unit", "no unit of activity", "a unit of activity, for example MBq");
    }

    private static CurveAnswer Answer(SuvFactor main, List<(SuvKindInfo Kind, (SuvFactor? Factor, SuvRefusal? Refusal) Outcome)> outcomes, string? units)
    {
        var scalars = outcomes.Select(o => new CurveScalar(
            o.Kind.Factor, o.Outcome.Factor?.Factors[0], o.Outcome.Factor is { } f ? f.Factors[0] * SuvUncertainty.Of(f).RelativeU : null, UnitOf(o.Kind, units))
        { Status = o.Outcome.Refusal?.Reason });
        var arrays = outcomes.Where(o => o.Outcome.Factor is { } f && f.Factors.Distinct().Count() > 1)
            .Select(o => new CurveArray(o.Kind.Factor + "s", [.. o.Outcome.Factor!.Factors.Select(x => (double?)x)], null, UnitOf(o.Kind, units)));
        return new CurveAnswer
        {
            Status = CurveAnswer.Ok,
            Scalars = [.. scalars],
            Arrays = [.. arrays],
            Texts =
            [
                ("rule", main.Rule), ("rule_name", main.RuleName),
                .. main.Assumptions.Select((a, n) => ($"assumption_{n + 1}", a)),
                .. outcomes.Where(o => o.Outcome.Refusal is not null).Select(o => (o.Kind.Factor + "_refused", $"found {o.Outcome.Refusal!.Found}; expected {o.Outcome.Refusal.Expected}")),
            ],
        };
    }

    private static CurveAnswer Refused(SuvRefusal refusal) => new()
    {
        Status = refusal.Reason,
        Texts = [("found", refusal.Found), ("expected", refusal.Expected), ("remedy", refusal.Remedy)],
    };

    /// <summary>UCUM unit of a factor: that of the SUV over that of the real values.</summary>
    private static string UnitOf(SuvKindInfo kind, string? units) => (units, kind.Kind) switch
    {
        ("BQML", SuvKind.BodySurface) => "cm2/Bq",
        ("BQML", _) => "g/Bq",
        ("CNTS", _) => kind.Unit,
        ("GML", SuvKind.BodySurface) => "cm2/g",
        ("CM2ML", not SuvKind.BodySurface) => "g/cm2",
        _ => "1",
    };
}
