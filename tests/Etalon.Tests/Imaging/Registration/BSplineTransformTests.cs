using System.Diagnostics;
using System.Globalization;
using Etalon.Imaging;
using Etalon.Imaging.Registration;
using Etalon.Numerics;
using Etalon.Tests.Support;
using Etalon.Tests.Twin;
using Xunit;

namespace Etalon.Tests.Imaging.Registration;

/// <summary>Displacements given by control points.</summary>
[Trait("Kind", "Numeric")]
public sealed class BSplineTransformTests(ITestOutputHelper output)
{
    private static readonly Grid Control = TumourFixtures.ObliqueGrid(9, 8, 7, 21, 23, 25);
    private static readonly RigidTransform Rigid = RigidTransform.FromEuler(new(3, -5, 8), new(4, -2, 1), Control.ToPatient(4, 3.5, 3));

    [Fact]
    public void Control_points_on_a_straight_line_displace_along_it()
    {
        // B-splines reproduce straight lines.
        static Vector3 Line(Vector3 p) => new(1 + 0.02 * p.X - 0.01 * p.Z, -0.5 + 0.03 * p.Y, 0.01 * p.X + 0.005 * p.Y - 0.02 * p.Z);
        var at = Enumerable.Range(0, Control.Count).Select(n => Line(HeadImages.At(Control, n))).ToList();
        var transform = new BSplineTransform(Rigid, Control, [.. at.Select(v => v.X), .. at.Select(v => v.Y), .. at.Select(v => v.Z)]);
        var point = Rigid.Inverse().Apply(Control.ToPatient(3.3, 4.1, 2.7));

        var y = Rigid.Apply(point);
        Assert.True((transform.Apply(point) - y - Line(y)).Length < 1e-10);
        // Off the control points nothing is displaced.
        var far = Rigid.Inverse().Apply(Control.ToPatient(0.5, 4, 3));
        Assert.Equal(Rigid.Apply(far), transform.Apply(far));
    }

    [Fact]
    public void A_mean_is_of_displacements_on_the_same_control_points()
    {
        double[] Flat(double x) => Enumerable.Range(0, 3 * Control.Count).Select(n => n < Control.Count ? x : 0).ToArray();
        var mean = BSplineTransform.Mean([new(Rigid, Control, Flat(1)), new(Rigid, Control, Flat(4))]);

        Assert.True((mean.Displacement(Control.ToPatient(4, 4, 3)) - new Vector3(2.5, 0, 0)).Length < 1e-12);
        Assert.Throws<ArgumentException>(() => BSplineTransform.Mean([]));
        Assert.Throws<ArgumentException>(() => BSplineTransform.Mean([new(Rigid, Control, Flat(1)), new(RigidTransform.Identity, Control, Flat(1))]));
        Assert.Throws<ArgumentException>(() => new BSplineTransform(Rigid, Control, new double[5]));
    }

    [Fact]
    public void Repeats_that_differ_and_a_way_back_that_misses_widen_the_region_of_a_point()
    {
        double[] Flat(double x, double y) => Enumerable.Range(0, 3 * Control.Count).Select(n => n < Control.Count ? x : n < 2 * Control.Count ? y : 0).ToArray();
        BSplineTransform[] repeats = [new(Rigid, Control, Flat(1, 0)), new(Rigid, Control, Flat(2, 0)), new(Rigid, Control, Flat(3, 0))];
        var point = Rigid.Inverse().Apply(Control.ToPatient(4, 3.5, 3));
        var floor = Math.Pow(DeformableUncertainty.ControlShare * 23, 2);
        var factor = Math.Pow(DeformableUncertainty.Inflation, 2);

        var alone = new DeformableUncertainty(repeats, null).At(point);
        // The way back undoes the rigid part and the mean of 2 mm, but for 0.6 mm along y.
        var miss = Rigid.Inverse().After(new RigidTransform(new(1, 0, 0), new(0, 1, 0), new(0, 0, 1), new(-2, 0.6, 0)));
        var both = new DeformableUncertainty(repeats, miss).At(point);

        // Variance of 1, 2, 3 is 1, of their mean a third.
        Assert.Equal(factor / 3 + floor, alone.Xx, 1e-9);
        Assert.Equal(floor, alone.Yy, 1e-9);
        Assert.Equal(0.3 * 0.3 * factor, both.Xx + both.Yy + both.Zz - alone.Xx - alone.Yy - alone.Zz, 1e-9);
        var random = new RandomStream(1, "drawn");
        var uncertainty = new DeformableUncertainty(repeats, miss);
        var moves = Enumerable.Range(0, 4000).Select(_ => uncertainty.Draw(random).Apply(point) - uncertainty.Estimate.Apply(point)).ToList();
        // A variance of 4000 draws is known to 2.2 %: four of them.
        Assert.Equal(both.Xx, moves.Average(m => m.X * m.X), 0.09 * both.Xx);
        Assert.Equal(both.Yy, moves.Average(m => m.Y * m.Y), 0.09 * both.Yy);
        Assert.Throws<ArgumentException>(() => new DeformableUncertainty([repeats[0]], null));
    }

