using Etalon.Imaging;

namespace Etalon.Assays.Volumes;

/// <summary>How well the number of voxels of a mask tells the volume within the contour it was drawn by.</summary>
public static class VolumeUncertainty
{
    /// <summary>Ratio of the area of voxel faces to that of a smooth surface, the mean of |n₁| + |n₂| + |n₃| over all directions of a normal n.</summary>
    private const double FacesOfASurface = 1.5;

    /// <summary>Frequencies below this many times that of the finest spacing are summed one by one, the rest as an integral.</summary>
    private const double Summed = 12;

    /// <summary>Area of the smooth surface of a mask, mm²: that of its voxel faces over 1.5, the mean over all directions.</summary>
    public static double SurfaceMm2(Mask mask) => RegionShape.FaceAreaMm2(mask) / FacesOfASurface;

    /// <summary>Standard uncertainty of the volume from where the voxels happen to lie under the contour, mL.</summary>
    /// <remarks>
    /// The number of points of a lattice in a body that is moved at random has variance Σ |χ̂(ξ)|² over the reciprocal lattice without 0 (Kendall and Rankin, Proc Edinburgh Math Soc 1953;
    /// Matheron's transitive method). For a smooth body averaged over its orientation |χ̂(ξ)|² → S/(8π³|ξ|⁴), so that u² = S/(8π³) Σ |ξ|⁻⁴ with ξ = (i/a, j/b, k/c): 0.0666 S a⁴ for cubes. Long
    /// voxels count for what they are; the independent boundary voxels of <see cref="RegionShape.DiscretisationUMl"/> are the same for cubes, but for 0.0666 in place of 1/12.
    /// A body with a flat face along the grid may err by more: up to half a voxel times that face.
    /// </remarks>
    public static double PlacementUMl(Mask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        var s = mask.Grid.SpacingMm;
        return Math.Sqrt(SurfaceMm2(mask) / (8 * Math.PI * Math.PI * Math.PI) * ReciprocalSum(s.X, s.Y, s.Z)) / 1000;
    }

    /// <summary>Standard uncertainty of the volume where the whole contour stands a little further out or in, mL: surface × displacement.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="displacementMm">Standard deviation of the mean displacement of a contour along its normal, mm.</param>
    public static double ContourUMl(Mask mask, double displacementMm) => SurfaceMm2(mask) * displacementMm / 1000;

    /// <summary>Σ ((i/a)² + (j/b)² + (k/c)²)⁻² over all whole i, j, k but 0, mm⁴ (an Epstein zeta function; 16.5323 a⁴ for a = b = c).</summary>
    internal static double ReciprocalSum(double a, double b, double c)
    {
        var cut = Summed / Math.Min(a, Math.Min(b, c));
        var (ni, nj, nk) = ((int)(cut * a), (int)(cut * b), (int)(cut * c));
        var sum = 0.0;
        for (var k = -nk; k <= nk; k++)
        {
            for (var j = -nj; j <= nj; j++)
            {
                for (var i = -ni; i <= ni; i++)
                {
                    var square = (i / a) * (i / a) + (j / b) * (j / b) + (k / c) * (k / c);
                    sum += square > 0 && square < cut * cut ? 1 / (square * square) : 0;
                }
            }
        }

        // Reciprocal points have density abc; ∫ 4πr² r⁻⁴ dr beyond the cut.
        return sum + 4 * Math.PI * a * b * c / cut;
    }
}
