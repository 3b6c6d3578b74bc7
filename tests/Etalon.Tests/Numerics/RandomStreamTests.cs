using Etalon.Numerics;
using Etalon.Reference;
using Xunit;

namespace Etalon.Tests.Numerics;

/// <summary>The random stream is the published generator, and its normals have normal moments.</summary>
[Trait("Kind", "Numeric")]
public sealed class RandomStreamTests
{
    [Fact]
    public void The_nameless_stream_of_seed_zero_is_the_published_one()
    {
        var stream = new RandomStream(0, "");
        foreach (var expected in RandomNumbers.Xoshiro256StarStarFromZero)
        {
            Assert.Equal(expected, stream.NextBits());
        }
    }

    [Fact]
    public void Streams_of_nearby_seeds_and_names_do_not_resemble_each_other()
    {
        (ulong Seed, string Name)[] all = [(1, "noise/a"), (2, "noise/a"), (1, "noise/b"), (1, "a/noise"), (1, "noise/a "), (3, ""), (ulong.MaxValue, "noise/a")];
        var draws = all.Select(s => Draw(new RandomStream(s.Seed, s.Name))).ToList();
        for (var a = 0; a < all.Length; a++)
        {
            Assert.Equal(draws[a], Draw(new RandomStream(all[a].Seed, all[a].Name)));
            for (var b = 0; b < a; b++)
            {
                // A correlation of 4,000 pairs has a standard deviation of 1/63; four of them over 21 pairs.
                var correlation = draws[a].Zip(draws[b], (x, y) => x * y).Average();
                Assert.InRange(Math.Abs(correlation), 0, 4 / 63.0);
            }
        }

        static double[] Draw(RandomStream stream)
        {
            var values = new double[4000];
            stream.FillNormal(values);
            return values;
        }
    }

    [Fact]
    public void Normals_have_the_moments_and_tails_of_a_normal()
    {
        const int Count = 400_000;
        var values = new double[Count];
        new RandomStream(20240301, "moments").FillNormal(values);

        // Standard errors: √(1/n), √(2/n), √(6/n), √(24/n) for the four standardised moments; four of each.
        var root = 4 / Math.Sqrt(Count);
        Assert.Equal(0, values.Average(), root);
        Assert.Equal(1, values.Average(v => v * v), root * Math.Sqrt(2));
        Assert.Equal(0, values.Average(v => v * v * v), root * Math.Sqrt(15));
        Assert.Equal(3, values.Average(v => v * v * v * v), root * Math.Sqrt(96));
        Assert.Equal(0.05, values.Count(v => Math.Abs(v) > 1.959964) / (double)Count, root * Math.Sqrt(0.05));
        Assert.Equal(0.0026998, values.Count(v => Math.Abs(v) > 3) / (double)Count, root * Math.Sqrt(0.0027));
    }

    [Fact]
    public void Uniforms_lie_in_their_range_and_are_even()
    {
        var stream = new RandomStream(5, "uniform");
        var bins = new int[10];
        for (var n = 0; n < 100_000; n++)
        {
            var v = stream.NextUniform(-3, 7);
            Assert.InRange(v, -3, 7 - 1e-15);
            bins[(int)(v + 3)]++;
        }

        // χ² of 9 degrees of freedom exceeds 27.9 once in a thousand.
        Assert.InRange(bins.Sum(b => (b - 10_000.0) * (b - 10_000.0) / 10_000), 0, 27.9);
    }
}
