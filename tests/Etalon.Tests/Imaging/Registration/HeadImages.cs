using Etalon.Imaging;
using Etalon.Imaging.Registration;
using Etalon.Numerics;
using Etalon.Tests.Twin;

namespace Etalon.Tests.Imaging.Registration;

/// <summary>Head-like bodies given by formulas: seen from any place without interpolation, so that their motion is known exactly.</summary>
internal sealed class HeadImages(ulong seed)
{
    private readonly (Vector3 Place, double Width, double Height)[] _lumps = Lumps(seed);

    /// <summary>Oblique, three sizes, three spacings.</summary>
    public static Grid Grid { get; } = TumourFixtures.ObliqueGrid(48, 52, 30, 3.4, 3.1, 4.6);

    /// <summary>Middle of the grid, mm.</summary>
    public static Vector3 Middle { get; } = Grid.ToPatient(23.5, 25.5, 14.5);

    /// <summary>Voxels within the head, every third one.</summary>
    public static IEnumerable<Vector3> Points()
    {
        for (var n = 0; n < Grid.Count; n += 31)
        {
            var p = At(Grid, n);
            if (Radius(p - Middle) < 0.9)
            {
                yield return p;
            }
        }
    }

    /// <summary>The head after a motion.</summary>
    /// <param name="grid">Voxels of the image.</param>
    /// <param name="motion">Where the head's points have gone.</param>
    /// <param name="noise">Standard deviation of white noise; the head's intensities reach some 700.</param>
    /// <param name="random">Of the noise.</param>
    /// <param name="contrast">What an intensity looks like in this image; null: as it is.</param>
    public Volume Image(Grid grid, RigidTransform motion, double noise, RandomStream random, Func<double, double>? contrast = null) =>
        Image(grid, motion.Inverse().Apply, noise, random, contrast);

    /// <summary>The head after any displacement, given by where a point of the image was before.</summary>
    public Volume Image(Grid grid, Func<Vector3, Vector3> before, double noise, RandomStream random, Func<double, double>? contrast = null) =>
        new(grid, Enumerable.Range(0, grid.Count).Select(n =>
        {
            var value = Brightness(before(At(grid, n)) - Middle);
            return (float)((contrast?.Invoke(value) ?? value) + noise * random.NextNormal());
        }).ToArray(), null);

    /// <summary>A motion about the middle.</summary>
    public static RigidTransform Motion(double x, double y, double z, double tx, double ty, double tz) => RigidTransform.FromEuler(new(x, y, z), new(tx, ty, tz), Middle);

    public static Vector3 At(Grid g, int n) => g.ToPatient(n % g.Nx, n / g.Nx % g.Ny, n / g.Nx / g.Ny);

    private static double Radius(Vector3 p) => Math.Sqrt(p.X * p.X / (68.0 * 68) + p.Y * p.Y / (74.0 * 74) + p.Z * p.Z / (58.0 * 58));

    private static (Vector3 Place, double Width, double Height)[] Lumps(ulong seed)
    {
        var random = new RandomStream(seed, "head");
        return Enumerable.Range(0, 9).Select(_ => (new Vector3(random.NextUniform(-40, 40), random.NextUniform(-45, 45), random.NextUniform(-35, 35)), random.NextUniform(6, 14), random.NextUniform(-250, 300))).ToArray();
    }

    private double Brightness(Vector3 p)
    {
        var r = Radius(p);
        var body = 1 / (1 + Math.Exp((r - 0.95) * 40));
        var lumps = _lumps.Sum(l => l.Height * Math.Exp(-(p - l.Place).Dot(p - l.Place) / (2 * l.Width * l.Width)));
        return body * (400 - 120 / (1 + Math.Exp((r - 0.8) * 30)) + lumps);
    }
}
