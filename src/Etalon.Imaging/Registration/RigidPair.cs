using MathNet.Numerics.LinearAlgebra;

namespace Etalon.Imaging.Registration;

/// <summary>Two images at full resolution, ready to be compared under rigid transforms in both directions.</summary>
internal sealed class RigidPair
{
    /// <summary>Points compared. More cost time and gain little: neighbours know the same.</summary>
    private const int Samples = 200_000;

    /// <summary>Width of the smoothing before comparison, voxels: takes out the finest detail, which interpolation between thick slices cannot carry.</summary>
    private const double SmoothingVoxels = 0.75;

    /// <summary>A turn of 1 rad counts like this shift, mm: the radius of a head.</summary>
    private const double RadiusMm = 70;

    /// <summary>The maximum lies no further than this from where elastix ended, mm; else it is another one.</summary>
    private const double LongestMm = 5;

    private readonly Vector3 _middle;
    private readonly SplineImage _fixedImage, _movingImage;

    /// <summary>Prepares.</summary>
    public RigidPair(Volume fixedVolume, Volume moving)
    {
        (_fixedImage, _movingImage) = (new SplineImage(fixedVolume, SmoothingVoxels), new SplineImage(moving, SmoothingVoxels));
        var (there, back) = (InformationSamples.Draw(_fixedImage, Samples, 1), InformationSamples.Draw(_movingImage, Samples, 2));
        (Forward, Backward) = (new InformationScore(there, _movingImage, moving), new InformationScore(back, _fixedImage, fixedVolume));
        var g = fixedVolume.Grid;
        _middle = g.ToPatient((g.Nx - 1) / 2.0, (g.Ny - 1) / 2.0, (g.Nz - 1) / 2.0);
    }

    /// <summary>The moving image seen from the fixed one.</summary>
    public InformationScore Forward { get; }

    /// <summary>The fixed image seen from the moving one.</summary>
    public InformationScore Backward { get; }

    /// <summary>How far the relation of the images' intensities is from a straight line where the search ended, 0 to 1.</summary>
    public double Bend { get; private set; }

    /// <summary>Where turns are meant, in the moving image.</summary>
    public Vector3 Centre(RigidTransform transform) => transform.Apply(_middle);

    /// <summary>The maximum of the agreement near a transform, from both sides; null where there is none.</summary>
    public RigidUncertainty? Refine(RigidTransform start, CancellationToken cancellation)
    {
        var there = RigidRefinement.Run(Forward, start, _middle, RadiusMm, LongestMm, cancellation);
        if (there.Covariance is null)
        {
            return null;
        }

        var centre = Centre(there.Transform);
        var back = RigidRefinement.Run(Backward, there.Transform.Inverse(), centre, RadiusMm, LongestMm, cancellation);
        if (back.Covariance is null)
        {
            return null;
        }

        // The mean of the two ways; half their difference is a measure of what each gets wrong on its own.
        var half = RigidMotion.From(back.Transform.Inverse().After(there.Transform.Inverse()), centre).Select(d => d / 2).ToArray();
        var mean = RigidMotion.Of(half, centre).After(there.Transform);
        var wayBack = new RigidUncertainty(back.Transform, back.Transform.Apply(centre), back.Covariance.ToRowMajorArray()).Inverse();
        Bend = (there.At.Bend + back.At.Bend) / 2;
        var difference = Vector<double>.Build.Dense(half);
        var spread = (there.Covariance + Matrix<double>.Build.DenseOfRowMajor(6, 6, wayBack.Covariance)) / 2 + difference.OuterProduct(difference);
        return new RigidUncertainty(mean, Centre(mean), KnownWarpCalibration.Apply(spread, _fixedImage.Grid, _movingImage.Grid, RadiusMm, Bend).ToRowMajorArray());
    }
}
