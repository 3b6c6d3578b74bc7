using Etalon.Numerics;

namespace Etalon.Assays.Habitats;

/// <summary>Finds habitats in a table of voxels.</summary>
public static class HabitatAnalysis
{
    /// <summary>Method and version.</summary>
    public const string Method = "habitats.noisy-mixture-potts/1";

    /// <summary>Voxels below which no habitat is sought: a covariance of three maps has six numbers.</summary>
    public const int FewestVoxels = 50;

    /// <summary>Difference of evidence (on the scale of −2 ln) by which a further habitat must win: odds of 20 to 1 (Kass and Raftery 1995: strong).</summary>
    private const double StrongEvidence = 6;

    /// <summary>Number of habitats by evidence: that with the least ICL, each voxel counting for its share of an independent draw.</summary>
    /// <param name="voxels">The table.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Ends the search.</param>
    public static IReadOnlyList<HabitatCandidate> Candidates(HabitatVoxels voxels, HabitatOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(voxels);
        ArgumentNullException.ThrowIfNull(options);
        return [.. Mixtures(voxels, options, cancellation).Select(m => m.Candidate)];
    }

    /// <summary>The number that candidates speak for.</summary>
    public static int Chosen(IReadOnlyList<HabitatCandidate> candidates)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        var best = candidates[0];
        foreach (var candidate in candidates.Skip(1))
        {
            best = candidate.Icl < best.Icl - StrongEvidence ? candidate : best;
        }

        return best.K;
    }

    /// <summary>Finds habitats.</summary>
    /// <param name="voxels">The table, at least <see cref="FewestVoxels"/> rows.</param>
    /// <param name="options">How.</param>
    /// <param name="onDraw">Receives the true values of each draw that counts, in the units of the maps, shape (voxels, maps); the array is used again.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="ArgumentException">Too few voxels, or a number of habitats out of range.</exception>
    public static HabitatModel Find(HabitatVoxels voxels, HabitatOptions options, Action<double[]>? onDraw = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(voxels);
        ArgumentNullException.ThrowIfNull(options);
        if (voxels.Count < FewestVoxels || options.MostHabitats < 1 || options.Habitats is < 1)
        {
            throw new ArgumentException($"{voxels.Count} voxels and {options.Habitats ?? options.MostHabitats} habitats: at least {FewestVoxels} and 1 are needed.");
        }

        var (x, variances, mean, scale) = voxels.Standardised();
        var fits = Mixtures(voxels, options, cancellation);
        var candidates = fits.ConvertAll(f => f.Candidate);
        var start = fits.Find(f => f.Candidate.K == (options.Habitats ?? Chosen(candidates))).Mixture;
        var sampler = new HabitatSampler(
            x, variances, voxels.Maps.Count, VoxelNeighbours.Of(voxels), SharedNoise.OfGrain(options.VoxelsPerDraw), Ordered(start, voxels.Maps.Count), new RandomStream(options.Seed, "habitats/draws"), options.IsSpatial);
        for (var sweep = 0; sweep < options.BurnIn; sweep++)
        {
            cancellation.ThrowIfCancellationRequested();
            sampler.Step();
        }

        var sums = new HabitatSums(voxels, sampler, mean, scale);
        for (var sweep = 0; sweep < options.Draws; sweep++)
        {
            cancellation.ThrowIfCancellationRequested();
            sampler.Step();
            sums.Add(onDraw);
        }

        return sums.Model(candidates);
    }

    private static List<(HabitatCandidate Candidate, HabitatMixture Mixture)> Mixtures(HabitatVoxels voxels, HabitatOptions options, CancellationToken cancellation)
    {
        voxels = VoxelBricks.AtMost(voxels, options.MostForEvidence, options.Seed);
        var (x, variances, _, _) = voxels.Standardised();
        var neighbours = options.IsSpatial ? VoxelNeighbours.Of(voxels) : null;
        var grain = Math.Max(1, options.VoxelsPerDraw);
        var independent = voxels.Count / grain;
        var fits = new List<(HabitatCandidate Candidate, HabitatMixture Mixture)>();
        for (var k = options.Habitats ?? 1; k <= (options.Habitats ?? options.MostHabitats); k++)
        {
            var mixture = HabitatMixture.Fit(x, variances, voxels.Maps.Count, k, options.Starts, neighbours, new RandomStream(options.Seed, $"habitats/start/{k}"), cancellation);
            var bic = -2 * mixture.LogLikelihood / grain + mixture.Parameters * Math.Log(independent);
            fits.Add((new HabitatCandidate(k, mixture.LogLikelihood, bic, bic + 2 * mixture.Entropy / grain), mixture));
            // Two more that each made it worse: a third would too.
            if (fits.Count > 2 && fits[^1].Candidate.Bic > fits[^2].Candidate.Bic && fits[^2].Candidate.Bic > fits[^3].Candidate.Bic)
            {
                break;
            }
        }

        return fits;
    }

    /// <summary>Habitats in order of the mean of the first map, so that their numbers mean the same each time.</summary>
    private static HabitatMixture Ordered(HabitatMixture m, int d)
    {
        var order = Enumerable.Range(0, m.K).OrderBy(c => m.Means[c * d]).ToArray();
        return m with
        {
            Weights = [.. order.Select(c => m.Weights[c])],
            Means = [.. order.SelectMany(c => m.Means.Skip(c * d).Take(d))],
            Covariances = [.. order.SelectMany(c => m.Covariances.Skip(c * d * d).Take(d * d))],
        };
    }
}
