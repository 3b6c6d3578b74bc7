using Etalon.Cases;

namespace Etalon.Twin.Validation;

/// <summary>Cells that a visit showed, with the doubt of the measurement.</summary>
/// <param name="Visit">Visit.</param>
/// <param name="Day">Days on the model's clock.</param>
/// <param name="Cells">Sum of density over the drawn tumour.</param>
/// <param name="RelativeU">Relative standard uncertainty.</param>
public sealed record MeasuredBurden(string Visit, double Day, double Cells, double RelativeU)
{
    /// <summary>Cells below this, of one full voxel, count as this where a logarithm is taken: a tumour that is gone has none.</summary>
    public const double Floor = 1;

    /// <summary>Logarithm of cells, not below that of <see cref="Floor"/>.</summary>
    public double LogCells => Math.Log(Math.Max(Floor, Cells));

    /// <summary>Of one visit. N' = scale · N + offset with the reference's free water fixed, so an error e of the scale moves the sum by e · Σ(N − free/span).</summary>
    /// <param name="observation">The visit.</param>
    /// <param name="reference">What density means.</param>
    /// <param name="voxelsPerGrain">Voxels that share noise as one reading.</param>
    public static MeasuredBurden Of(DensityObservation observation, DensityReference reference, double voxelsPerGrain)
    {
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(reference);
        var (cells, voxels) = (observation.Cells, observation.IsTumour.Count(t => t));
        var free = reference.FreeWaterMm2PerS / (reference.FreeWaterMm2PerS - reference.CapacityMm2PerS);
        var scale = observation.ScaleU * Math.Abs(cells - free * voxels);
        var noise = observation.VoxelU * Math.Sqrt(voxels * voxelsPerGrain);
        return new MeasuredBurden(observation.Visit, observation.Day, cells, cells > 0 ? Math.Sqrt(scale * scale + noise * noise) / cells : 1);
    }
}
