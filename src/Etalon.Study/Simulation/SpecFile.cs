using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Metrology;
using Etalon.Treatment;
using Etalon.Twin;

namespace Etalon.Study.Simulation;

/// <summary>
/// Reads the SPEC of <c>etalon twin simulate</c> (docs/twin.md). It is strict: a field that is not known, a value out of its range or an image on
/// another grid ends it, since a simulation without what was meant looks like one with it.
/// </summary>
public static class SpecFile
{
    /// <summary>Longest simulation, days, and the most outputs.</summary>
    private const double LongestDays = 36525, MostOutputs = 10000;

    /// <summary>Most steps of one simulation.</summary>
    private const double MostSteps = 1e5;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The SPEC; other paths are relative to its folder.</param>
    /// <param name="allowOutside">Whether images may lie outside that folder.</param>
    /// <param name="threads">Threads of the run.</param>
    /// <param name="findings">Receives everything that is wrong.</param>
    /// <returns>Null where it cannot be simulated; the reasons are errors among the findings.</returns>
    /// <exception cref="CaseException">It is not JSON.</exception>
    public static SimulationSpec? Read(string path, bool allowOutside, int threads, List<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        using var document = JsonInput.Read(path, "SPEC");
        var fields = new SpecFields(document.RootElement, "SPEC", findings);
        var images = new SpecImages(Path.GetDirectoryName(Path.GetFullPath(path))!, allowOutside, findings);
        fields.Allow(
            "domain", "initial", "diffusivity_mm2_per_day", "proliferation_per_day", "capacity", "radiotherapy", "drugs", "surgery", "output_days", "scheme", "step_day");
        if (images.Read(fields.Text("domain"), "SPEC: domain") is not { } domain)
        {
            return null;
        }

        var mask = Mask.FromNonZero(domain);
        if (mask.Count == 0)
        {
            findings.Add(SpecFields.Invalid("SPEC: domain", "a mask without any voxel", "voxels other than 0 where tumour can live"));
            return null;
        }

        var outputs = Outputs(fields);
        var (drugs, sensitivities) = Drugs(fields);
        var (fractions, alpha, response, clearance) = Radiotherapy(fields, images, mask);
        var surgeries = Surgeries(fields, images);
        var (diffusion, diffusivity) = Diffusion(fields, images, mask);
        var (capacity, uniformCapacity) = Field(fields, images, mask, "capacity", 1, positive: true);
        var (factor, proliferation) = Field(fields, images, mask, "proliferation_per_day", null, positive: false);
        var initial = Initial(fields, images, mask, capacity, uniformCapacity);
        var options = Options(fields, threads);
        if (outputs.Count > 0 && outputs[^1] / options.LargestStepDays > MostSteps)
        {
            fields.Refuse("step_day", FormattableString.Invariant($"{options.LargestStepDays} for {outputs[^1]} days"), FormattableString.Invariant($"at most {MostSteps} steps"));
        }

        if (findings.Exists(f => f.Severity == Severity.Error))
        {
            return null;
        }

        var capacityField = capacity ?? (uniformCapacity == 1 ? null : Array.ConvertAll(mask.Inside, i => i ? uniformCapacity : 0));
        var model = new TumourModel(diffusion!, new TumourFields
        {
            ProliferationFactor = factor is null ? null : diffusion!.ToState(factor),
            Capacity = capacityField is null ? null : diffusion!.ToState(capacityField),
        });
        var spec = new SimulationSpec
        {
            Model = model,
            Initial = diffusion!.ToState(initial!),
            Parameters = new GrowthParameters
            {
                DiffusivityMm2PerDay = diffusivity, ProliferationPerDay = factor is null ? proliferation : 1, AlphaPerGy = alpha, Response = response,
                SensitivityPerDay = sensitivities, ClearancePerDay = clearance,
            },
            Schedule = new TreatmentSchedule(fractions, drugs) { Surgeries = surgeries },
            OutputDays = outputs,
            Options = options,
            Findings = findings,
            Inputs = images.Paths,
        };
        return IsCompatible(spec, findings) ? spec : null;
    }

    private static List<double> Outputs(SpecFields fields)
    {
        var days = fields.Numbers("output_days");
        if (days.Count == 0 || days.Count > MostOutputs || days[0] < 0 || days[^1] > LongestDays || days.Zip(days.Skip(1)).Any(d => !(d.First < d.Second)))
        {
            fields.Refuse("output_days", $"{days.Count} days", FormattableString.Invariant($"1 to {MostOutputs} days from 0 to {LongestDays}, ascending"));
        }

        return days;
    }

