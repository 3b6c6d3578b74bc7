using Etalon.Comparability;
using Etalon.Metrology;
using Xunit;

namespace Etalon.Tests.Comparability.Ledger;

/// <summary>The table itself: its figures against those printed, its checks, its priority of rows.</summary>
public sealed class LedgerTests
{
    private const string Row = "adc|EchoTime|ratio|power|exponent=-1|0.05..0.1|2|s|te|K|a source|words";

    [Theory]
    // Reference metrology, section 3, printed to 0.1 %: D = 1e-3, K = 0.8 from 800 to 1000; D = 0.7e-3, K = 1.1 from 500 to 1500.
    [InlineData("D=0.001 K=0.8", "0 800", "0 1000", -3.0)]
    [InlineData("D=0.0007 K=1.1", "0 500", "0 1500", -13.7)]
    public void Kurtosis_moves_adc_by_what_is_printed(string tissue, string from, string to, double percent)
    {
        var effect = Effect("adc", "DiffusionBValue", from, to, $"adc|DiffusionBValue|set|diffusion-signal|{tissue} f=0 Dstar=0.01|0 500|3|sk|b|X|printed|words");
        Assert.Equal(percent, 100 * (Math.Exp(effect.Mean) - 1), 0.05);
    }

    [Fact]
    public void T1_by_flip_angles_goes_as_the_inverse_square_of_b1()
    {
        // Printed in section 3: B1 of 0.9 reads 1000 ms as 809; both settings share B1, so two sets of angles agree.
        var effect = Effect("t1", "FlipAngle", "3 15", "2 20", "t1|FlipAngle|set|vfa|B1=0.9 T1=1 spoiling=0|3 15|X|sk|flip|X|printed|words");
        Assert.Equal(0, effect.U!.Value, 2e-3); // T1 ~ 1/B1² holds to second order in the angle
    }

    [Fact]
    public void Uptake_from_one_to_two_hours_adds_what_is_printed() =>
        // Median + 11.8 % (PMID 26426969); the exponent stands in the table with two digits.
        Assert.Equal(11.8, 100 * (Math.Exp(Effect("suvbw", "UptakeTime", "3600", "7200").Mean) - 1), 0.15);

    [Fact]
    public void Another_point_spread_model_moves_hot_spots_as_often_as_is_printed()
    {
        // EJNMMI Res 1:16, table 4: 93.2 % move by more than 10 %, 44.6 % by more than 20 %.
        var e = Effect("suvbw.max", "ReconstructionMethod", "OSEM", "OSEM PSF");
        double Beyond(double percent) => 100 * (1 - MathNet.Numerics.Distributions.Normal.CDF(e.Mean, e.Sd, Math.Log(1 + percent / 100)));
        Assert.Equal(93.2, Beyond(10), 0.5);
        Assert.Equal(44.6, Beyond(20), 0.5);
    }

    [Fact]
    public void Noise_bias_of_a_maximum_is_what_is_printed_at_one_and_five_minutes() =>
        // PMC3417317: + 30 % at 1 min, + 5 % at 5 min.
        Assert.Equal(Math.Log(1.30 / 1.05), Effect("suvbw.max", "ActualFrameDuration", "300", "60").Mean, 1e-12);

    [Fact]
    public void Field_strength_moves_t1_by_what_is_printed()
    {
        // 1.2 to 1.4 from 1.5 to 3 T: the middle of the logarithms, and a spread that reaches both ends.
        var e = Effect("t1", "MagneticFieldStrength", "1.5", "3");
        Assert.Equal(0.5 * (Math.Log(1.2) + Math.Log(1.4)), e.Mean, 0.005);
        Assert.InRange(e.Sd, 0.03, 0.06); // (ln 1.4 - ln 1.2) / √12 = 0.0445
    }

    [Fact]
    public void One_nuclide_is_not_another_and_rounding_of_a_half_life_is_nothing()
    {
        Assert.Equal(EffectShape.OtherMeasurand, Effect("suvbw", "RadionuclideHalfLife", "6586.2", "1223.4").Shape);
        // 6588 against 6586.2 s over 60 min: ln 2 × 3600 (1/6588 - 1/6586.2).
        Assert.Empty(Compare("suvbw", "RadionuclideHalfLife", "6586.2", "6588").Differences);
    }

    [Theory]
    [InlineData("Manufacturer", "SIEMENS", "Siemens Healthineers")]
    [InlineData("Radiopharmaceutical", "FDG", "FDG -- fluorodeoxyglucose")]
    [InlineData("RadionuclideCode", "^18^Fluorine", "18F")]
    [InlineData("CorrectedImage", "ATTN\\DECY\\SCAT\\RAN", "DECY\\ATTN\\RAN\\SCAT")]
    [InlineData("ScatterCorrectionMethod", "Model  based", "model based ")]
    public void One_thing_in_two_wordings_is_one(string attribute, string a, string b) => Assert.Empty(Compare("suvbw", attribute, a, b).Differences);

