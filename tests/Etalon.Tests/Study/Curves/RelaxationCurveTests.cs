using System.Text.Json;
using Etalon.Study.Curves;
using Xunit;

namespace Etalon.Tests.Study.Curves;

/// <summary>t1-vfa, t1-ir and t2 as lines of <c>etalon fit</c>.</summary>
public sealed class RelaxationCurveTests
{
    private static CurveAnswer Answer(ICurveModel model, string line) => model.Fit(new CurveQuestion(JsonDocument.Parse(line).RootElement));

    private static CurveScalar Scalar(CurveAnswer answer, string name) => answer.Scalars.Single(s => s.Name == name);

    [Fact]
    public void A_voxel_of_the_OSIPI_brain_has_the_T1_of_its_reference()
    {
        // t1_brain_data.csv, "brain WM voxel 1": R1 0.91428 1/s, s0 12079.8721 by non-linear least squares.
        var answer = Answer(new VfaCurve(), """{"flip_deg":[2,5,12],"tr_s":0.0054,"signal":[367,605,458]}""");

        Assert.Equal(CurveAnswer.Ok, answer.Status);
        Assert.Equal(0.91428, Scalar(answer, "r1_per_s").Value!.Value, 3e-5); // digits of the table, and where its solver stopped
        Assert.Equal(12079.87, Scalar(answer, "s0").Value!.Value, 0.2);
        Assert.Equal(1, answer.Dof);
        Assert.Equal(["s0", "t1_s"], answer.CovarianceOf);
        Assert.Equal(Math.Pow(Scalar(answer, "t1_s").U!.Value, 2), answer.Covariance![1][1], 1e-12);
        var (lower, upper) = Scalar(answer, "t1_s").Interval!.Value;
        Assert.True(lower < 1 / 0.91428 && 1 / 0.91428 < upper);
        // One degree of freedom: t = 12.7, so the interval is much wider than two standard uncertainties, and not symmetric.
        Assert.True(upper - lower > 10 * Scalar(answer, "t1_s").U!.Value);
        Assert.Equal(1 / lower, Scalar(answer, "r1_per_s").Interval!.Value.Upper, 1e-12);
    }

    [Fact]
    public void A_T1_at_a_bound_has_no_value_and_an_interval_that_says_on_which_side()
    {
        var answer = Answer(new VfaCurve(), """{"flip_deg":[3,10,25],"tr_s":0.006,"signal":[1,10,40],"noise_sd":0.5}""");

        Assert.Equal("at-bound", answer.Status);
        Assert.Equal((null, "at-lower-bound"), (Scalar(answer, "t1_s").Value, Scalar(answer, "t1_s").Status));
        Assert.Equal("at-upper-bound", Scalar(answer, "r1_per_s").Status);
        Assert.Equal(0.001, Scalar(answer, "t1_s").Interval!.Value.Lower);
    }

    [Fact]
    public void Inversion_and_echoes_have_their_names_and_units()
    {
        var ti = new[] { 0.1, 0.4, 1.0, 2.5 };
        var ir = Answer(new InversionRecoveryCurve(), $$"""{"ti_s":[0.1,0.4,1.0,2.5],"tr_s":8,"signal":{{JsonSerializer.Serialize(ti.Select(t => Math.Abs(100 - 190 * Math.Exp(-t / 0.9))))}}}""");
        var te = new[] { 0.01, 0.03, 0.06, 0.1 };
        var t2 = Answer(new T2Curve(), $$"""{"te_s":[0.01,0.03,0.06,0.1],"signal":{{JsonSerializer.Serialize(te.Select(t => 70 * Math.Exp(-t / 0.055)))}},"noise_sd":0.01}""");

        Assert.Equal(0.9, Scalar(ir, "t1_s").Value!.Value, 1e-6);
        Assert.Equal("t1-ir.reduced-dimension.magnitude/1", ir.Texts.Single().Text);
        Assert.Equal(0.055, Scalar(t2, "t2_s").Value!.Value, 1e-6);
        Assert.Equal(("t2.rician-mean/1", "s"), (t2.Texts.Single().Text, Scalar(t2, "t2_s").Unit));
    }

    [Theory]
    [InlineData("t1-vfa", """{"flip_deg":[3,10],"tr_s":0.006,"signal":[1,2,3]}""", "signal")]
    [InlineData("t1-vfa", """{"flip_deg":[3,200],"tr_s":0.006,"signal":[1,2]}""", "flip_deg")]
    [InlineData("t1-vfa", """{"flip_deg":[3,100],"tr_s":0.006,"signal":[1,2],"b1":1.9}""", "flip_deg")]
    [InlineData("t1-vfa", """{"flip_deg":[3,3],"tr_s":0.006,"signal":[1,2]}""", "flip_deg")]
    [InlineData("t1-vfa", """{"flip_deg":[3,9],"tr_s":[0.006,-1],"signal":[1,2]}""", "tr_s")]
    [InlineData("t1-vfa", """{"flip_deg":[3,9],"tr_s":0.006,"signal":[1,2],"method":"best"}""", "method")]
    [InlineData("t1-ir", """{"ti_s":[0.1,0.2],"signal":[1,2]}""", "ti_s")]
    [InlineData("t1-ir", """{"ti_s":[0.1,0.2,0.3],"signal":[-1,2,3],"signed":false}""", "signal")]
    [InlineData("t1-ir", """{"ti_s":[0.1,0.2,0.3],"signal":[1,2,3],"model":"perfect-inversion"}""", "tr_s")]
    [InlineData("t2", """{"te_s":[0.1,0.2],"signal":[2,1],"skip_first":true}""", "te_s")]
    [InlineData("t2", """{"te_s":[0.1,0.2],"signal":[2,1],"floor":"rician"}""", "noise_sd")]
    public void A_line_that_cannot_be_used_names_its_field(string model, string line, string field)
    {
        var trouble = Assert.Throws<CurveException>(() => Answer(CurveModels.Create().Single(m => m.Name == model), line));
        Assert.Equal(field, trouble.Field);
    }
}
