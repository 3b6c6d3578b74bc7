using System.Text.Json.Nodes;
using Etalon.Cases;
using Etalon.Imaging;

namespace Etalon.Phantoms;

/// <summary>What etalon.json, truth.json, treatment.json and dataset_description.json of a virtual study say.</summary>
internal static class StudyFiles
{
    public static JsonObject DatasetDescription(string name, bool isDerivative) => new()
    {
        ["Name"] = name, ["BIDSVersion"] = "1.9.0", ["DatasetType"] = isDerivative ? "derivative" : "raw",
        ["GeneratedBy"] = new JsonArray(new JsonObject { ["Name"] = "Etalon.Phantoms", ["Description"] = "Virtual patient with known truth; no person was scanned." }),
    };

    /// <param name="phantomSessions">Labels.</param>
    /// <param name="retestSubjects">Labels; each has the sessions test and retest.</param>
    /// <param name="phantomRelativeU">Of each reference value.</param>
    public static JsonObject Study(IReadOnlyList<string> phantomSessions, IReadOnlyList<string> retestSubjects, double phantomRelativeU)
    {
        var reference = new JsonObject();
        for (var vial = 0; vial < DiffusionPhantom.Vials; vial++)
        {
            var adc = DiffusionPhantom.Reference(vial);
            reference[DiffusionPhantom.Name(vial)] = new JsonObject { ["adc_mm2_per_s"] = adc, ["u_mm2_per_s"] = adc * phantomRelativeU };
        }

        var phantoms = phantomSessions.Count == 0 ? new JsonArray() : new JsonArray(new JsonObject
        {
            ["subject"] = VirtualStudy.PhantomSubject, ["sessions"] = Strings(phantomSessions), ["reference"] = reference, ["temperature_celsius"] = 0,
        });
        return new JsonObject
        {
            ["schema"] = "etalon-study-1", ["phantoms"] = phantoms,
            ["test_retest"] = new JsonArray([.. retestSubjects.Select(s => new JsonObject { ["subject"] = s, ["sessions"] = Strings(["test", "retest"]) })]),
            ["density"] = new JsonObject
            {
                ["adc_free_water_mm2_per_s"] = Tissue.FreeWaterAdcMm2PerS, ["adc_capacity_mm2_per_s"] = 0.0,
                ["source"] = "Etalon.Phantoms: the virtual tumour's ADC is water times (1 - N) where N exceeds 0.10",
            },
            ["truth"] = "truth.json", ["virtual"] = true,
        };
    }

    public static JsonObject Truth(VirtualTruth truth)
    {
        var repositioning = new JsonObject();
        foreach (var (session, transform) in truth.Repositioning)
        {
            repositioning[session] = new JsonObject
            {
                ["rotation_deg"] = Numbers(transform.RotationDeg), ["translation_mm"] = Numbers(transform.TranslationMm),
            };
        }

        return new JsonObject
        {
            ["schema"] = "etalon-truth-1",
            ["visits"] = new JsonArray([.. truth.Visits.Select(v => new JsonObject
            {
                ["session"] = v.Session, ["time"] = BidsFolder.Instant(v.Time), ["volume_ml"] = v.VolumeMl,
                ["adc_mean_mm2_per_s"] = v.AdcMeanMm2PerS, ["cells_relative_ml"] = v.CellsRelativeMl,
            })]),
            ["parameters"] = new JsonObject
            {
                ["diffusivity_mm2_per_day"] = truth.Parameters.DiffusivityMm2PerDay, ["proliferation_per_day"] = truth.Parameters.ProliferationPerDay,
                ["alpha_per_Gy"] = truth.Parameters.AlphaPerGy, ["alpha_beta_Gy"] = truth.Parameters.Response.AlphaBetaGy,
                ["temozolomide.sensitivity_per_day"] = truth.Parameters.SensitivityPerDay[0],
            },
            ["scanner_gain"] = new JsonObject { ["state1"] = truth.GainOfState1, ["state2"] = truth.GainOfState2 },
            ["repositioning_convention"] = "x' = R x + t takes scanner coordinates (LPS, mm) of session 1 to those of the session; R = Rz Rx Ry",
            ["repositioning"] = repositioning,
        };
    }

    public static JsonObject Treatment(TreatmentGiven given) => new()
    {
        ["radiotherapy"] = new JsonArray([.. given.Fractions.Select(f => new JsonObject
        {
            ["time"] = BidsFolder.Instant(f.Time), ["dose_Gy"] = f.DoseGy, ["dose_map"] = null, ["target"] = f.Target,
        })]),
        ["drugs"] = new JsonArray([.. given.Drugs.Select(d => new JsonObject
        {
            ["name"] = d.Name, ["reference_amount"] = d.ReferenceAmount, ["unit"] = d.Unit,
            ["doses"] = new JsonArray([.. d.Doses.Select(x => new JsonObject { ["time"] = BidsFolder.Instant(x.Time), ["amount"] = x.Amount })]),
        })]),
        ["surgery"] = new JsonArray(),
    };

    private static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(v => JsonValue.Create(v))]);

    private static JsonArray Numbers(Vector3 v) => [v.X, v.Y, v.Z];
}
