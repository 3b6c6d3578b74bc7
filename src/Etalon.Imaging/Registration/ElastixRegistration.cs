using System.ComponentModel;

namespace Etalon.Imaging.Registration;

/// <summary>
/// Rigid registration: elastix (Klein and others, IEEE TMI 29:196 (2010)), run as a program with a fixed seed and one thread, finds the place in either
/// direction; the transform is then taken to the maximum of the mutual information of the images at full resolution, with its uncertainty
/// (docs/registration.md). The same images give the same transform.
/// </summary>
public sealed class ElastixRegistration(string program = "elastix", TimeSpan? timeLimit = null)
{
    /// <summary>Elastix gets voxels averaged to about this edge: it finds the place, the rest is done at full resolution.</summary>
    private const double CoarseMm = 1.5;

    /// <summary>Times that the B-splines are found anew with other samples.</summary>
    private const int Repeats = 3;

    private readonly TimeSpan _timeLimit = timeLimit ?? TimeSpan.FromMinutes(10);

    /// <summary>Registers both ways, refines, and judges.</summary>
    /// <param name="fixedImage">The reference.</param>
    /// <param name="moving">What is brought to it.</param>
    /// <param name="cancellation">Ends the program with <see cref="OperationCanceledException"/>.</param>
    public RegistrationResult Run(Volume fixedImage, Volume moving, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(fixedImage);
        ArgumentNullException.ThrowIfNull(moving);
        (fixedImage, moving) = (Finite(fixedImage), Finite(moving));
        var before = ImageSimilarity.NormalisedMutualInformation(fixedImage, moving, RigidTransform.Identity);
        RegistrationResult Ended(RegistrationStatus status, string detail) => new(status, RigidTransform.Identity, before, before, null, detail);
        try
        {
            using var elastix = new ElastixProgram(program, _timeLimit);
            elastix.Write("a.nii.gz", Resampler.Averaged(fixedImage, CoarseMm));
            elastix.Write("b.nii.gz", Resampler.Averaged(moving, CoarseMm));
            RigidTransform? OneWay(string from, string to) =>
                elastix.Run(from, to, ElastixParameters.Rigid, null, cancellation) is { } text ? ElastixParameters.ReadRigid(text) : null;
            return OneWay("a.nii.gz", "b.nii.gz") is { } forward
                ? Judged(fixedImage, moving, before, forward, OneWay("b.nii.gz", "a.nii.gz"), cancellation)
                : Ended(RegistrationStatus.Failed, "elastix ended without a transform");
        }
        catch (Win32Exception)
        {
            return Ended(RegistrationStatus.NotInstalled, $"no program '{program}'");
        }
        catch (TimeoutException e)
        {
            return Ended(RegistrationStatus.Failed, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk, a temporary folder that cannot be written.
            return Ended(RegistrationStatus.Failed, e.Message);
        }
    }

    /// <summary>Registers rigidly, then lets the image bend.</summary>
    /// <param name="fixedImage">The reference.</param>
    /// <param name="moving">What is brought to it.</param>
    /// <param name="controlSpacingMm">Distance of the control points; finer deformation is not seen.</param>
    /// <param name="cancellation">Ends the program with <see cref="OperationCanceledException"/>.</param>
    public DeformableResult RunDeformable(Volume fixedImage, Volume moving, double controlSpacingMm = 24, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(fixedImage);
        ArgumentNullException.ThrowIfNull(moving);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(controlSpacingMm);
        (fixedImage, moving) = (Finite(fixedImage), Finite(moving));
        var rigid = Run(fixedImage, moving, cancellation);
        if (rigid.Status != RegistrationStatus.Ok)
        {
            return new DeformableResult(rigid, rigid.Status, rigid.Before, rigid.After, rigid.Detail);
        }

        DeformableResult Ended(string detail) => new(rigid, RegistrationStatus.Failed, rigid.After, rigid.After, detail);
        try
        {
            using var elastix = new ElastixProgram(program, _timeLimit);
            var (a, b) = (Resampler.Averaged(fixedImage, CoarseMm), Resampler.Averaged(moving, CoarseMm));
            elastix.Write("a.nii.gz", a);
            elastix.Write("b.nii.gz", b);
            BSplineTransform? One(string from, string to, RigidTransform start, Grid grid, int seed) =>
                elastix.Run(from, to, ElastixParameters.Deformable(controlSpacingMm, seed), ElastixParameters.Initial(start, grid), cancellation) is { } text
                    ? ElastixParameters.ReadDeformable(text, start)
                    : null;
            var repeats = new List<BSplineTransform>();
            for (var seed = 1; seed <= Repeats; seed++)
            {
                if (One("a.nii.gz", "b.nii.gz", rigid.Transform, a.Grid, seed) is not { } repeat)
                {
                    return Ended("elastix ended without a B-spline transform");
                }

                repeats.Add(repeat);
            }

            var back = One("b.nii.gz", "a.nii.gz", rigid.Transform.Inverse(), b.Grid, Repeats + 1);
            var uncertainty = new DeformableUncertainty(repeats, back);
            var after = ImageSimilarity.NormalisedMutualInformation(fixedImage, moving, uncertainty.Transform);
            var detail = FormattableString.Invariant($"normalised mutual information {rigid.After:0.0000} rigid, {after:0.0000} with control points every {controlSpacingMm:0.#} mm");
            return after < rigid.After
                ? new DeformableResult(rigid, RegistrationStatus.WorseThanBefore, rigid.After, after, detail)
                : new DeformableResult(rigid, RegistrationStatus.Ok, rigid.After, after, detail) { Uncertainty = uncertainty };
        }
        catch (Win32Exception)
        {
            return Ended($"no program '{program}'");
        }
        catch (TimeoutException e)
        {
            return Ended(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Ended(e.Message);
        }
    }

    /// <summary>The image with 0 where it has no number: some tools write "not a number" outside the head, which an interpolation would spread.</summary>
    private static Volume Finite(Volume image) => Array.TrueForAll(image.Values, float.IsFinite)
        ? image
        : new Volume(image.Grid, Array.ConvertAll(image.Values, v => float.IsFinite(v) ? v : 0), image.Unit);

    private static RegistrationResult Judged(Volume fixedImage, Volume moving, double before, RigidTransform found, RigidTransform? back, CancellationToken cancellation)
    {
        var pair = new RigidPair(fixedImage, moving);
        var uncertainty = pair.Refine(found, cancellation);
        var transform = uncertainty?.Transform ?? found;
        var inconsistency = back is null ? (double?)null : Inconsistency(fixedImage, found, back);
        var assessment = RegistrationJudge.Assess(pair, fixedImage, moving, transform, uncertainty, inconsistency);
        var after = ImageSimilarity.NormalisedMutualInformation(fixedImage, moving, transform);
        var detail = FormattableString.Invariant($"normalised mutual information {before:0.0000} before, {after:0.0000} after");
        return assessment.IsWorse
            ? new RegistrationResult(RegistrationStatus.WorseThanBefore, RigidTransform.Identity, before, after, inconsistency, $"{detail}; {assessment.Reason}") { Assessment = assessment }
            : new RegistrationResult(RegistrationStatus.Ok, transform, before, after, inconsistency, detail) { Uncertainty = uncertainty, Assessment = assessment };
    }

    /// <summary>
    /// Root mean square over the corners of the inner half of the image of |B(A(x)) − x|, over √2: what one direction contributes if both
    /// err alike and independently.
    /// </summary>
    private static double Inconsistency(Volume image, RigidTransform forward, RigidTransform backward)
    {
        var sum = 0.0;
        foreach (var x in RegistrationJudge.InnerCorners(image.Grid))
        {
            var d = (backward.Apply(forward.Apply(x)) - x).Length;
            sum += d * d;
        }

        return Math.Sqrt(sum / 8 / 2);
    }
}
