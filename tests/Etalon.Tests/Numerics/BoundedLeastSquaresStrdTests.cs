using Etalon.Numerics;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Numerics;

/// <summary>The general fitter on all certified non-linear regressions of NIST, default options, from both of their starts.</summary>
[Trait("Kind", "Numeric")]
public sealed class BoundedLeastSquaresStrdTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [
        "Bennett5", "BoxBOD", "Chwirut1", "Chwirut2", "DanWood", "ENSO", "Eckerle4", "Gauss1", "Gauss2", "Gauss3", "Hahn1", "Kirby2", "Lanczos1", "Lanczos2",
        "Lanczos3", "MGH09", "MGH10", "MGH17", "Misra1a", "Misra1b", "Misra1c", "Misra1d", "Nelson", "Rat42", "Rat43", "Roszman1", "Thurber"];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_certified_minimum_and_its_standard_errors_are_reached_from_both_starts(string name)
    {
        var set = StrdCase.Read(SharedData.Path("metrology", "nist_strd", name + ".dat"));
        var problem = Problem(set);
        foreach (var start in set.Starts)
        {
            var fit = BoundedLeastSquares.Minimise(problem, start, cancellation: TestContext.Current.CancellationToken);
            var digits = Digits.Worst(fit.Parameters, set.Certified);
            var digitsOfErrors = Digits.Worst([.. set.Certified.Select((_, p) => fit.StandardError(p) ?? double.NaN)], set.StandardErrors);
            output.WriteLine(FormattableString.Invariant(
                $"{name}: {digits:0.0} digits, standard errors {digitsOfErrors:0.0}, {fit.Status}, {fit.Steps} steps, {fit.Starts} starts, {fit.Cost / set.ResidualSquares - 1:E1}, minima {string.Join(" ", fit.Minima.Select(m => FormattableString.Invariant($"{m.Cost:E6} ({m.Starts})")))}"));
            Assert.Equal(FitStatus.Converged, fit.Status);
            // The certificate has 11 digits.
            Assert.True(digits >= 9, $"{digits} digits");
            Assert.True(digitsOfErrors >= 8, $"{digitsOfErrors} digits of the standard errors");
        }
    }

    internal static CurveProblem<StrdFormula> Problem(StrdCase set) => new(new StrdFormula(set.Name, set.Certified.Length), set.ExactX, set.ExactY);
}
