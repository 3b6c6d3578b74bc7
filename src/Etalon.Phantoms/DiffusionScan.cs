using Etalon.Imaging;

namespace Etalon.Phantoms;

/// <summary>A diffusion-weighted acquisition.</summary>
/// <param name="Grid">Where its voxels lie, scanner coordinates (LPS).</param>
/// <param name="BValues">Nominal, s/mm², one per frame.</param>
/// <param name="Directions">Along the image axes, one per frame; zero at b = 0.</param>
/// <param name="Frames">Stored signal, x fastest.</param>
public sealed record DiffusionScan(Grid Grid, IReadOnlyList<double> BValues, IReadOnlyList<Vector3> Directions, IReadOnlyList<float[]> Frames);
