using Etalon.Imaging;

namespace Etalon.Phantoms;

/// <summary>An ellipsoid turned about the axis from foot to head.</summary>
internal sealed class Ellipsoid
{
    private readonly Vector3 _centre;
    private readonly double _ix, _iy, _iz, _sine, _cosine;

    /// <param name="centre">mm.</param>
    /// <param name="semiAxes">Half lengths before turning, mm.</param>
    /// <param name="yawDeg">Turn about z, degrees.</param>
    public Ellipsoid(Vector3 centre, Vector3 semiAxes, double yawDeg = 0)
    {
        _centre = centre;
        (_ix, _iy, _iz) = (1 / semiAxes.X, 1 / semiAxes.Y, 1 / semiAxes.Z);
        (_sine, _cosine) = Math.SinCos(yawDeg * Math.PI / 180);
    }

    /// <summary>Signed distance to the surface to first order, mm, negative inside: f/|∇f| with f = |q| − 1.</summary>
    public double Distance(Vector3 point)
    {
        var (x, y, z) = (point.X - _centre.X, point.Y - _centre.Y, point.Z - _centre.Z);
        var qx = (_cosine * x + _sine * y) * _ix;
        var qy = (_cosine * y - _sine * x) * _iy;
        var qz = z * _iz;
        var q = Math.Sqrt(qx * qx + qy * qy + qz * qz);
        var (gx, gy, gz) = (qx * _ix, qy * _iy, qz * _iz);
        return (q - 1) * q / Math.Sqrt(gx * gx + gy * gy + gz * gz + 1e-12);
    }
}
