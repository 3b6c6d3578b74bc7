using Etalon.Imaging;

namespace Etalon.Assays.Radiomics;

/// <summary>Brings a box to another grid, one axis after the other.</summary>
/// <remarks>
/// The new grid has the size of the old one over the ratio of spacings, rounded up, and shares its centre, as the reference manual of IBSI asks. Beyond the image the nearest voxel
/// counts. Cubic splines: Unser, IEEE Signal Processing Magazine 16(6):22 (1999), over lines that go on for twelve voxels with the value at their ends.
/// </remarks>
internal static class Interpolation
{
    /// <summary>A size that is whole but for the rounding of its spacing is not rounded up.</summary>
    private const double WholeWithin = 1e-5;

    private const int Padding = 12;

    private static readonly double Pole = Math.Sqrt(3) - 2;

    /// <summary>Interpolates image and region.</summary>
    /// <param name="box">The box.</param>
    /// <param name="settings">To which spacing, and how.</param>
    /// <param name="shift">Place of the new grid relative to where it belongs, in its voxels along each axis; 0 but for the study of its effect.</param>
    public static VoxelBox Apply(VoxelBox box, RadiomicsSettings settings, Vector3 shift)
    {
        var isShifted = shift != default;
        if (settings.SpacingMm is null && !isShifted)
        {
            return box;
        }

        var to = settings.SpacingMm is { } wanted ? new Vector3(wanted.X, wanted.Y, settings.InSlices ? box.SpacingMm.Z : wanted.Z) : box.SpacingMm;
        var x = Axis.Of(box.Nx, box.First.X, box.Whole.X, box.SpacingMm.X, to.X, shift.X);
        var y = Axis.Of(box.Ny, box.First.Y, box.Whole.Y, box.SpacingMm.Y, to.Y, shift.Y);
        var z = Axis.Of(box.Nz, box.First.Z, box.Whole.Z, box.SpacingMm.Z, to.Z, settings.InSlices ? 0 : shift.Z);
        // Without interpolation of its own a shifted image is taken through splines, which blur least.
        var kind = settings.SpacingMm is null ? InterpolationKind.Cubic : settings.Interpolation;
        return new VoxelBox
        {
            Nx = x.Count, Ny = y.Count, Nz = z.Count, SpacingMm = to,
            Image = Along(box.Image, (box.Nx, box.Ny, box.Nz), x, y, z, kind),
            Region = Along(box.Region, (box.Nx, box.Ny, box.Nz), x, y, z, settings.MaskInterpolation),
            First = (x.First, y.First, z.First),
            Whole = (x.Whole, y.Whole, z.Whole),
        };
    }

    private static float[] Along(float[] values, (int X, int Y, int Z) n, Axis x, Axis y, Axis z, InterpolationKind kind)
    {
        values = Lines(values, n.X, 1, n.Y * n.Z, line => (long)line * n.X, x, kind, (line, w) => (line * w, 1));
        values = Lines(values, n.Y, x.Count, x.Count * n.Z, line => line % x.Count + (long)(line / x.Count) * x.Count * n.Y, y, kind, (line, w) => (line % x.Count + line / x.Count * x.Count * w, x.Count));
        var plane = x.Count * y.Count;
        return Lines(values, n.Z, plane, plane, line => line, z, kind, (line, _) => (line, plane));
    }

    private static float[] Lines(float[] values, int n, int stride, int lines, Func<int, long> start, Axis axis, InterpolationKind kind, Func<int, int, (int Start, int Stride)> target)
    {
        if (axis.IsIdentity(n))
        {
            return values;
        }

        var result = new float[(long)lines * axis.Count];
        var padded = new double[n + 2 * Padding];
        for (var line = 0; line < lines; line++)
        {
            var from = (int)start(line);
            for (var i = 0; i < padded.Length; i++)
            {
                padded[i] = values[from + Math.Clamp(i - Padding, 0, n - 1) * stride];
            }

            if (kind == InterpolationKind.Cubic)
            {
                Coefficients(padded);
            }

            var (to, step) = target(line, axis.Count);
            for (var i = 0; i < axis.Count; i++)
            {
                result[to + i * step] = (float)At(padded, Math.Clamp(axis.Position(i), -2, n + 1) + Padding, kind);
            }
        }

        return result;
    }

    private static double At(double[] line, double x, InterpolationKind kind)
    {
        if (kind == InterpolationKind.Nearest)
        {
            return line[(int)Math.Floor(x + 0.5)];
        }

        var i = (int)Math.Floor(x);
        var t = x - i;
        if (kind == InterpolationKind.Linear)
        {
            return t == 0 ? line[i] : (1 - t) * line[i] + t * line[i + 1];
        }

        var r = 1 - t;
        return (r * r * r * line[i - 1] + (4 - 6 * t * t + 3 * t * t * t) * line[i] + (4 - 6 * r * r + 3 * r * r * r) * line[i + 1] + t * t * t * line[i + 2]) / 6;
    }

    /// <summary>Turns values into coefficients of cubic B-splines, mirrored at the ends.</summary>
    private static void Coefficients(double[] c)
    {
        var n = c.Length;
        var (sum, power) = (c[0], Pole);
        for (var i = 1; i < Math.Min(n, 40); i++, power *= Pole)
        {
            sum += power * c[i];
        }

        c[0] = 6 * sum;
        for (var i = 1; i < n; i++)
        {
            c[i] = 6 * c[i] + Pole * c[i - 1];
        }

        c[n - 1] = Pole / (Pole * Pole - 1) * (c[n - 1] + Pole * c[n - 2]);
        for (var i = n - 2; i >= 0; i--)
        {
            c[i] = Pole * (c[i + 1] - c[i]);
        }
    }

    /// <summary>Places of new voxels along one axis, among the old voxels of the box.</summary>
    private readonly record struct Axis(int Count, int First, int Whole, double Start, double Step)
    {
        public static Axis Of(int n, int first, int whole, double from, double to, double shift)
        {
            var step = to / from;
            var size = Math.Max(1, (int)Math.Ceiling(whole / step - WholeWithin));
            // In the whole image, the old index of new voxel i is (whole − 1)/2 + (i − (size − 1)/2 + shift) · step.
            double At(int i) => (whole - 1) / 2.0 + (i - (size - 1) / 2.0 + shift) * step;
            var firstNew = Math.Max(0, (int)Math.Ceiling((first - 0.5 - At(0)) / step));
            var lastNew = Math.Min(size - 1, (int)Math.Floor((first + n - 0.5 - At(0)) / step));
            lastNew = Math.Max(firstNew, lastNew);
            return new Axis(lastNew - firstNew + 1, firstNew, size, At(firstNew) - first, step);
        }

        public double Position(int i)
        {
            // What is whole but for rounding is taken as whole, so that equal grids give equal values.
            var x = Start + i * Step;
            var whole = Math.Round(x);
            return Math.Abs(x - whole) < 1e-9 ? whole : x;
        }

        public bool IsIdentity(int n) => Count == n && Start == 0 && Step == 1;
    }
}
