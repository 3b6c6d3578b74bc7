using System.Globalization;
using Etalon.Tests.Support;
using Etalon.Treatment;
using Xunit;

namespace Etalon.Tests.Treatment;

/// <summary>Laws of repair and protraction that hold for every schedule, and values of another program.</summary>
[Trait("Kind", "Numeric")]
public sealed class RepairLawsTests
{
    private static readonly RadiationResponse Repairing = new() { AlphaBetaGy = 4.3, RepairPerDay = Math.Log(2) * 24 / 2.16 };

    [Theory]
    [InlineData(0.37)]
    [InlineData(0.0004)]
    [InlineData(0.998)]
    public void A_fraction_cut_in_two_without_a_pause_has_the_effect_of_the_whole(double share)
    {
        const double Day = 3.34, Dose = 7.2, Duration = 0.11;
        // An earlier and a later fraction meet the pieces as they meet the whole.
        FractionOnDay[] around = [new(3.21, 2.4) { DurationDays = 0.03 }, new(3.61, 1.9)];
        var whole = Total(Repairing, [.. around, new FractionOnDay(Day, Dose) { DurationDays = Duration }]);

        var pieces = Total(Repairing,
            [.. around, new FractionOnDay(Day, share * Dose) { DurationDays = share * Duration }, new FractionOnDay(Day + share * Duration, (1 - share) * Dose) { DurationDays = (1 - share) * Duration }]);

        // Rounding of day 3.4 is 4e-16; the series of small products end below 1e-12.
        Assert.Equal(whole, pieces, 1e-10);
    }

    [Fact]
    public void A_schedule_run_backwards_has_the_same_effect_in_all()
    {
        FractionOnDay[] there = [new(1.3, 2), new(1.42, 3.5) { DurationDays = 0.05 }, new(1.6, 1.1) { DurationDays = 0.2 }, new(2.05, 4)];
        var back = there.Select(f => f with { Day = 5 - f.Day - f.DurationDays });

        Assert.Equal(Total(Repairing, there), Total(Repairing, back), 1e-12);
    }

    [Fact]
    public void A_longer_pause_or_a_longer_fraction_never_kills_more()
    {
        double[] days = [0, 0.01, 0.04, 0.2, 0.9, 4];
        foreach (var (shorter, longer) in days.Zip(days.Skip(1)))
        {
            Assert.True(Pause(longer) < Pause(shorter), $"pause of {longer} d");
            Assert.True(Lasting(longer) < Lasting(shorter), $"duration of {longer} d");
        }

        double Pause(double gap) => Total(Repairing, [new(1.2, 2.2), new(1.2 + gap, 3.1)]);
        double Lasting(double duration) => Total(Repairing, [new(1.2, 5.3) { DurationDays = duration }]);
    }

    [Fact]
    public void Repair_at_once_leaves_independent_fractions_and_no_repair_one_dose()
    {
        FractionOnDay[] fractions = [new(1.31, 2), new(1.36, 1.8), new(1.9, 2.7)];

        Assert.Equal(6.5 + (4 + 3.24 + 7.29) / 4.3, Total(Repairing with { RepairPerDay = null }, fractions), 1e-12);
        // e^{−1000 · 0.05} = 2e-22 of the interaction is left.
        Assert.Equal(6.5 + (4 + 3.24 + 7.29) / 4.3, Total(Repairing with { RepairPerDay = 1000 }, fractions), 1e-12);
        // 1e-9 of the interaction is repaired in 0.6 days.
        Assert.Equal(6.5 + 6.5 * 6.5 / 4.3, Total(Repairing with { RepairPerDay = 1e-9 }, fractions), 1e-7);
    }

    [Fact]
    public void Two_acute_fractions_at_one_instant_are_one_where_repair_is_known()
    {
        Assert.Equal(5.1 + 5.1 * 5.1 / 4.3, Total(Repairing, [new(2.2, 2), new(2.2, 3.1)]), 1e-12);
    }

    [Fact]
    public void Acute_fractions_far_apart_add_up_to_the_biologically_effective_dose()
    {
        var response = new RadiationResponse { AlphaBetaGy = 10 };
        // 60 Gy in 30 is a BED of 72 Gy, 40 Gy in 15 one of 50.667 Gy (Fowler 1989).
        Assert.Equal(72, Total(response, Enumerable.Range(0, 30).Select(n => new FractionOnDay(26.34 + n / 5 * 7 + n % 5, 2))), 1e-12);
        Assert.Equal(50.666666666667, Total(response, Enumerable.Range(0, 15).Select(n => new FractionOnDay(n, 40.0 / 15))), 1e-11);
    }

    [Fact]
    public void Overlapping_fractions_are_refused_where_repair_is_known_and_only_there()
    {
        FractionOnDay[] overlapping = [new(1, 2) { DurationDays = 0.1 }, new(1.05, 2)];

        Assert.Throws<ArgumentException>(() => Total(Repairing, overlapping));
        Assert.Equal(1.05, Repairing.Overlap(new TreatmentSchedule(overlapping, []))!.Value.Day);
        Assert.Null((Repairing with { RepairPerDay = null }).Overlap(new TreatmentSchedule(overlapping, [])));
        Assert.Null(Repairing.Overlap(new TreatmentSchedule([overlapping[0], new(1.1, 2)], [])));
        // An acute one at the very beginning of a long one comes before it, in whatever order they are listed.
        Assert.Null(Repairing.Overlap(new TreatmentSchedule([overlapping[0], new(1, 2)], [])));
    }

