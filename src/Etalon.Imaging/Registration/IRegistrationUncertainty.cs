using Etalon.Numerics;

namespace Etalon.Imaging.Registration;

/// <summary>A transform found by registration, and how far it may be off.</summary>
public interface IRegistrationUncertainty
{
    /// <summary>The estimate: from patient coordinates of the fixed image to those of the moving one.</summary>
    ISpatialTransform Estimate { get; }

    /// <summary>Covariance of where a point of the fixed image goes in the moving one.</summary>
    /// <param name="fixedPoint">Patient coordinates of the fixed image, mm.</param>
    DisplacementCovariance At(Vector3 fixedPoint);

    /// <summary>A transform that may as well be the true one: a draw of the errors, the same for all points.</summary>
    ISpatialTransform Draw(RandomStream random);

    /// <summary>Mean over a region's voxels of the covariance of each; zero where the region is empty.</summary>
    /// <param name="region">On a grid in the patient coordinates of the fixed image.</param>
    DisplacementCovariance Over(Mask region)
    {
        ArgumentNullException.ThrowIfNull(region);
        var g = region.Grid;
        var sum = DisplacementCovariance.Zero;
        // Some thousand voxels say what all would: the covariance changes over centimetres.
        var every = Math.Max(1, region.Count / 2000);
        var (seen, used) = (0, 0);
        for (var n = 0; n < region.Inside.Length; n++)
        {
            if (region.Inside[n] && seen++ % every == 0)
            {
                sum += At(g.ToPatient(n % g.Nx, n / g.Nx % g.Ny, n / g.Nx / g.Ny));
                used++;
            }
        }

        return used > 0 ? (1.0 / used) * sum : DisplacementCovariance.Zero;
    }
}
