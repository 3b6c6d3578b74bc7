namespace Etalon.Imaging.Registration;

/// <summary>
/// An image as a continuous function: cubic B-spline interpolation (Unser, IEEE Signal Processing Magazine 16(6):22 (1999)) of its voxels, mirrored at
/// the centres of the outermost ones. Along an axis of one voxel nothing changes.
/// </summary>
internal sealed class SplineImage
{
    /// <summary>Pole of the recursive filter that turns values into coefficients, √3 − 2.</summary>
    private static readonly double Pole = Math.Sqrt(3) - 2;

    private readonly float[] _coefficients;
    private readonly Vector3 _rowI, _rowJ, _rowK;

    /// <summary>Computes the coefficients.</summary>
    public SplineImage(Volume volume, double smoothingVoxels)
    {
        Grid = volume.Grid;
        _coefficients = (float[])volume.Values.Clone();
        var g = Grid;
        Smooth(smoothingVoxels, g.Nx, g.Ny * g.Nz, 1, line => line * g.Nx);
        Smooth(smoothingVoxels, g.Ny, g.Nx * g.Nz, g.Nx, line => line % g.Nx + line / g.Nx * g.Nx * g.Ny);
        Smooth(smoothingVoxels, g.Nz, g.Nx * g.Ny, g.Nx * g.Ny, line => line);
        FilterLines(g.Nx, g.Ny * g.Nz, 1, line => line * g.Nx);
        FilterLines(g.Ny, g.Nx * g.Nz, g.Nx, line => line % g.Nx + line / g.Nx * g.Nx * g.Ny);
        FilterLines(g.Nz, g.Nx * g.Ny, g.Nx * g.Ny, line => line);
        var determinant = g.StepI.Dot(g.StepJ.Cross(g.StepK));
        (_rowI, _rowJ, _rowK) = (g.StepJ.Cross(g.StepK) / determinant, g.StepK.Cross(g.StepI) / determinant, g.StepI.Cross(g.StepJ) / determinant);
    }

    /// <summary>Where the voxels lie.</summary>
    public Grid Grid { get; }

    /// <summary>Value and gradient at a point.</summary>
    /// <param name="point">Patient coordinates, mm.</param>
    /// <param name="margin">Voxels at the border, along each axis, that do not count as inside.</param>
    /// <param name="value">In the unit of the image.</param>
    /// <param name="gradient">Per mm, in patient coordinates.</param>
    /// <returns>False outside, where there is no value.</returns>
    public bool TryAt(Vector3 point, Vector3 margin, out float value, out Vector3 gradient)
    {
        var g = Grid;
        var d = point - g.Origin;
        var (x, y, z) = (d.Dot(_rowI), d.Dot(_rowJ), d.Dot(_rowK));
        (value, gradient) = (0, default);
        if (!(x >= margin.X && x <= g.Nx - 1 - margin.X && y >= margin.Y && y <= g.Ny - 1 - margin.Y && z >= margin.Z && z <= g.Nz - 1 - margin.Z))
        {
            return false;
        }

        Span<int> at = stackalloc int[12];
        Span<double> w = stackalloc double[24];
        Weights(x, g.Nx, 1, at[..4], w[..8]);
        Weights(y, g.Ny, g.Nx, at[4..8], w[8..16]);
        Weights(z, g.Nz, g.Nx * g.Ny, at[8..], w[16..]);
        var (sum, sumX, sumY, sumZ) = (0.0, 0.0, 0.0, 0.0);
        for (var c = 0; c < 4; c++)
        {
            var (plane, planeX, planeY) = (0.0, 0.0, 0.0);
            for (var b = 0; b < 4; b++)
            {
                var row = at[8 + c] + at[4 + b];
                var (c0, c1, c2, c3) = (_coefficients[row + at[0]], _coefficients[row + at[1]], _coefficients[row + at[2]], _coefficients[row + at[3]]);
                var along = w[0] * c0 + w[1] * c1 + w[2] * c2 + w[3] * c3;
                plane += w[8 + b] * along;
                planeY += w[12 + b] * along;
                planeX += w[8 + b] * (w[4] * c0 + w[5] * c1 + w[6] * c2 + w[7] * c3);
            }

            sum += w[16 + c] * plane;
            sumX += w[16 + c] * planeX;
            sumY += w[16 + c] * planeY;
            sumZ += w[20 + c] * plane;
        }

        value = (float)sum;
        gradient = sumX * _rowI + sumY * _rowJ + sumZ * _rowK;
        return true;
    }

