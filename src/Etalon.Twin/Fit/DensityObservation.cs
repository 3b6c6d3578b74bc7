using Etalon.Cases;

namespace Etalon.Twin;

/// <summary>What one visit says of cell density.</summary>
public sealed record DensityObservation
{
    /// <summary>Visit.</summary>
    public required string Visit { get; init; }

    /// <summary>Days since the first visit.</summary>
    public required double Day { get; init; }

    /// <summary>Density as a state of the model's domain: measured where <see cref="IsMeasured"/>, elsewhere the tail beyond it (<see cref="DensityReader"/>).</summary>
    public required double[] Density { get; init; }

    /// <summary>Whether density was measured in a voxel.</summary>
    public required bool[] IsMeasured { get; init; }

    /// <summary>The drawn tumour; it may hold edge voxels that were not measured.</summary>
    public required bool[] IsTumour { get; init; }

    /// <summary>Voxels known to hold less than <see cref="DetectionLimit"/>.</summary>
    public required bool[] IsBelowLimit { get; init; }

    /// <summary>Density below which the reader does not see the tumour.</summary>
    public required double DetectionLimit { get; init; }

    /// <summary>Standard uncertainty of the density of a voxel from noise; for the visit that a fit starts from, of the initial state.</summary>
    public required double VoxelU { get; init; }

    /// <summary>Standard uncertainty of the density of a voxel from not knowing where it lies: error of the registration times the slope of density.</summary>
    public double PositionU { get; init; }

    /// <summary>Relative standard uncertainty of the visit's ADC scale, shared by all its voxels.</summary>
    public required double ScaleU { get; init; }

    /// <summary>Standard uncertainty of an error that is added to the visit's ADC, shared by all its voxels, mm²/s; 0: none.</summary>
    public double OffsetU { get; init; }

    /// <summary>Standard uncertainty of where the visit lies against the first, mm along each axis; a fit then moves it, and <see cref="PositionU"/> does not count. 0: none.</summary>
    public double DisplacementUMm { get; init; }

    /// <summary>
    /// Density as it follows from ADC where it was measured, before it is brought within [0, 1], which would fold noise and an error of the
    /// scale at both ends; null: <see cref="Density"/> stands for it.
    /// </summary>
    public double[]? Unbounded { get; init; }

    /// <summary>How <see cref="Density"/> goes on beyond what was measured, so that a fit can move it; null: it stays as it is.</summary>
    public DensityTail? Tail { get; init; }

    /// <summary>The parts of <see cref="ScaleU"/> that other visits may share (calibration of a scanner state, phantom), by group; relative, k = 1.</summary>
    public IReadOnlyDictionary<string, double> SharedScaleU { get; init; } = new Dictionary<string, double>();

    /// <summary>Cells of the drawn tumour: sum of density over its voxels.</summary>
    public double Cells
    {
        get
        {
            var sum = 0.0;
            for (var n = 0; n < Density.Length; n++)
            {
                sum += IsTumour[n] ? Density[n] : 0;
            }

            return sum;
        }
    }
}

/// <summary>Cell density from ADC, N = (free − ADC)/(free − capacity), within [0, 1].</summary>
public static class CellDensity
{
    /// <summary>Density of one voxel.</summary>
    /// <param name="adc">ADC, mm²/s.</param>
    /// <param name="reference">What 0 and 1 mean.</param>
    /// <returns>0 at or above free water, never more than 1.</returns>
    public static double FromAdc(double adc, DensityReference reference) => Math.Clamp(Unbounded(adc, reference), 0, 1);

    /// <summary>The same, below 0 above free water and more than 1 where ADC is less than no room for water allows.</summary>
    public static double Unbounded(double adc, DensityReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return (reference.FreeWaterMm2PerS - adc) / (reference.FreeWaterMm2PerS - reference.CapacityMm2PerS);
    }
}
