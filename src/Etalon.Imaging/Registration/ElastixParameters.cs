using System.Globalization;
using System.Text.RegularExpressions;

namespace Etalon.Imaging.Registration;

/// <summary>What elastix is told, and what it answers, as text.</summary>
internal static class ElastixParameters
{
    private const string Common = """
        (FixedInternalImagePixelType "float")
        (MovingInternalImagePixelType "float")
        (UseDirectionCosines "true")
        (Registration "MultiResolutionRegistration")
        (Interpolator "LinearInterpolator")
        (ResampleInterpolator "FinalBSplineInterpolator")
        (FinalBSplineInterpolationOrder 1)
        (Resampler "DefaultResampler")
        (FixedImagePyramid "FixedSmoothingImagePyramid")
        (MovingImagePyramid "MovingSmoothingImagePyramid")
        (Optimizer "AdaptiveStochasticGradientDescent")
        (Metric "AdvancedMattesMutualInformation")
        (AutomaticScalesEstimation "true")
        (AutomaticTransformInitialization "false")
        (HowToCombineTransforms "Compose")
        (NumberOfHistogramBins 32)
        (NewSamplesEveryIteration "true")
        (ImageSampler "RandomCoordinate")
        (CheckNumberOfSamples "false")
        (RandomSeed 20240301)
        (DefaultPixelValue 0)
        (WriteResultImage "false")

        """;

    /// <summary>Six parameters, from coarse to fine.</summary>
    public const string Rigid = Common + """
        (Transform "EulerTransform")
        (NumberOfResolutions 3)
        (ImagePyramidSchedule 4 4 2 2 2 1 1 1 1)
        (MaximumNumberOfIterations 300 300 150)
        (NumberOfSpatialSamples 4000)
        """;

    /// <summary>Control points of a B-spline, from coarse to fine; without the seed.</summary>
    /// <param name="controlSpacingMm">Of the last resolution.</param>
    /// <param name="seed">Which samples are drawn.</param>
    public static string Deformable(double controlSpacingMm, int seed) =>
        Common.Replace("20240301", seed.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal) + FormattableString.Invariant($"""
        (Transform "BSplineTransform")
        (FinalGridSpacingInPhysicalUnits {controlSpacingMm} {controlSpacingMm} {controlSpacingMm})
        (GridSpacingSchedule 4 4 4 2 2 2 1 1 1)
        (NumberOfResolutions 3)
        (ImagePyramidSchedule 4 4 2 2 2 1 1 1 1)
        (MaximumNumberOfIterations 200)
        (NumberOfSpatialSamples 4000)
        """);

    /// <summary>A rigid transform as a file to start from.</summary>
    public static string Initial(RigidTransform transform, Grid grid)
    {
        var a = transform.RotationDeg * (Math.PI / 180);
        var t = transform.TranslationMm;
        var (o, h) = (grid.Origin, grid.SpacingMm);
        var (u, v, w) = (grid.StepI.Normalised(), grid.StepJ.Normalised(), grid.StepK.Normalised());
        return FormattableString.Invariant($"""
            (Transform "EulerTransform")
            (NumberOfParameters 6)
            (TransformParameters {a.X:R} {a.Y:R} {a.Z:R} {t.X:R} {t.Y:R} {t.Z:R})
            (InitialTransformParametersFileName "NoInitialTransform")
            (HowToCombineTransforms "Compose")
            (FixedImageDimension 3)
            (MovingImageDimension 3)
            (FixedInternalImagePixelType "float")
            (MovingInternalImagePixelType "float")
            (Size {grid.Nx} {grid.Ny} {grid.Nz})
            (Index 0 0 0)
            (Spacing {h.X:R} {h.Y:R} {h.Z:R})
            (Origin {o.X:R} {o.Y:R} {o.Z:R})
            (Direction {u.X:R} {u.Y:R} {u.Z:R} {v.X:R} {v.Y:R} {v.Z:R} {w.X:R} {w.Y:R} {w.Z:R})
            (UseDirectionCosines "true")
            (CenterOfRotationPoint 0 0 0)
            (ComputeZYX "false")

            """);
    }

    /// <summary>Reads a cubic B-spline transform that started from a rigid one.</summary>
    public static BSplineTransform? ReadDeformable(string text, RigidTransform initial)
    {
        var (size, first, spacing) = (Numbers(text, "GridSize"), Numbers(text, "GridIndex"), Numbers(text, "GridSpacing"));
        var (origin, d, p) = (Numbers(text, "GridOrigin"), Numbers(text, "GridDirection"), Numbers(text, "TransformParameters"));
        var isComplete = size.Length == 3 && first.Length == 3 && spacing.Length == 3 && origin.Length == 3 && d.Length == 9
            && text.Contains("\"BSplineTransform\"", StringComparison.Ordinal) && size.All(n => n is >= 1 and <= 10_000) && p.Length == 3 * size[0] * size[1] * size[2];
        if (!isComplete)
        {
            return null;
        }

        var (i, j, k) = (spacing[0] * new Vector3(d[0], d[1], d[2]), spacing[1] * new Vector3(d[3], d[4], d[5]), spacing[2] * new Vector3(d[6], d[7], d[8]));
        var start = new Vector3(origin[0], origin[1], origin[2]) + first[0] * i + first[1] * j + first[2] * k;
        return new BSplineTransform(initial, new Grid((int)size[0], (int)size[1], (int)size[2], start, i, j, k), p);
    }

    /// <summary>Reads an Euler transform: x' = R(x − c) + c + t in LPS mm, angles in radians.</summary>
    public static RigidTransform? ReadRigid(string text)
    {
        var p = Numbers(text, "TransformParameters");
        var c = Numbers(text, "CenterOfRotationPoint");
        if (p.Length != 6 || c.Length != 3 || !text.Contains("\"EulerTransform\"", StringComparison.Ordinal))
        {
            return null;
        }

        var isZyx = text.Contains("(ComputeZYX \"true\")", StringComparison.Ordinal);
        return RigidTransform.FromEuler(
            new Vector3(p[0], p[1], p[2]) * (180 / Math.PI), new Vector3(p[3], p[4], p[5]), new Vector3(c[0], c[1], c[2]), isZyx);
    }

    /// <summary>The finite numbers of one entry; none where it is missing.</summary>
    public static double[] Numbers(string text, string name)
    {
        var line = Regex.Match(text, $@"\({name} ([^)]*)\)", RegexOptions.None, TimeSpan.FromSeconds(1));
        return line.Success
            ? line.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => double.TryParse(v, CultureInfo.InvariantCulture, out var d) ? d : double.NaN)
                .Where(double.IsFinite).ToArray()
            : [];
    }
}
