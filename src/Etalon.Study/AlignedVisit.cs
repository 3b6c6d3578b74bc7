using Etalon.Assays;
using Etalon.Imaging;

namespace Etalon.Study;

/// <summary>A visit's ADC and tumour brought onto the grid of the twin's domain.</summary>
/// <param name="Images">The visit as measured on its own grid.</param>
/// <param name="Adc">ADC on the domain's grid, mm²/s, on the reference scale; valid where <paramref name="HasAdc"/>.</param>
/// <param name="HasAdc">Whether a voxel has a value.</param>
/// <param name="Tumour">The drawn tumour on the domain's grid.</param>
public sealed record AlignedVisit(VisitImages Images, float[] Adc, bool[] HasAdc, Mask Tumour)
{
    /// <summary>A visit whose grid is the domain's own.</summary>
    /// <param name="images">Must have an ADC map.</param>
    /// <param name="tumour">On the same grid.</param>
    /// <param name="gain">Gain of the scanner state; ADC is divided by it.</param>
    public static AlignedVisit OnOwnGrid(VisitImages images, Mask tumour, double gain)
    {
        ArgumentNullException.ThrowIfNull(images);
        var map = images.Adc ?? throw new ArgumentException("A visit without ADC cannot be aligned.");
        return new AlignedVisit(
            images, gain == 1 ? map.Value.Values : Array.ConvertAll(map.Value.Values, v => (float)(v / gain)),
            Array.ConvertAll(map.Status, s => s == VoxelStatus.Ok), tumour);
    }
}