    [Fact]
    public void Doses_and_durations_out_of_range_and_maps_of_different_sizes_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Total(Repairing, [new(1, -0.1)]));
        Assert.Throws<ArgumentException>(() => Total(Repairing, [new(1, double.NaN)]));
        Assert.Throws<ArgumentException>(() => Total(Repairing, [new(1, 2) { DurationDays = -0.01 }]));
        Assert.Throws<ArgumentException>(() => Total(Repairing, [new(1, 0) { DoseMapGy = [1, 2] }, new(2, 0) { DoseMapGy = [1, 2, 3] }]));
        Assert.Throws<ArgumentException>(() => Total(Repairing with { OxygenFactorMap = [1, 1, 1] }, [new(1, 0) { DoseMapGy = [1, 2] }]));
    }

    [Fact]
    public void Fractions_of_one_map_share_one_field_and_those_of_another_do_not()
    {
        float[] one = [1, 2.5f, 4], other = [1, 2.5f, 4];
        var effects = new RadiationResponse().EffectsOf(new TreatmentSchedule([new(1, 2) { DoseMapGy = one }, new(2, 3) { DoseMapGy = one }, new(3, 2) { DoseMapGy = other }], []));

        Assert.Same(effects[0].FieldGy, effects[1].FieldGy);
        Assert.NotSame(effects[0].FieldGy, effects[2].FieldGy);
        Assert.Equal([1, 2, 3], effects.Select(e => e.Day));
        // d + d²/10 in single precision.
        Assert.Equal([1.1f, 3.125f, 5.6f], effects[1].FieldGy!.Zip(effects[2].FieldGy!, (a, b) => a == b ? a : float.NaN));
    }

    [Fact]
    public void Schedules_differ_where_maps_durations_or_resections_do()
    {
        float[] map = [1, 2], boost = [1, 6];
        bool[] cut = [true, false];
        var given = new TreatmentSchedule([new(3.4, 2), new(4.4, 2) { DoseMapGy = map }], []) { Surgeries = [new SurgeryOnDay(1.5, cut)] };

        Assert.Null(TreatmentSchedule.FirstDifference([given, given with { Surgeries = [new SurgeryOnDay(1.5, cut)] }]));
        Assert.Equal(4.4, TreatmentSchedule.FirstDifference([given, given with { Fractions = [new(3.4, 2), new(4.4, 2) { DoseMapGy = boost }] }]));
        Assert.Equal(3.4, TreatmentSchedule.FirstDifference([given, given with { Fractions = [new(3.4, 2) { DurationDays = 0.02 }, new(4.4, 2) { DoseMapGy = map }] }]));
        Assert.Equal(1.5, TreatmentSchedule.FirstDifference([given, given with { Surgeries = [] }]));
    }

    [Fact]
    public void Repair_and_protraction_agree_with_the_values_of_another_program()
    {
        var checkedRows = 0;
        foreach (var row in Rows(SharedData.Path("rt", "golden", "repair.csv")))
        {
            double Hours(string name) => double.Parse(row[name], CultureInfo.InvariantCulture);
            if (row["kind"] == "thames_hm")
            {
                // m doses d: Σq = m d + m d² (1 + h)/(α/β).
                var (m, response) = (int.Parse(row["m"], CultureInfo.InvariantCulture), new RadiationResponse { AlphaBetaGy = 2, RepairPerDay = Math.Log(2) * 24 / Hours("thalf_h") });
                var total = Total(response, Enumerable.Range(0, m).Select(n => new FractionOnDay(0.3 + n * Hours("dt_h") / 24, 1.2)));
                Assert.Equal(Hours("value"), (total - 1.2 * m) * 2 / (m * 1.2 * 1.2) - 1, 1e-9);
                checkedRows++;
            }
            else if (row["kind"] == "lea_catcheside_G")
            {
                Assert.Equal(Hours("value"), RadiationResponse.Protraction(Math.Log(2) * 24 / Hours("thalf_h"), Hours("dt_h") / 24), 1e-9);
                checkedRows++;
            }
        }

        Assert.Equal(6, checkedRows);
    }

    [Fact]
    public void Survival_at_a_pressure_of_oxygen_agrees_with_the_values_of_another_program()
    {
        foreach (var row in Rows(SharedData.Path("rt", "golden", "oer.csv")))
        {
            double Value(string name) => double.Parse(row[name], CultureInfo.InvariantCulture);
            var factor = RadiationResponse.OxygenFactorAt(Value("pO2_mmHg"));
            Assert.Equal(Value("OMF"), factor, 1e-9);
            var effect = new RadiationResponse { AlphaBetaGy = 0.12 / 0.015, OxygenFactor = factor }.EffectsOf(new TreatmentSchedule([new(1.2, 2)], []));
            Assert.Equal(Value("SF_2Gy"), Math.Exp(-0.12 * effect[0].UniformGy), 1e-9);
            Assert.Equal(Value("dose_for_same_SF"), 2 / factor, 1e-9);
        }
    }

    private static double Total(RadiationResponse response, IEnumerable<FractionOnDay> fractions) =>
        response.EffectsOf(new TreatmentSchedule([.. fractions], [])).Sum(e => e.FieldGy is null ? e.UniformGy : e.FieldGy.Sum());

    private static IEnumerable<Dictionary<string, string>> Rows(string path)
    {
        var lines = File.ReadAllLines(path).Where(l => l.Length > 0).Select(l => l.Split(',')).ToList();
        return lines.Skip(1).Select(cells => lines[0].Zip(cells).ToDictionary(c => c.First, c => c.Second));
    }
}