    /// <summary>Places in memory of the four neighbours along one axis, their weights, and the weights' derivatives.</summary>
    private static void Weights(double x, int n, int stride, Span<int> at, Span<double> w)
    {
        if (n == 1)
        {
            at.Clear();
            w.Clear();
            w[0] = 1;
            return;
        }

        var whole = Math.Min((int)x, n - 2);
        var f = x - whole;
        var r = 1 - f;
        (w[0], w[1], w[2], w[3]) = (r * r * r / 6, 2 / 3.0 - f * f * (2 - f) / 2, 2 / 3.0 - r * r * (2 - r) / 2, f * f * f / 6);
        (w[4], w[5], w[6], w[7]) = (-r * r / 2, f * (1.5 * f - 2), -r * (1.5 * r - 2), f * f / 2);
        for (var k = 0; k < 4; k++)
        {
            var place = whole - 1 + k;
            at[k] = stride * (place < 0 ? -place : place >= n ? 2 * (n - 1) - place : place);
        }
    }

    /// <summary>Convolves with a normal density of some voxels' width, mirrored at the ends.</summary>
    private void Smooth(double sigma, int n, int lines, int stride, Func<int, int> start)
    {
        if (n == 1 || sigma == 0)
        {
            return;
        }

        var reach = Math.Min(n - 1, (int)Math.Ceiling(3 * sigma));
        var kernel = Enumerable.Range(-reach, 2 * reach + 1).Select(i => Math.Exp(-i * i / (2 * sigma * sigma))).ToArray();
        var total = kernel.Sum();
        var line = new double[n];
        for (var l = 0; l < lines; l++)
        {
            var first = start(l);
            for (var i = 0; i < n; i++)
            {
                line[i] = _coefficients[first + i * stride] / total;
            }

            for (var i = 0; i < n; i++)
            {
                var sum = 0.0;
                for (var k = -reach; k <= reach; k++)
                {
                    var place = i + k;
                    sum += kernel[k + reach] * line[place < 0 ? -place : place >= n ? 2 * (n - 1) - place : place];
                }

                _coefficients[first + i * stride] = (float)sum;
            }
        }
    }

    private void FilterLines(int n, int lines, int stride, Func<int, int> start)
    {
        if (n == 1)
        {
            return;
        }

        // The pole to this power is below single precision.
        var horizon = Math.Min(n, 14);
        var line = new double[n];
        for (var l = 0; l < lines; l++)
        {
            var first = start(l);
            for (var i = 0; i < n; i++)
            {
                line[i] = 6 * _coefficients[first + i * stride];
            }

            var (sum, power) = (line[0], Pole);
            for (var i = 1; i < horizon; i++, power *= Pole)
            {
                sum += power * line[i];
            }

            line[0] = sum;
            for (var i = 1; i < n; i++)
            {
                line[i] += Pole * line[i - 1];
            }

            line[n - 1] = Pole / (Pole * Pole - 1) * (line[n - 1] + Pole * line[n - 2]);
            for (var i = n - 2; i >= 0; i--)
            {
                line[i] = Pole * (line[i + 1] - line[i]);
            }

            for (var i = 0; i < n; i++)
            {
                _coefficients[first + i * stride] = (float)line[i];
            }
        }
    }
}
