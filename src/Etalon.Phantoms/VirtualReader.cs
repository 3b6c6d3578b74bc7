using Etalon.Imaging;
using Etalon.Imaging.Registration;

namespace Etalon.Phantoms;

/// <summary>Outlines what is seen on a grid.</summary>
public static class VirtualReader
{
    private const int PerAxis = 4;

    /// <summary>Outlines a tumour at the density whose volume is the true volume times exp(<paramref name="logError"/>); a voxel is in where most of it is.</summary>
    /// <param name="density">The tumour.</param>
    /// <param name="distribution">Its distribution.</param>
    /// <param name="position">From head to scanner.</param>
    /// <param name="grid">Where the outline is drawn, scanner coordinates.</param>
    /// <param name="logError">The reader's error of ln volume.</param>
    public static Mask OutlineTumour(DensityField density, DensityDistribution distribution, RigidTransform position, Grid grid, double logError)
    {
        ArgumentNullException.ThrowIfNull(density);
        ArgumentNullException.ThrowIfNull(distribution);
        ArgumentNullException.ThrowIfNull(position);
        ArgumentNullException.ThrowIfNull(grid);
        var trueMl = distribution.VolumeMl(VirtualTumour.VisibleDensity);
        if (trueMl == 0)
        {
            return new Mask(grid, new bool[grid.Count]);
        }

        var threshold = distribution.ThresholdFor(trueMl * Math.Exp(logError));
        return Outline(grid, position, point => density.At(point), threshold);
    }

    /// <summary>Outlines the brain (grey and white matter, no fluid), without error: a voxel is in where its middle is.</summary>
    public static Mask OutlineBrain(VirtualHead head, RigidTransform position, Grid grid)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(position);
        ArgumentNullException.ThrowIfNull(grid);
        var back = position.Inverse();
        var inside = new bool[grid.Count];
        ForEach(grid, (at, point) => inside[at] = head.IsBrain(back.Apply(point)));
        return new Mask(grid, inside);
    }

    /// <summary>Voxels of which more than half, by 4 x 4 x 4 samples, lies where a field exceeds a threshold.</summary>
    /// <param name="grid">Scanner coordinates.</param>
    /// <param name="position">From the subject to the scanner.</param>
    /// <param name="field">In the subject's coordinates; smooth on the scale of a voxel.</param>
    /// <param name="threshold">What it must exceed.</param>
    internal static Mask Outline(Grid grid, RigidTransform position, Func<Vector3, double> field, double threshold)
    {
        var back = position.Inverse();
        var offsets = Offsets(grid).Select(back.Rotate).ToArray();
        var inside = new bool[grid.Count];
        ForEach(grid, (at, point) =>
        {
            var middle = back.Apply(point);
            if (field(middle) < 0.2 * threshold)
            {
                return;
            }

            var count = 0;
            foreach (var offset in offsets)
            {
                count += field(middle + offset) > threshold ? 1 : 0;
            }

            inside[at] = count > offsets.Length / 2;
        });
        return new Mask(grid, inside);
    }

    private static IEnumerable<Vector3> Offsets(Grid grid)
    {
        for (var n = 0; n < PerAxis * PerAxis * PerAxis; n++)
        {
            double At(int digit) => (digit + 0.5) / PerAxis - 0.5;
            yield return At(n % PerAxis) * grid.StepI + At(n / PerAxis % PerAxis) * grid.StepJ + At(n / PerAxis / PerAxis) * grid.StepK;
        }
    }

    private static void ForEach(Grid grid, Action<int, Vector3> visit)
    {
        var at = 0;
        for (var k = 0; k < grid.Nz; k++)
        {
            for (var j = 0; j < grid.Ny; j++)
            {
                for (var i = 0; i < grid.Nx; i++, at++)
                {
                    visit(at, grid.ToPatient(i, j, k));
                }
            }
        }
    }
}
