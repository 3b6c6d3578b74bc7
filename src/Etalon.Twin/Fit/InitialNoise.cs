using Etalon.Numerics;

namespace Etalon.Twin;

/// <summary>What is left of a visit's noise in the density that a run starts from.</summary>
/// <param name="measured">Where it was measured.</param>
/// <param name="diffusion">Layout of states.</param>
/// <param name="sd">Standard deviation of the visit's noise.</param>
/// <param name="voxelsPerGrain">Voxels that share it as one reading.</param>
/// <param name="rows">What each smoothed value takes from which place, in the order of the measured places; null: nothing was smoothed.</param>
internal sealed class InitialNoise(bool[] measured, DiffusionOperator diffusion, double sd, double voxelsPerGrain, (int[] From, float[] Weight)[]? rows)
{
    private readonly int[] _places = Enumerable.Range(0, measured.Length).Where(n => measured[n]).ToArray();

    /// <summary>Standard deviation of the visit's noise.</summary>
    public double Sd => sd;

    /// <summary>Weight a of the neighbours on an axis, of noise smoothed with weights a, 1, a along each, which as many voxels share: (1 + 2a)²/(1 + 2a²) voxels an axis.</summary>
    public static double SideWeight(double voxelsPerGrain)
    {
        var g = Math.Clamp(Math.Cbrt(voxelsPerGrain), 1, 2);
        return g == 2 ? 0.25 : (-4 + Math.Sqrt(16 - 4 * (4 - 2 * g) * (1 - g))) / (2 * (4 - 2 * g));
    }

    /// <summary>A state of it: 0 where nothing was measured.</summary>
    public double[] Draw(RandomStream random)
    {
        var noise = new double[measured.Length];
        random.FillNormal(noise);
        var side = SideWeight(voxelsPerGrain);
        foreach (var stride in new[] { 1, diffusion.StrideY, diffusion.StrideZ })
        {
            var from = noise;
            noise = new double[from.Length];
            // What is measured lies inside the padded box; what the box's ends get matters to nothing.
            for (var n = stride; n < noise.Length - stride; n++)
            {
                noise[n] = (from[n] + side * (from[n - stride] + from[n + stride])) / Math.Sqrt(1 + 2 * side * side);
            }
        }

        var state = new double[noise.Length];
        for (var i = 0; i < _places.Length; i++)
        {
            state[_places[i]] = sd * (rows is null ? noise[_places[i]] : Smoothed(rows[i], noise));
        }

        return state;
    }

    private static double Smoothed((int[] From, float[] Weight) row, double[] noise)
    {
        var sum = 0.0;
        for (var m = 0; m < row.From.Length; m++)
        {
            sum += row.Weight[m] * noise[row.From[m]];
        }

        return sum;
    }
}
