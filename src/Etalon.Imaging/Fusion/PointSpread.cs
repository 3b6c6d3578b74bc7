namespace Etalon.Imaging.Fusion;

/// <summary>How far a point is smeared in an image, as the variance of a Gaussian along each axis of a grid, mm².</summary>
/// <param name="I">Along the first index.</param>
/// <param name="J">Along the second index.</param>
/// <param name="K">Along the third index.</param>
public readonly record struct PointSpread(double I, double J, double K)
{
    /// <summary>Full width at half maximum over standard deviation of a Gaussian, 2 √(2 ln 2).</summary>
    public const double FwhmPerSd = 2.3548200450309493;

    /// <summary>The same width in all directions.</summary>
    /// <param name="fwhmMm">Full width at half maximum, mm, at least 0.</param>
    public static PointSpread Isotropic(double fwhmMm)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fwhmMm);
        var variance = fwhmMm / FwhmPerSd * (fwhmMm / FwhmPerSd);
        return new PointSpread(variance, variance, variance);
    }

    /// <summary>A box as wide as a voxel: the least that an image of such voxels is smeared. A box of width h has variance h²/12.</summary>
    public static PointSpread OfVoxel(Grid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        var h = grid.SpacingMm;
        return new PointSpread(h.X * h.X / 12, h.Y * h.Y / 12, h.Z * h.Z / 12);
    }

    /// <summary>Variance along a direction, mm².</summary>
    /// <param name="grid">Whose axes I, J and K are.</param>
    /// <param name="direction">Of length 1, patient axes.</param>
    public double Along(Grid grid, Vector3 direction)
    {
        ArgumentNullException.ThrowIfNull(grid);
        var (a, b, c) = (grid.StepI.Normalised().Dot(direction), grid.StepJ.Normalised().Dot(direction), grid.StepK.Normalised().Dot(direction));
        return I * a * a + J * b * b + K * c * c;
    }

    /// <summary>The smearing along the axes of another grid.</summary>
    public PointSpread On(Grid own, Grid other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new PointSpread(Along(own, other.StepI.Normalised()), Along(own, other.StepJ.Normalised()), Along(own, other.StepK.Normalised()));
    }

    /// <summary>The wider of two along each axis.</summary>
    public PointSpread Widest(PointSpread other) => new(Math.Max(I, other.I), Math.Max(J, other.J), Math.Max(K, other.K));

    /// <summary>What is to be added to reach another; 0 along axes that are as wide already.</summary>
    public PointSpread LeftTo(PointSpread other) => new(Math.Max(0, other.I - I), Math.Max(0, other.J - J), Math.Max(0, other.K - K));
}