    [Fact]
    public void Points_go_where_transformix_takes_them()
    {
        using var folder = new TempFolder();
        var random = new RandomStream(12, "control points");
        var coefficients = Enumerable.Range(0, 3 * Control.Count).Select(_ => random.NextUniform(-4, 4)).ToArray();
        var (h, o) = (Control.SpacingMm, Control.Origin);
        var (u, v, w) = (Control.StepI.Normalised(), Control.StepJ.Normalised(), Control.StepK.Normalised());
        var image = new Grid(40, 41, 42, o, 3 * u, 3.5 * v, 3.2 * w);
        folder.Write("rigid.txt", ElastixParameters.Initial(Rigid, image));
        var text = FormattableString.Invariant($"""
            (Transform "BSplineTransform")
            (NumberOfParameters {coefficients.Length})
            (TransformParameters {string.Join(' ', coefficients.Select(c => c.ToString("R", CultureInfo.InvariantCulture)))})
            (InitialTransformParametersFileName "{folder["rigid.txt"]}")
            (UseBinaryFormatForTransformationParameters "false")
            (HowToCombineTransforms "Compose")
            (FixedImageDimension 3)
            (MovingImageDimension 3)
            (FixedInternalImagePixelType "float")
            (MovingInternalImagePixelType "float")
            (Size 40 41 42)
            (Index 0 0 0)
            (Spacing 3 3.5 3.2)
            (Origin {o.X:R} {o.Y:R} {o.Z:R})
            (Direction {u.X:R} {u.Y:R} {u.Z:R} {v.X:R} {v.Y:R} {v.Z:R} {w.X:R} {w.Y:R} {w.Z:R})
            (UseDirectionCosines "true")
            (GridSize {Control.Nx} {Control.Ny} {Control.Nz})
            (GridIndex 0 0 0)
            (GridSpacing {h.X:R} {h.Y:R} {h.Z:R})
            (GridOrigin {o.X:R} {o.Y:R} {o.Z:R})
            (GridDirection {u.X:R} {u.Y:R} {u.Z:R} {v.X:R} {v.Y:R} {v.Z:R} {w.X:R} {w.Y:R} {w.Z:R})
            (BSplineTransformSplineOrder 3)
            (UseCyclicTransform "false")
            (ResampleInterpolator "FinalBSplineInterpolator")
            (FinalBSplineInterpolationOrder 1)
            (Resampler "DefaultResampler")
            (DefaultPixelValue 0)
            (ResultImageFormat "nii")
            (ResultImagePixelType "float")
            (CompressResultImage "false")

            """);
        folder.Write("spline.txt", text);
        Vector3[] points = [Control.ToPatient(3.2, 3.9, 2.6), Control.ToPatient(4.4, 2.7, 3.1), Control.ToPatient(5.1, 4.2, 3.8)];
        folder.Write("points.txt", FormattableString.Invariant($"point\n{points.Length}\n") + string.Join('\n', points.Select(p => FormattableString.Invariant($"{p.X:R} {p.Y:R} {p.Z:R}"))) + "\n");

        Assert.SkipUnless(Transformix(folder), "transformix (of elastix) is not installed: apt-get install elastix.");

        var transform = ElastixParameters.ReadDeformable(text, Rigid)!;
        var lines = File.ReadAllLines(folder["outputpoints.txt"]);
        for (var n = 0; n < points.Length; n++)
        {
            var numbers = lines[n].Split("OutputPoint = [")[1].Split(']')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(x => double.Parse(x, CultureInfo.InvariantCulture)).ToArray();
            var theirs = new Vector3(numbers[0], numbers[1], numbers[2]);
            output.WriteLine($"{transform.Apply(points[n])} against {theirs}");
            // Printed to six decimals, with displacements of some millimetres that a wrong order or axis would change.
            Assert.True((transform.Apply(points[n]) - theirs).Length < 1e-4);
            Assert.True((transform.Apply(points[n]) - Rigid.Apply(points[n])).Length > 0.3);
        }
    }

    [Fact]
    public void A_file_that_is_not_whole_is_no_transform()
    {
        Assert.Null(ElastixParameters.ReadDeformable("(Transform \"BSplineTransform\")\n(GridSize 2 2 2)", Rigid));
        Assert.Null(ElastixParameters.ReadDeformable("", Rigid));
        Assert.Null(ElastixParameters.ReadRigid("(Transform \"BSplineTransform\")\n(TransformParameters 1 2 3 4 5 6)\n(CenterOfRotationPoint 0 0 0)"));
    }

    private static bool Transformix(TempFolder folder)
    {
        try
        {
            var start = new ProcessStartInfo("transformix") { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var argument in new[] { "-def", folder["points.txt"], "-tp", folder["spline.txt"], "-out", folder.Path, "-threads", "1" })
            {
                start.ArgumentList.Add(argument);
            }

            using var process = Process.Start(start)!;
            _ = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return File.Exists(folder["outputpoints.txt"]);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
