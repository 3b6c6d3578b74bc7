using Etalon.Comparability;
using Xunit;

namespace Etalon.Tests.Comparability.Ledger;

/// <summary>Pairs of headers with one planted difference each, whose true effect was simulated apart from the ledger.</summary>
public sealed class PlantedDifferenceTests
{
    private const int Pairs = 200;

    [Fact]
    public void The_planted_difference_is_ranked_first()
    {
        var right = 0;
        foreach (var p in PlantedDifferences.Draw(Pairs, 20240))
        {
            var c = Compared(p);
            right += c.Differences is [var first, ..] && first.Attribute == p.Attribute ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{right} of {Pairs} ranked first");
        // The bar: 95 % of the pairs.
        Assert.True(right >= 0.95 * Pairs, $"{right} of {Pairs} ranked first");
    }

    [Fact]
    public void The_simulated_effect_lies_where_the_ledger_says()
    {
        var (inside, of, worst) = (0, 0, new List<string>());
        foreach (var p in PlantedDifferences.Draw(5 * Pairs, 77).Where(p => p.Truth is not null))
        {
            var effect = Compared(p).Differences.Single(d => d.Attribute == p.Attribute).Effect;
            // What the ledger takes for exact is exact to a thousandth.
            var isInside = Math.Abs(p.Truth!.Value - effect.Mean) <= 1.96 * effect.Sd + 1e-3;
            (inside, of) = (inside + (isInside ? 1 : 0), of + 1);
            if (!isInside)
            {
                worst.Add($"{p.Measurand} {p.Attribute} {p.From}->{p.To}");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{inside} of {of} inside; outside: {string.Join("; ", worst.GroupBy(w => w.Split(" ")[1]).Select(g => $"{g.Key} {g.Count()}"))}");
        // Priors are wide on purpose; narrower than 95 % would be a wrong spread. 0.93 is 95 % less three standard errors of 900 draws.
        Assert.True(inside >= 0.93 * of, $"{inside} of {of} inside; outside: {string.Join("; ", worst.Take(40))}");
    }

    [Fact]
    public void Identical_pairs_raise_no_alarm()
    {
        foreach (var measurand in new[] { "adc", "adc.mean", "t1", "ktrans", "suvbw", "suvbw.max", "volume", "diameter" })
        {
            var record = Headers.Of(measurand == "diameter" ? "volume" : measurand);
            // Another day, the same acquisition.
            var c = new AcquisitionComparer(measurand).Compare(record, record.With("StudyDateTime", "2024-09-01T11:12:13"));
            Assert.Empty(c.Differences);
            Assert.Empty(c.Unknown);
            Assert.Equal(Grade.A, c.Grade);
            Assert.Equal((0.0, 0.0), (c.UMismatch, c.Q));
        }
    }

    [Fact]
    public void A_missing_attribute_never_lowers_u()
    {
        foreach (var p in PlantedDifferences.Draw(66, 5))
        {
            var (a, b) = (Headers.Of(p.Measurand).With(p.Attribute, p.From), Headers.Of(p.Measurand).With(p.Attribute, p.To));
            var comparer = new AcquisitionComparer(p.Measurand);
            var whole = comparer.Compare(a, b);
            foreach (var name in a.Attributes.Where(x => x.Value is not null).Select(x => x.Name))
            {
                foreach (var (x, y) in new[] { (a.With(name, null), b), (a, b.With(name, null)), (a.With(name, null), b.With(name, null)) })
                {
                    var less = comparer.Compare(x, y);
                    Assert.True(
                        less.UMismatch is null || whole.UMismatch <= less.UMismatch + 1e-12 || IsAlternative(name),
                        $"{p}: without {name} u is {less.UMismatch} instead of {whole.UMismatch}");
                    // Of one state, what both visits leave unsaid beside it is not held against the pair; u has it.
                    Assert.True(less.Grade >= whole.Grade || (less.IsSameState && x[name] == y[name]), $"{p}: without {name} grade {less.Grade} instead of {whole.Grade}");
                }
            }
        }

        // Absent, these are told by another attribute that both visits have.
        static bool IsAlternative(string name) => name is "CorrectedImage" or "RadionuclideCode";
    }

    private static AcquisitionComparison Compared(Planted p) => new AcquisitionComparer(p.Measurand).Compare(Headers.Of(p.Measurand).With(p.Attribute, p.From), Headers.Of(p.Measurand).With(p.Attribute, p.To));
}
