using Etalon.Comparability;
using Etalon.Imaging;
using Xunit;

namespace Etalon.Tests.Comparability.Ledger;

/// <summary>Grades and scanner states (reference: metrology, section 8.7).</summary>
public sealed class AcquisitionGradeTests
{
    [Fact]
    public void An_upgrade_is_a_new_state_in_every_measurand_and_an_uncalibrated_one_is_never_graded_a_or_b()
    {
        foreach (var measurand in new[] { "adc", "t1", "ktrans", "suvbw", "volume" })
        {
            var before = Headers.Of(measurand);
            var after = before.With("SoftwareVersions", "VE11E");
            Assert.NotEqual(ScannerState.Of(before, measurand), ScannerState.Of(after, measurand));
            var c = new AcquisitionComparer(measurand).Compare(before, after);
            Assert.True(c.Grade >= Grade.C, $"{measurand}: {c.Grade}");
            Assert.Equal("SoftwareVersions", c.Differences[0].Attribute);
        }
    }

    [Fact]
    public void No_pair_of_two_uncalibrated_states_is_graded_a_or_b()
    {
        foreach (var p in PlantedDifferences.Draw(99, 11))
        {
            var (a, b) = (Headers.Of(p.Measurand), Headers.Of(p.Measurand).With(p.Attribute, p.To));
            var c = new AcquisitionComparer(p.Measurand).Compare(a, b);
            Assert.True(c.IsSameState || c.Grade >= Grade.C, $"{p}: {c.Grade}");
        }
    }

    [Fact]
    public void A_calibration_of_both_states_takes_the_scanner_out_and_gives_b()
    {
        var (a, b) = (Headers.Of("adc"), Headers.Of("adc").With("DeviceSerialNumber", "45999"));
        CalibratedState[] states = [new(ScannerState.Of(a, "adc")!, "adc", 0.01), new(ScannerState.Of(b, "adc")!, "adc", 0.01)];
        var c = new AcquisitionComparer("adc", new ComparisonOptions { Calibrated = states }).Compare(a, b);
        Assert.Equal(Grade.B, c.Grade);
        Assert.True(c.Differences.Single().IsCalibratedOut);
        // 0.01 at both states over √2 × 2.89 %.
        Assert.Equal(0.01 / 0.0289, c.Q!.Value, 1e-9);
        // One of two is none.
        Assert.True(new AcquisitionComparer("adc", new ComparisonOptions { Calibrated = states[..1] }).Compare(a, b).Grade >= Grade.C);
        // What a phantom cannot show stays: another b-value.
        var other = b.With("DiffusionBValue", "0 1500");
        states[1] = new CalibratedState(ScannerState.Of(other, "adc")!, "adc", 0.01);
        Assert.True(new AcquisitionComparer("adc", new ComparisonOptions { Calibrated = states }).Compare(a, other).Grade >= Grade.C);
    }

    [Fact]
    public void Calibrating_is_named_where_it_would_lift_and_so_is_a_missing_attribute()
    {
        var (a, b) = (Headers.Of("adc"), Headers.Of("adc").With("DeviceSerialNumber", "45999"));
        var lift = new AcquisitionComparer("adc").Compare(a, b).Lift!;
        Assert.Null(lift.Attribute);
        Assert.Contains("calibration", lift.Action, StringComparison.Ordinal);
        Assert.Equal(Grade.B, lift.Grade);
        var missing = new AcquisitionComparer("adc").Compare(a, a.With("EchoTime", null));
        Assert.Equal(("EchoTime", Grade.A), (missing.Lift!.Attribute, missing.Lift.Grade));
        Assert.Null(new AcquisitionComparer("adc").Compare(a, a).Lift);
    }

    [Fact]
    public void A_critical_attribute_that_is_missing_gives_d_and_one_that_nothing_bounds_gives_x()
    {
        var adc = Headers.Of("adc");
        Assert.Equal(Grade.D, new AcquisitionComparer("adc").Compare(adc, adc.With("SoftwareVersions", null)).Grade);
        Assert.Equal(Grade.D, new AcquisitionComparer("adc").Compare(adc, adc.With("DiffusionBValue", null)).Grade);
        var suv = Headers.Of("suvbw");
        var x = new AcquisitionComparer("suvbw").Compare(suv, suv.With("PatientWeight", null));
        Assert.Equal((Grade.X, (double?)null, (double?)null), (x.Grade, x.Q, x.UMismatch));
        Assert.Equal("PatientWeight", x.Lift!.Attribute);
    }

    [Theory]
    [InlineData("suvbw", "Radiopharmaceutical", "FLT")]
    [InlineData("suvbw", "Units", "CNTS")]
    [InlineData("suvbw", "CorrectedImage", "DECY")]
    [InlineData("suvbw", "SUVType", "LBM")]
    [InlineData("suvbw", "DecayCorrection", "NONE")]
    [InlineData("t1", "ScanningSequence", "IR")]
    [InlineData("adc", "ImageType", "DERIVED\\PRIMARY\\FA")]
    public void Another_measurand_is_x(string measurand, string attribute, string to)
    {
        var record = Headers.Of(measurand);
        var c = new AcquisitionComparer(measurand).Compare(record, record.With(attribute, to));
        Assert.Equal((Grade.X, attribute), (c.Grade, c.Differences[0].Attribute));
    }

    [Fact]
    public void The_state_of_adc_is_the_one_that_runs_have_always_had()
    {
        var record = Headers.Of("adc");
        Assert.Equal(record.ScannerState(), ScannerState.Of(record, "adc.mean"));
        Assert.Null(ScannerState.Of(record.With("DeviceSerialNumber", null), "adc"));
        Assert.Null(ScannerState.Of(record.With("SoftwareVersions", " "), "adc"));
        // A sidecar's record has no modality.
        Assert.Equal(record.Only(Acquisition.DiffusionAttributes).ScannerState(), ScannerState.Of(record.Only(Acquisition.DiffusionAttributes), "adc"));
    }

    [Fact]
    public void What_is_part_of_a_state_depends_on_the_measurand()
    {
        var adc = Headers.Of("adc");
        Assert.NotEqual(ScannerState.Of(adc, "adc"), ScannerState.Of(adc.With("EchoTime", "0.09"), "adc"));
        Assert.Equal(ScannerState.Of(adc, "adc"), ScannerState.Of(adc.With("RepetitionTime", "6"), "adc"));
        var pet = Headers.Of("suvbw");
        Assert.NotEqual(ScannerState.Of(pet, "suvbw"), ScannerState.Of(pet.With("ReconstructionMethod", "PSF"), "suvbw"));
        Assert.Equal(ScannerState.Of(pet, "suvbw"), ScannerState.Of(pet.With("RadionuclideTotalDose", "1e8"), "suvbw"));
    }

    [Fact]
    public void Shares_add_to_the_mismatch_and_components_to_its_u()
    {
        var a = Headers.Of("adc");
        var c = new AcquisitionComparer("adc").Compare(a, a.With("SoftwareVersions", "VE11E").With("EchoTime", "0.1").With("NumberOfAverages", null));
        var mismatch = c.UMismatch!.Value * c.UMismatch.Value;
        Assert.Equal(mismatch / (mismatch + c.URepeat * c.URepeat), c.Differences.Concat(c.Unknown).Sum(e => e.Share), 1e-12);
        Assert.Equal(c.UMismatch.Value, Etalon.Metrology.Budget.Combine(c.Components), 1e-12);
        Assert.All(c.Components, x => Assert.True(x.IsMismatch));
    }
}
