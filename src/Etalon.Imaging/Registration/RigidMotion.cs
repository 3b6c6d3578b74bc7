namespace Etalon.Imaging.Registration;

/// <summary>Small rigid motions as six numbers: a rotation vector (rad) about a centre and a shift (mm).</summary>
internal static class RigidMotion
{
    /// <summary>The motion of six numbers: x ↦ R(x − c) + c + t.</summary>
    public static RigidTransform Of(ReadOnlySpan<double> p, Vector3 centre)
    {
        var vector = new Vector3(p[0], p[1], p[2]);
        var angle = vector.Length;
        var rotation = RigidTransform.Identity;
        if (angle > 0)
        {
            var (s, c) = Math.SinCos(angle);
            var u = vector / angle;
            // Rodrigues.
            Vector3 Turned(Vector3 v) => c * v + s * u.Cross(v) + (1 - c) * u.Dot(v) * u;
            var (a, b) = (Turned(new(1, 0, 0)), Turned(new(0, 1, 0)));
            var (rowX, rowY) = (new Vector3(a.X, b.X, Turned(new(0, 0, 1)).X), new Vector3(a.Y, b.Y, Turned(new(0, 0, 1)).Y));
            rotation = new RigidTransform(rowX, rowY, rowX.Cross(rowY), default);
        }

        var shift = new Vector3(p[3], p[4], p[5]) + centre - rotation.Apply(centre);
        return new RigidTransform(rotation.RowX, rotation.RowY, rotation.RowZ, shift);
    }

    /// <summary>The six numbers of a motion by less than half a turn.</summary>
    public static double[] From(RigidTransform motion, Vector3 centre)
    {
        var axis = 0.5 * new Vector3(motion.RowZ.Y - motion.RowY.Z, motion.RowX.Z - motion.RowZ.X, motion.RowY.X - motion.RowX.Y);
        var cosine = (motion.RowX.X + motion.RowY.Y + motion.RowZ.Z - 1) / 2;
        var angle = Math.Atan2(axis.Length, cosine);
        var vector = axis.Length > 0 ? angle / axis.Length * axis : default;
        var shift = motion.Apply(centre) - centre;
        return [vector.X, vector.Y, vector.Z, shift.X, shift.Y, shift.Z];
    }
}