    private static (List<DrugOnDays> Drugs, List<double> Sensitivities) Drugs(SpecFields fields)
    {
        var (drugs, sensitivities) = (new List<DrugOnDays>(), new List<double>());
        foreach (var drug in fields.Objects("drugs"))
        {
            drug.Allow("name", "sensitivity_per_day", "decay_per_day", "reference_amount", "doses");
            var reference = drug.Number("reference_amount", null, double.Epsilon);
            var doses = drug.Objects("doses").Select(dose =>
            {
                dose.Allow("time_day", "amount");
                return new DoseOnDay(dose.Number("time_day", null, -LongestDays, LongestDays), dose.Number("amount", null, 0) / reference);
            }).OrderBy(d => d.Day).ToList();
            drugs.Add(new DrugOnDays(drug.Text("name") ?? "", drug.Number("decay_per_day", null, 0), doses));
            sensitivities.Add(drug.Number("sensitivity_per_day", null, 0));
        }

        return (drugs, sensitivities);
    }

    private static (List<FractionOnDay> Fractions, double Alpha, RadiationResponse Response, double? Clearance) Radiotherapy(SpecFields fields, SpecImages images, Mask domain)
    {
        if (fields.Object("radiotherapy") is not { } radiotherapy)
        {
            return ([], 0, new RadiationResponse(), null);
        }

        radiotherapy.Allow("alpha_per_Gy", "alpha_beta_Gy", "fractions", "repair_half_time_hours", "oxygen_mmHg", "clearance_half_time_days");
        var response = new RadiationResponse
        {
            AlphaBetaGy = radiotherapy.Number("alpha_beta_Gy", 10, double.Epsilon),
            RepairPerDay = Rate(radiotherapy, "repair_half_time_hours", 24),
        };
        response = Oxygen(radiotherapy, images, domain, response);
        var fractions = radiotherapy.Objects("fractions").Select(f =>
        {
            f.Allow("time_day", "dose_Gy", "dose_map", "duration_minutes");
            var map = f.Has("dose_map") ? images.Read(f.Text("dose_map"), $"{f.About}: dose_map", least: 0, unit: "Gy") : null;
            return new FractionOnDay(
                f.Number("time_day", null, -LongestDays, LongestDays), f.Has("dose_map") ? f.Number("dose_Gy", 0, 0) : f.Number("dose_Gy", null, 0))
            {
                DoseMapGy = map?.Values, DurationDays = f.Number("duration_minutes", 0, 0, 1440) / 1440,
            };
        }).OrderBy(f => f.Day).ToList();
        SpecRemarks.OnFractions(radiotherapy, fractions, response);
        return (fractions, radiotherapy.Number("alpha_per_Gy", null, 0), response, Rate(radiotherapy, "clearance_half_time_days", 1));
    }

    private static RadiationResponse Oxygen(SpecFields radiotherapy, SpecImages images, Mask domain, RadiationResponse response)
    {
        if (!radiotherapy.Has("oxygen_mmHg"))
        {
            return response;
        }

        if (!radiotherapy.IsText("oxygen_mmHg"))
        {
            return response with { OxygenFactor = RadiationResponse.OxygenFactorAt(radiotherapy.Number("oxygen_mmHg", null, 0, 760)) };
        }

        var map = images.Read(radiotherapy.Text("oxygen_mmHg"), "SPEC: radiotherapy: oxygen_mmHg", domain, 0, "mm[Hg]");
        return map is null ? response : response with { OxygenFactorMap = Array.ConvertAll(map.Values, p => (float)RadiationResponse.OxygenFactorAt(Math.Max(0, p))) };
    }

    private static double? Rate(SpecFields of, string halfTime, double perDay) =>
        of.Has(halfTime) ? Math.Log(2) * perDay / of.Number(halfTime, null, 1e-6) : null;

    private static List<SurgeryOnDay> Surgeries(SpecFields fields, SpecImages images) => fields.Objects("surgery").Select(s =>
    {
        s.Allow("time_day", "region", "removed");
        var region = images.Read(s.Text("region"), $"{s.About}: region");
        return new SurgeryOnDay(s.Number("time_day", null, 0, LongestDays), region is null ? [] : Array.ConvertAll(region.Values, v => v != 0), s.Number("removed", 1, 0, 1));
    }).OrderBy(s => s.Day).ToList();

