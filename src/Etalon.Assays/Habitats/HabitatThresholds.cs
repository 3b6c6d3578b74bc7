namespace Etalon.Assays.Habitats;

/// <summary>Habitats by thresholds of one map: class n holds the true values from threshold n − 1 up to threshold n.</summary>
/// <param name="Name">As it is asked for.</param>
/// <param name="Map">Code of the measurand, <c>rcbv</c>.</param>
/// <param name="Thresholds">Increasing, in the unit of the measurand; or shares of the largest value where <paramref name="IsShareOfMaximum"/>.</param>
/// <param name="Classes">Names, one more than thresholds.</param>
/// <param name="IsShareOfMaximum">Whether thresholds are shares of the largest value seen in the region.</param>
/// <param name="Source">Where the thresholds come from.</param>
/// <param name="IsChecked">False where they were remembered and not checked against the source.</param>
public sealed record ThresholdRule(string Name, string Map, IReadOnlyList<double> Thresholds, IReadOnlyList<string> Classes, bool IsShareOfMaximum, string Source, bool IsChecked)
{
    /// <summary>The rules that are built in.</summary>
    public static IReadOnlyList<ThresholdRule> Named { get; } =
    [
        new("ftb", "rcbv", [1.0, 1.75], ["low", "intermediate", "high"], false, "Fractional tumour burden: rCBV 1.0 and 1.75 of enhancing voxels, Iv et al., AJNR Am J Neuroradiol 40:1649-1657 (2019)", false),
        new("suv-2.5", "suvbw", [2.5], ["below", "above"], false, "SUV 2.5 g/mL as the border of raised uptake, custom since Paulino and Johnstone, Int J Radiat Oncol Biol Phys 59:4-5 (2004)", false),
        new("suv-41", "suvbw", [0.41], ["below", "above"], true, "41 % of the largest voxel: EANM procedure guidelines for tumour imaging 2.0, Boellaard et al., Eur J Nucl Med Mol Imaging 42:328-354 (2015)", false),
    ];
}

/// <summary>Shares of the true values of a region beyond thresholds, with noise taken out of their distribution.</summary>
/// <remarks>
/// Counting what is seen is biased: noise carries more values over a threshold from the fuller side. Here the true values are drawn from the posterior of the noisy mixture, and each draw is counted.
/// </remarks>
public static class HabitatThresholds
{
    /// <summary>Method and version.</summary>
    public const string Method = "habitats.thresholds-of-true-values/1";

    /// <summary>Shares by a rule; the table must hold the rule's map.</summary>
    /// <param name="voxels">The table, at least <see cref="HabitatAnalysis.FewestVoxels"/> rows.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="options">How the distribution of true values is found; its number of habitats is that of the mixture behind.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="ArgumentException">The table does not hold the map, or is too small.</exception>
    public static HabitatModel Find(HabitatVoxels voxels, ThresholdRule rule, HabitatOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(voxels);
        ArgumentNullException.ThrowIfNull(rule);
        var (map, d, n, k) = (voxels.Maps.ToList().IndexOf(rule.Map), voxels.Maps.Count, voxels.Count, rule.Classes.Count);
        if (map < 0)
        {
            throw new ArgumentException($"Rule '{rule.Name}' needs {rule.Map}; the table holds {string.Join(", ", voxels.Maps)}.");
        }

        var most = Enumerable.Range(0, n).Max(i => voxels.Values[i * d + map]);
        double[] thresholds = [.. rule.Thresholds.Select(t => rule.IsShareOfMaximum ? t * most : t)];
        int Class(double value) => thresholds.Count(t => value >= t);
        var (counts, draws) = (new float[n * k], Enumerable.Range(0, voxels.Places.Count * k).Select(_ => new List<float>()).ToArray());
        var behind = HabitatAnalysis.Find(voxels, options, truth =>
        {
            for (var s = 0; s < voxels.Places.Count; s++)
            {
                var (first, count) = voxels.Rows[s];
                var inClass = new int[k];
                for (var i = first; i < first + count; i++)
                {
                    var c = Class(truth[i * d + map]);
                    inClass[c]++;
                    counts[i * k + c]++;
                }

                for (var c = 0; c < k; c++)
                {
                    draws[s * k + c].Add(count > 0 ? (float)inClass[c] / count : 0);
                }
            }
        }, cancellation);
        var counted = new double[voxels.Places.Count * k];
        for (var s = 0; s < voxels.Places.Count; s++)
        {
            var (first, count) = voxels.Rows[s];
            for (var i = first; i < first + count; i++)
            {
                counted[s * k + Class(voxels.Values[i * d + map])] += 1.0 / count;
            }
        }

        return behind with
        {
            Names = rule.Classes,
            Habitats = [.. Enumerable.Range(0, k).Select(c => MeanOf(voxels, counts, k, c))],
            Probabilities = Array.ConvertAll(counts, v => v / options.Draws),
            Fractions = [.. draws.Select((f, e) => HabitatSums.Fraction(voxels.Places[e / k].Scan, e % k, f))],
            Counted = counted,
            ExpectedRand = [],
        };
    }

    /// <summary>Mean and spread of what is seen, each voxel weighted by its probability.</summary>
    private static Habitat MeanOf(HabitatVoxels voxels, float[] counts, int k, int c)
    {
        var d = voxels.Maps.Count;
        var (weight, mean, square) = (0.0, new double[d], new double[d]);
        for (var i = 0; i < voxels.Count; i++)
        {
            weight += counts[i * k + c];
            for (var m = 0; m < d; m++)
            {
                mean[m] += counts[i * k + c] * voxels.Values[i * d + m];
                square[m] += counts[i * k + c] * voxels.Values[i * d + m] * voxels.Values[i * d + m];
            }
        }

        if (weight == 0)
        {
            return new Habitat([], [], []);
        }

        double[] sd = [.. Enumerable.Range(0, d).Select(m => Math.Sqrt(Math.Max(0, square[m] / weight - mean[m] / weight * (mean[m] / weight))))];
        return new Habitat([.. mean.Select(m => m / weight)], [], sd);
    }
}
