using Etalon.Imaging;
using Etalon.Imaging.Registration;
using Etalon.Numerics;
using Etalon.Twin;

namespace Etalon.Tests.Twin;

/// <summary>Domains and densities without any symmetry.</summary>
internal static class TumourFixtures
{
    /// <summary>A grid turned about all three axes.</summary>
    public static Grid ObliqueGrid(int nx, int ny, int nz, double hx, double hy, double hz)
    {
        var turn = RigidTransform.FromEuler(new Vector3(17, -8, 31), default);
        return new Grid(nx, ny, nz, new Vector3(-31.7, 12.3, 45.1), hx * turn.Rotate(new(1, 0, 0)), hy * turn.Rotate(new(0, 1, 0)), hz * turn.Rotate(new(0, 0, 1)));
    }

    /// <summary>A lopsided ellipsoid that touches the image's edge, with a hole, a single loose voxel and a wall one voxel thick.</summary>
    public static Mask IrregularDomain(Grid grid)
    {
        var inside = new bool[grid.Count];
        for (var k = 0; k < grid.Nz; k++)
        {
            for (var j = 0; j < grid.Ny; j++)
            {
                for (var i = 0; i < grid.Nx; i++)
                {
                    var (x, y, z) = ((i - 0.55 * grid.Nx) / (0.5 * grid.Nx), (j - 0.4 * grid.Ny) / (0.52 * grid.Ny), (k - 0.5 * grid.Nz) / (0.49 * grid.Nz));
                    var isHole = (x - 0.2) * (x - 0.2) + (y + 0.1) * (y + 0.1) + z * z < 0.02 || (i == grid.Nx / 3 && j > grid.Ny / 3);
                    inside[grid.Index(i, j, k)] = (x * x + y * y + z * z + 0.3 * x * y < 1 && !isHole) || (i == 0 && j == 0 && k == 0);
                }
            }
        }

        return new Mask(grid, inside);
    }

    /// <summary>A full box.</summary>
    public static Mask Box(Grid grid)
    {
        var inside = new bool[grid.Count];
        Array.Fill(inside, true);
        return new Mask(grid, inside);
    }

    /// <summary>Two unequal lumps on a faint random floor, within (0, 1).</summary>
    public static double[] Lumps(Grid grid)
    {
        var random = new RandomStream(71, "lumps");
        var s = grid.SpacingMm;
        var density = new double[grid.Count];
        for (var n = 0; n < density.Length; n++)
        {
            var (x, y, z) = (n % grid.Nx * s.X / (grid.Nx * s.X), n / grid.Nx % grid.Ny / (double)grid.Ny, n / grid.Nx / grid.Ny / (double)grid.Nz);
            var a = Math.Exp(-(Math.Pow(x - 0.45, 2) + Math.Pow(y - 0.35, 2) + Math.Pow(z - 0.55, 2)) / 0.02);
            var b = Math.Exp(-(Math.Pow(x - 0.7, 2) + Math.Pow(y - 0.6, 2) + Math.Pow(z - 0.3, 2)) / 0.008);
            density[n] = 0.62 * a + 0.3 * b + 0.02 * random.NextUniform();
        }

        return density;
    }

    /// <summary>Sum with a running compensation (Neumaier), so that the sum's own rounding does not count as drift.</summary>
    public static double ExactSum(ReadOnlySpan<double> values)
    {
        var (sum, compensation) = (0.0, 0.0);
        foreach (var v in values)
        {
            var t = sum + v;
            compensation += Math.Abs(sum) >= Math.Abs(v) ? sum - t + v : v - t + sum;
            sum = t;
        }

        return sum + compensation;
    }

    /// <summary>The state at one day.</summary>
    public static double[] At(
        TumourModel model, double[] initial, GrowthParameters parameters, Etalon.Treatment.TreatmentSchedule schedule, double day, double largestStep = 1, double start = 0)
    {
        double[] result = [];
        model.Simulate(initial, parameters, schedule, start, [day], (_, n) => result = n.ToArray(), new SimulationOptions { LargestStepDays = largestStep });
        return result;
    }
}