    private static (DiffusionOperator? Operator, double Diffusivity) Diffusion(SpecFields fields, SpecImages images, Mask domain)
    {
        const string Name = "diffusivity_mm2_per_day";
        if (fields.IsText(Name))
        {
            return (images.Read(fields.Text(Name), $"SPEC: {Name}", domain, 0, "mm2/d") is { } map ? new HeterogeneousDiffusion(domain, Array.ConvertAll(map.Values, v => (double)v)) : null, 1);
        }

        if (fields.IsObject(Name))
        {
            return (Tissue(fields.Object(Name)!, images, domain), 1);
        }

        return (new FluxDiffusion(domain), fields.Number(Name, null, 0, 1e4));
    }

    private static DiffusionOperator? Tissue(SpecFields of, SpecImages images, Mask domain)
    {
        of.Allow("tissue", "white", "grey", "tensor");
        if (of.Has("tensor"))
        {
            return images.Tensors(of.Text("tensor"), $"{of.About}: tensor", domain) is { } tensors ? new TensorDiffusion(domain, tensors) : null;
        }

        var (white, grey) = (of.Number("white", null, 0, 1e4), of.Number("grey", null, 0, 1e4));
        if (images.Read(of.Text("tissue"), $"{of.About}: tissue") is not { } labels)
        {
            return null;
        }

        var strange = Enumerable.Range(0, labels.Values.Length).Count(n => domain.Inside[n] && labels.Values[n] is not (1 or 2));
        if (strange > 0)
        {
            of.Refuse("tissue", $"{strange} voxels of the domain with another label", "1 (white matter) or 2 (grey matter) in every voxel of the domain");
            return null;
        }

        return HeterogeneousDiffusion.FromTissue(domain, labels.Values, white, grey);
    }

    /// <summary>A number, or a map on the grid.</summary>
    private static (double[]? Map, double Uniform) Field(SpecFields fields, SpecImages images, Mask domain, string name, double? fallback, bool positive)
    {
        if (!fields.IsText(name))
        {
            return (null, fields.Number(name, fallback, positive ? double.Epsilon : 0, positive ? 1e6 : 100));
        }

        var map = images.Read(fields.Text(name), $"SPEC: {name}", domain, positive ? float.Epsilon : 0, positive ? "1" : "/d");
        return (map is null ? null : Array.ConvertAll(map.Values, v => (double)v), 1);
    }

    private static double[]? Initial(SpecFields fields, SpecImages images, Mask domain, double[]? capacity, double uniformCapacity)
    {
        if (images.Read(fields.Text("initial"), "SPEC: initial", domain, 0, "1") is not { } map)
        {
            return null;
        }

        var (above, outside) = (0, 0);
        for (var n = 0; n < map.Values.Length; n++)
        {
            above += domain.Inside[n] && map.Values[n] > (capacity?[n] ?? uniformCapacity) * (1 + 1e-6) ? 1 : 0;
            outside += !domain.Inside[n] && map.Values[n] != 0 ? 1 : 0;
        }

        if (above > 0)
        {
            fields.Refuse("initial", $"{above} voxels with more cells than the capacity", "density from 0 to the capacity (1 where none is given)");
        }

        if (outside > 0)
        {
            fields.Note(new Finding(
                FindingCodes.TumourOutsideDomain, Severity.Warning, "SPEC: initial", $"{outside} voxels with tumour outside the domain", "a tumour inside the domain",
                "They count as 0. Check both images."));
        }

        return Array.ConvertAll(map.Values, v => (double)v);
    }

    private static SimulationOptions Options(SpecFields fields, int threads)
    {
        var scheme = fields.Text("scheme", TwinSchemes.Exact);
        if (TwinSchemes.Of(scheme) is null)
        {
            fields.Refuse("scheme", $"'{JsonInput.Short(scheme ?? "")}'", $"{TwinSchemes.Exact} or {TwinSchemes.Rk38Compat}");
        }

        return new SimulationOptions
        {
            LargestStepDays = fields.Number("step_day", 1, 1e-4, 100), Scheme = TwinSchemes.Of(scheme) ?? TwinScheme.Exact, Threads = threads,
        };
    }

    private static bool IsCompatible(SimulationSpec spec, List<Finding> findings)
    {
        if (spec.Options.Scheme == TwinScheme.Exact)
        {
            return true;
        }

        findings.Add(new Finding(
            FindingCodes.ComparisonScheme, Severity.Warning, "SPEC: scheme", "rk38-compat", "exact",
            "This scheme counts drug doses too often and does not keep mass; it exists to compare with the output of another program. It states no time error."));
        if (spec.Model.ComparisonMisfit(spec.Parameters, spec.Schedule) is { } misfit)
        {
            findings.Add(SpecFields.Invalid("SPEC: scheme", $"rk38-compat with {misfit}", "one D, one k, a capacity of 1 and acute fractions of one dose each"));
            return false;
        }

        return true;
    }
}
