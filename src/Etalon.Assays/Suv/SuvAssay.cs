using Etalon.Assays.Maps;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;

namespace Etalon.Assays.Suv;

/// <summary>Maps of standardised uptake from a PET series: by body weight, and by other sizes of the body where they are asked for.</summary>
public sealed class SuvAssay : IMapAssay
{
    private static readonly string[] Publications =
    [
        "Reference time of DecayCorrection START: QIBA FDG-PET profile (series time, GE scan start, earliest acquisition) and Vácha and others, SUV manual of OncoRay (2026, back from the frame reference time), combined into one rule",
        "Enhanced PET, Units, SUVType, decay correction: DICOM PS3.3 C.8.9 and C.8.22",
    ];

    /// <summary>Which SUVs to make; the first is the main one.</summary>
    public IReadOnlyList<SuvKind> Kinds { get; init; } = [SuvKind.BodyWeight];

    /// <summary>UCUM unit of the administered activity that the user states against the standard's; null where they do not.</summary>
    public Unit? DoseUnit { get; init; }

    /// <inheritdoc/>
    public string Kind => "suv";

    /// <inheritdoc/>
    public MapOutcome Measure(MapInput input, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(input);
        var findings = new List<Finding>();
        var series = input.Series.Where(s => s.Modality == "PT" || s.Pet.Count > 0).Select(RecordedPet.Completed).OrderBy(Preference).ToList();
        if (series is not [var chosen, ..])
        {
            findings.Add(new Finding(FindingCodes.SuvNotPossible, Severity.Error, "suv", "no PET series", "a PET series with its headers", "Supply the DICOM objects of the PET."));
            return new MapOutcome { Findings = findings };
        }

        TellOthers(chosen, series.Skip(1), findings);
        var held = HeldBq(chosen);
        var made = Kinds.Select(k => Make(chosen, k, held, findings)).OfType<Made>().ToList();
        return made is not [var main, ..] ? new MapOutcome { Findings = findings, Inputs = [chosen] } : new MapOutcome
        {
            Maps = [.. made.SelectMany(m => Maps(chosen, m, cancellation))],
            Method = $"{SuvMap.Method}: {main.Factor.Rule}",
            Constants = [.. HeaderConstants(chosen), .. made.SelectMany(m => m.Uncertainty.Components).DistinctBy(c => c.Name)],
            Sources = Publications,
            Inputs = [chosen],
            Facts = [.. Facts(chosen, main)],
            Findings = findings,
        };
    }

    /// <summary>Corrected for attenuation before not, measurable before not, one frame before several; else the order of the input.</summary>
    private int Preference(MapSeries s) =>
        (IsUncorrected(s) ? 8 : 0) + (Factor(s, Kinds.Count > 0 ? Kinds[0] : SuvKind.BodyWeight, held: null).Factor is null ? 4 : 0) + (s.Frames.Count > 1 ? 2 : 0);

    private static bool IsUncorrected(MapSeries s) => s.Pet is [{ Corrections: { Count: > 0 } c }, ..] && !c.Contains("ATTN", StringComparer.Ordinal);

    private static void TellOthers(MapSeries chosen, IEnumerable<MapSeries> others, List<Finding> findings)
    {
        foreach (var other in others)
        {
            var isUncorrected = IsUncorrected(other);
            findings.Add(new Finding(
                FindingCodes.SeriesNotMeasured, isUncorrected ? Severity.Info : Severity.Warning, other.Name, isUncorrected ? "a PET series without attenuation correction" : "another PET series of the visit",
                "one PET series", $"{chosen.Name} was measured. Run the other one alone to measure it."));
        }
    }

    private (SuvFactor? Factor, SuvRefusal? Refusal) Factor(MapSeries s, SuvKind kind, double? held)
    {
        var info = SuvKindInfo.Of(kind);
        if (s.Pet.Count == 0)
        {
            return kind is SuvKind.BodyWeight or SuvKind.BodySurface && s.Unit is { } unit && unit.IsCommensurableWith(Unit.Parse(info.Unit))
                ? (new SuvFactor
                {
                    Kind = kind, Factors = [.. Enumerable.Repeat(unit.FactorTo(Unit.Parse(info.Unit)), s.Grid.Nz * s.Frames.Count)], Rule = $"given as SUV in {info.Unit}", RuleName = "stored-suv",
                    Assumptions = [$"The input does not say by which size of the body the SUV is; {info.Text} is taken, from its unit."],
                }, null)
                : (null, new SuvRefusal(SuvReason.NoHeader, "a PET series without its headers", "the headers of the objects, or values that are an SUV", "Supply the DICOM objects."));
        }

        return s.Pet.Count != s.Grid.Nz * s.Frames.Count
            ? (null, new SuvRefusal(SuvReason.SlicesDisagree, $"{s.Pet.Count} headers for {s.Frames.Count} volumes of {s.Grid.Nz} slices", "one header for each slice", "Supply all objects of the series."))
            : SuvRule.Of(s.Pet, kind, new SuvEvidence { HeldBq = held, DoseUnit = DoseUnit, TakesMegabecquerels = true, IsDynamic = s.Frames.Count > 1 });
    }