    [Theory]
    [InlineData("adc|Echo|ratio|power|exponent=1|1..2|2||g|K|s|w", "attribute 'Echo'")]
    [InlineData("adcc|EchoTime|ratio|power|exponent=1|1..2|2||g|K|s|w", "measurand 'adcc'")]
    [InlineData("adc@US|EchoTime|ratio|power|exponent=1|1..2|2||g|K|s|w", "measurand 'adc@US'")]
    [InlineData("adc|EchoTime|near|power|exponent=1|1..2|2||g|K|s|w", "relation 'near'")]
    [InlineData("adc|EchoTime|ratio|magic|exponent=1|1..2|2||g|K|s|w", "effect 'magic'")]
    [InlineData("adc|EchoTime|ratio|power|power=1|1..2|2||g|K|s|w", "parameter 'power=1'")]
    [InlineData("adc|EchoTime|ratio|power||1..2|2||g|K|s|w", "no exponent")]
    [InlineData("adc|EchoTime|ratio|power|exponent=x|1..2|2||g|K|s|w", "'x'")]
    [InlineData("adc|EchoTime|ratio|power|exponent=2..1|1..2|2||g|K|s|w", "'2..1'")]
    [InlineData("adc|EchoTime|ratio|power|exponent=1||2||g|K|s|w", "no plausible values")]
    [InlineData("adc|EchoTime|ratio|power|exponent=1|0..2|2||g|K|s|w", "plausible values '0..2'")]
    [InlineData("adc|Manufacturer|ratio|power|exponent=1|1..2|2||g|K|s|w", "relation of numbers for Manufacturer")]
    [InlineData("adc|EchoTime|ratio|power|exponent=1|1..2|4||g|K|s|w", "severity '4'")]
    [InlineData("adc|EchoTime|ratio|power|exponent=1|1..2|2|z|g|K|s|w", "marks 'z'")]
    [InlineData("adc|EchoTime|ratio|power|exponent=1|1..2|2|||K|s|w", "no group")]
    [InlineData("adc|EchoTime|ratio|power|exponent=1|1..2|2||g|Q|s|w", "evidence 'Q'")]
    [InlineData("adc|EchoTime|ratio|power|exponent=1|1..2|2||g|K||w", "no source")]
    [InlineData("adc|EchoTime|ratio", "3 cells")]
    public void A_wrong_row_is_told_with_file_and_line_and_nothing_of_the_file_counts(string row, string found)
    {
        var findings = new List<Finding>();
        var ledger = AcquisitionLedger.Default.With($"# head\n{Row}\n{row}\n", "mine.txt", findings);
        var finding = Assert.Single(findings);
        Assert.Equal((FindingCodes.LedgerInvalid, "mine.txt, line 3"), (finding.Code, finding.About));
        Assert.Contains(found, finding.Found, StringComparison.Ordinal);
        Assert.Same(AcquisitionLedger.Default, ledger);
    }

    [Fact]
    public void A_row_of_a_file_of_ones_own_counts_before_that_of_the_table()
    {
        Assert.Equal(Math.Log(0.5), Effect("adc", "EchoTime", "0.05", "0.1", Row).Mean, 1e-12);
        Assert.NotEqual(Math.Log(0.5), Effect("adc", "EchoTime", "0.05", "0.1").Mean, 1e-3);
    }

    [Fact]
    public void A_row_of_a_statistic_counts_before_that_of_its_measurand_and_that_before_one_of_all()
    {
        var ledger = AcquisitionLedger.Default;
        LedgerRow Of(string measurand, string attribute, string modality) => ledger.For(measurand, modality).Single(r => r.Lead == attribute);
        Assert.Equal("suvbw.max", Of("suvbw.max", "ReconstructionMethod", "PT").Measurand);
        Assert.Equal("suvbw", Of("suvbw.mean", "ReconstructionMethod", "PT").Measurand);
        Assert.Equal("adc", Of("adc.mean", "MagneticFieldStrength", "MR").Measurand);
        Assert.Equal("*@MR", Of("volume", "MagneticFieldStrength", "MR").Measurand);
        Assert.DoesNotContain(ledger.For("volume", "CT"), r => r.Lead == "MagneticFieldStrength");
    }

    [Fact]
    public void Every_row_has_a_source_and_words_and_every_measurand_a_repeatability()
    {
        Assert.All(AcquisitionLedger.Default.Rows, r => Assert.False(string.IsNullOrWhiteSpace(r.Source) || string.IsNullOrWhiteSpace(r.Words), r.Place));
        Assert.All(AcquisitionLedger.Default.Rows.Where(r => r.Measurand[0] != '*').Select(r => r.Measurand.Split('@')[0]).Distinct(), m => Assert.NotNull(AcquisitionLedger.Default.Repeatability(m)));
        Assert.Throws<ArgumentException>(() => new AcquisitionComparer("dose"));
    }

    private static AcquisitionComparison Compare(string measurand, string attribute, string from, string to, string? row = null)
    {
        var findings = new List<Finding>();
        var ledger = row is null ? AcquisitionLedger.Default : AcquisitionLedger.Default.With(row, "row", findings);
        Assert.Empty(findings);
        return new AcquisitionComparer(measurand, new ComparisonOptions { Ledger = ledger }).Compare(Headers.Of(measurand).With(attribute, from), Headers.Of(measurand).With(attribute, to));
    }

    private static LogEffect Effect(string measurand, string attribute, string from, string to, string? row = null) => Assert.Single(Compare(measurand, attribute, from, to, row).Differences).Effect;
}
