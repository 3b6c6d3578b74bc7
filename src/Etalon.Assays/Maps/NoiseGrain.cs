using System.Globalization;
using Etalon.Imaging;

namespace Etalon.Assays.Maps;

/// <summary>How many neighbouring voxels share one independent draw of noise: what interpolation to a finer matrix makes of it.</summary>
/// <param name="Voxels">At least 1.</param>
/// <param name="How">From what it follows.</param>
public sealed record NoiseGrain(double Voxels, string How)
{
    /// <summary>Where nothing is stated: the custom of filling half of k-space's edge with zeros costs about this much.</summary>
    private static readonly NoiseGrain Unstated = new(2, "assumed: the acquired matrix is not stated");

    /// <summary>Of an image: voxels in a slice over the samples that were acquired for it.</summary>
    /// <param name="record">How it was acquired.</param>
    /// <param name="grid">Its voxels.</param>
    /// <remarks>
    /// By AcquisitionMatrix (0018,1310), or MRAcquisitionFrequencyEncodingSteps and MRAcquisitionPhaseEncodingStepsInPlane of enhanced objects. Parallel imaging and
    /// filters of the reconstruction correlate noise further and are not known from a header.
    /// </remarks>
    public static NoiseGrain Of(Acquisition record, Grid grid)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(grid);
        var matrix = record.Find("AcquisitionMatrix")?.Numbers.Where(n => n > 0).ToList() ?? [];
        var samples = matrix.Count >= 2 ? matrix[0] * matrix[1]
            : record.Find("MRAcquisitionFrequencyEncodingSteps")?.Number is > 0 and var read && record.Find("MRAcquisitionPhaseEncodingStepsInPlane")?.Number is > 0 and var phase ? read * phase
            : 0;
        return samples > 0
            ? new NoiseGrain(Math.Max(1, grid.Nx * grid.Ny / samples), string.Create(CultureInfo.InvariantCulture, $"{grid.Nx} x {grid.Ny} voxels of {samples:0} acquired samples"))
            : Unstated;
    }
}
