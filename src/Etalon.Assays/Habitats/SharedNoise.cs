namespace Etalon.Assays.Habitats;

/// <summary>
/// Noise that neighbours in a slice share, as a conditional autoregression with precision κ(I − φW) over the four neighbours: each deviate, in units of its own standard deviation, has mean φΣ of its
/// neighbours' and variance 1/κ given them.
/// </summary>
/// <param name="Phi">Pull of a neighbour, 0 to below 1/4.</param>
/// <param name="Kappa">Precision given the neighbours, such that the variance of a voxel alone is 1.</param>
/// <remarks>
/// The spectral density is 1/(κ(1 − 2φ(cos a + cos b))); its mean over the lattice is the variance and its value at 0 the sum of all covariances, which is the number of voxels that share one independent draw
/// (<see cref="Maps.NoiseGrain"/>). Besag, J R Stat Soc B 36:192 (1974).
/// </remarks>
internal readonly record struct SharedNoise(double Phi, double Kappa)
{
    private const int Points = 256;

    /// <summary>Correlations reach a voxel or two: what the start was is forgotten.</summary>
    private const int MixingSweeps = 30;

    /// <summary>Noise with a stated grain: solved by bisection.</summary>
    /// <param name="voxelsPerDraw">At least 1; beyond 16 it counts as 16, where neighbours are alike to 0.9.</param>
    public static SharedNoise OfGrain(double voxelsPerDraw)
    {
        if (!(voxelsPerDraw > 1.001))
        {
            return new SharedNoise(0, 1);
        }

        var grain = Math.Min(voxelsPerDraw, 16);
        var (low, high) = (0.0, 0.25);
        for (var step = 0; step < 60; step++)
        {
            var phi = 0.5 * (low + high);
            (low, high) = 1 / ((1 - 4 * phi) * Variance(phi)) < grain ? (phi, high) : (low, phi);
        }

        return new SharedNoise(low, Variance(low));
    }

    /// <summary>Deviates of variance 1 for every voxel and map, by sweeps of the conditional law.</summary>
    public double[] Draw(VoxelNeighbours neighbours, int maps, Numerics.RandomStream random)
    {
        var deviates = new double[(neighbours.First.Length - 1) * maps];
        random.FillNormal(deviates);
        var sd = 1 / Math.Sqrt(Kappa);
        for (var sweep = 0; Phi > 0 && sweep < MixingSweeps; sweep++)
        {
            for (var i = 0; i < neighbours.First.Length - 1; i++)
            {
                for (var m = 0; m < maps; m++)
                {
                    var pull = 0.0;
                    for (var e = neighbours.First[i]; e < neighbours.First[i] + neighbours.InSlice[i]; e++)
                    {
                        pull += deviates[neighbours.Rows[e] * maps + m];
                    }

                    deviates[i * maps + m] = Phi * pull + sd * random.NextNormal();
                }
            }
        }

        return deviates;
    }

    /// <summary>Mean of 1/(1 − 2φ(cos a + cos b)) over both frequencies: one integral in closed form, the other by the midpoint rule, which converges geometrically for a periodic function.</summary>
    private static double Variance(double phi)
    {
        var sum = 0.0;
        for (var p = 0; p < Points; p++)
        {
            var rest = 1 - 2 * phi * Math.Cos(2 * Math.PI * (p + 0.5) / Points);
            sum += 1 / Math.Sqrt(rest * rest - 4 * phi * phi);
        }

        return sum / Points;
    }
}
