namespace Etalon.Phantoms.Tumours;

/// <summary>How virtual patients are scanned; the ranges are drawn from once for each patient, and what is drawn is what the observations state.</summary>
public sealed record VirtualDensityOptions
{
    /// <summary>Visits; the last ones lie behind all fractions.</summary>
    public int Visits { get; init; } = 6;

    /// <summary>Standard deviation of the logarithm of the ADC scale that all visits of one scanner state share.</summary>
    public (double Low, double High) SharedScale { get; init; } = (0.01, 0.03);

    /// <summary>The same of one visit by itself.</summary>
    public (double Low, double High) OwnScale { get; init; } = (0.005, 0.02);

    /// <summary>Standard deviation of an offset of density of one visit.</summary>
    public (double Low, double High) Offset { get; init; } = (0, 0);

    /// <summary>Probability that the scanner has changed since the last visit.</summary>
    public double ScannerChange { get; init; } = 0.35;

    /// <summary>Standard deviation of a voxel's density from noise; neighbours share it as eight voxels (<see cref="VirtualDensityPatient.VoxelsPerGrain"/>).</summary>
    public (double Low, double High) Noise { get; init; } = (0.02, 0.05);

    /// <summary>Standard deviation along each axis of the error of a visit's registration, mm.</summary>
    public (double Low, double High) DisplacementMm { get; init; } = (0.3, 0.8);

    /// <summary>Density at which a reader draws the edge.</summary>
    public (double Low, double High) DetectionLimit { get; init; } = (0.10, 0.20);
}
