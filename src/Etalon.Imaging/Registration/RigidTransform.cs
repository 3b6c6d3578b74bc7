namespace Etalon.Imaging.Registration;

/// <summary>A rotation followed by a translation, patient coordinates (LPS), mm: x ↦ Rx + t.</summary>
public sealed record RigidTransform : ISpatialTransform
{
    /// <summary>Largest deviation of RRᵀ from the identity that is taken for a rotation: four digits of a text file.</summary>
    private const double Tolerance = 1e-4;

    /// <summary>Takes the rows of a rotation matrix and a translation.</summary>
    /// <exception cref="ArgumentException">The rows are not a proper rotation, or a number is not finite.</exception>
    public RigidTransform(Vector3 rowX, Vector3 rowY, Vector3 rowZ, Vector3 translationMm)
    {
        var isOrthonormal = Math.Abs(rowX.Dot(rowX) - 1) < Tolerance && Math.Abs(rowY.Dot(rowY) - 1) < Tolerance && Math.Abs(rowX.Dot(rowY)) < Tolerance
            && (rowX.Cross(rowY) - rowZ).Length < Tolerance;
        if (!isOrthonormal || !double.IsFinite(translationMm.Length))
        {
            throw new ArgumentException("The rows of a rigid transform must be a proper rotation and the translation finite.");
        }

        (RowX, RowY, RowZ, TranslationMm) = (rowX, rowY, rowZ, translationMm);
    }

    /// <summary>Nothing moves.</summary>
    public static RigidTransform Identity { get; } = new(new(1, 0, 0), new(0, 1, 0), new(0, 0, 1), default);

    /// <summary>First row of the rotation matrix.</summary>
    public Vector3 RowX { get; }

    /// <summary>Second row.</summary>
    public Vector3 RowY { get; }

    /// <summary>Third row.</summary>
    public Vector3 RowZ { get; }

    /// <summary>Where the origin goes, mm.</summary>
    public Vector3 TranslationMm { get; private init; }

    /// <summary>
    /// Angles about x, y and z in degrees with R = Rz·Rx·Ry, the order of ITK's Euler3DTransform. The angle about x lies in [−90, 90].
    /// </summary>
    public Vector3 RotationDeg => (180 / Math.PI) * new Vector3(
        Math.Asin(Math.Clamp(RowZ.Y, -1, 1)), Math.Atan2(-RowZ.X, RowZ.Z), Math.Atan2(-RowX.Y, RowY.Y));

    /// <summary>Rotation about a fixed centre, then a translation.</summary>
    /// <param name="rotationDeg">Angles about x, y and z, degrees; R = Rz·Rx·Ry as in ITK's Euler3DTransform.</param>
    /// <param name="translationMm">mm.</param>
    /// <param name="centre">The point that the rotation alone leaves in place.</param>
    /// <param name="isZyx">R = Rz·Ry·Rx instead (ITK's ComputeZYX).</param>
    public static RigidTransform FromEuler(Vector3 rotationDeg, Vector3 translationMm, Vector3 centre = default, bool isZyx = false)
    {
        var (x, y, z) = (Turn(rotationDeg.X, 0), Turn(rotationDeg.Y, 1), Turn(rotationDeg.Z, 2));
        var rotation = isZyx ? z.After(y).After(x) : z.After(x).After(y);
        return rotation with { TranslationMm = translationMm + centre - rotation.Apply(centre) };
    }

    /// <summary>Where a point goes.</summary>
    public Vector3 Apply(Vector3 point) => Rotate(point) + TranslationMm;

    /// <summary>Where a direction goes.</summary>
    public Vector3 Rotate(Vector3 direction) => new(RowX.Dot(direction), RowY.Dot(direction), RowZ.Dot(direction));

    /// <summary>The transform that undoes this one.</summary>
    public RigidTransform Inverse()
    {
        var (a, b, c) = (new Vector3(RowX.X, RowY.X, RowZ.X), new Vector3(RowX.Y, RowY.Y, RowZ.Y), new Vector3(RowX.Z, RowY.Z, RowZ.Z));
        var t = TranslationMm;
        return new RigidTransform(a, b, c, -1 * new Vector3(a.Dot(t), b.Dot(t), c.Dot(t)));
    }

    /// <summary>The other transform first, then this one: x ↦ this(first(x)).</summary>
    public RigidTransform After(RigidTransform first)
    {
        ArgumentNullException.ThrowIfNull(first);
        Vector3 Row(Vector3 r) => r.X * first.RowX + r.Y * first.RowY + r.Z * first.RowZ;
        return new RigidTransform(Row(RowX), Row(RowY), Row(RowZ), Apply(first.TranslationMm));
    }

    private static RigidTransform Turn(double degrees, int axis)
    {
        var (s, c) = Math.SinCos(degrees * Math.PI / 180);
        return axis switch
        {
            0 => new(new(1, 0, 0), new(0, c, -s), new(0, s, c), default),
            1 => new(new(c, 0, s), new(0, 1, 0), new(-s, 0, c), default),
            _ => new(new(c, -s, 0), new(s, c, 0), new(0, 0, 1), default),
        };
    }
}