    /// <summary>Activity that the fullest frame holds, Bq; null where the values are not activity.</summary>
    private static double? HeldBq(MapSeries s)
    {
        if (s.Pet.Count != s.Grid.Nz * s.Frames.Count)
        {
            return null;
        }

        Func<PetHeader, double>? scale = s.Pet[0].Units switch
        {
            "BQML" => _ => 1,
            "CNTS" when s.Pet.All(p => p.PhilipsActivityFactor > 0) => p => p.PhilipsActivityFactor!.Value,
            _ => null,
        };
        if (scale is null)
        {
            return null;
        }

        var slice = s.Grid.Nx * s.Grid.Ny;
        var most = 0.0;
        for (var f = 0; f < s.Frames.Count; f++)
        {
            var held = 0.0;
            for (var k = 0; k < s.Grid.Nz; k++)
            {
                held += scale(s.Pet[f * s.Grid.Nz + k]) * Positive(s.Frames[f].Values.AsSpan(k * slice, slice));
            }

            most = Math.Max(most, held * s.Grid.VoxelVolumeMl);
        }

        return most;
    }

    private static double Positive(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var v in values)
        {
            sum += v > 0 ? v : 0;
        }

        return sum;
    }

    private Made? Make(MapSeries s, SuvKind kind, double? held, List<Finding> findings)
    {
        var (factor, refusal) = Factor(s, kind, held);
        if (factor is null)
        {
            findings.Add(new Finding(FindingCodes.SuvNotPossible, Severity.Error, $"{s.Name}: {SuvKindInfo.Of(kind).Map}", $"{refusal!.Found} ({refusal.Reason})", refusal.Expected, refusal.Remedy));
            return null;
        }

        foreach (var assumption in factor.Assumptions.Where(a => findings.TrueForAll(f => f.Found != a)))
        {
            findings.Add(new Finding(FindingCodes.ValueAssumed, Severity.Warning, s.Name, assumption, "a header that states it without contradiction", "Correct the header, and the SUV follows."));
        }

        return new Made(SuvKindInfo.Of(kind), factor, SuvUncertainty.Of(factor));
    }

    private static IEnumerable<NamedMap> Maps(MapSeries s, Made made, CancellationToken cancellation)
    {
        for (var f = 0; f < s.Frames.Count; f++)
        {
            cancellation.ThrowIfCancellationRequested();
            var frame = s.Frames.Count == 1 ? "" : FormattableString.Invariant($"frame-{f + 1:000}_");
            yield return new NamedMap(
                frame + made.Kind.Map, made.Kind.Measurand,
                $"Standardised uptake value by {made.Kind.Text}{(frame.Length == 0 ? "" : FormattableString.Invariant($", time frame {f + 1} of {s.Frames.Count}"))}. The uncertainty of a voxel is that of its storage alone: one image does not tell its noise",
                Map(s, f, made))
            {
                SharedRelativeU = made.Uncertainty.RelativeU,
                SharedSource = string.Join("; ", made.Uncertainty.Components.Select(c => FormattableString.Invariant($"{c.Name} {c.Value:0.000}"))),
            };
        }
    }

    private static ParametricMap Map(MapSeries s, int frame, Made made)
    {
        var (slice, source, unit) = (s.Grid.Nx * s.Grid.Ny, s.Frames[frame].Values, Unit.Parse(made.Kind.Unit));
        var (values, u, status) = (new float[source.Length], new float[source.Length], new VoxelStatus[source.Length]);
        for (var k = 0; k < s.Grid.Nz; k++)
        {
            var n = frame * s.Grid.Nz + k;
            var factor = made.Factor.Factors[n];
            // A stored number stands for all that round to it: uniform over one step.
            var step = n < s.Pet.Count && s.Pet[n].Slope is { } slope ? Math.Abs(slope) / Math.Sqrt(12) : s.StorageU;
            for (var at = k * slice; at < (k + 1) * slice; at++)
            {
                var isNumber = float.IsFinite(source[at]);
                (values[at], u[at], status[at]) = isNumber ? ((float)(source[at] * factor), (float)(step * factor), VoxelStatus.Ok) : (0, 0, VoxelStatus.InputMissing);
            }
        }

        return new ParametricMap(new Volume(s.Grid, values, unit), new Volume(s.Grid, u, unit), status, null);
    }

    private static IEnumerable<MapConstant> HeaderConstants(MapSeries s)
    {
        if (s.Pet is not [var h, ..])
        {
            yield break;
        }

        foreach (var (name, value, unit) in new[] { ("PatientWeight", h.WeightKg, "kg"), ("PatientSize", h.HeightM, "m"), ("RadionuclideTotalDose", h.Dose, "Bq"), ("RadionuclideHalfLife", h.HalfLifeS, "s") })
        {
            if (value is { } v)
            {
                yield return new MapConstant(name, v, unit, "header");
            }
        }
    }

    private static IEnumerable<(string Name, string Text)> Facts(MapSeries s, Made main)
    {
        yield return ("Rule", main.Factor.Rule);
        yield return ("RuleName", main.Factor.RuleName);
        yield return ("Noise", "The noise of a voxel is not known from one image and not part of its uncertainty.");
        if (s.Frames.Count > 1)
        {
            yield return ("FrameTimes", string.Join(", ", Enumerable.Range(0, s.Frames.Count).Select(f => FormattableString.Invariant($"{f + 1}: {s.Frames[f].TimeS?.ToString("0.#", System.Globalization.CultureInfo.InvariantCulture) ?? "not stated"} s"))));
        }
    }

    private sealed record Made(SuvKindInfo Kind, SuvFactor Factor, SuvUncertainty Uncertainty);
}
