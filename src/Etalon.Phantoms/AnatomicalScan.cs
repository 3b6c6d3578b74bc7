using Etalon.Imaging;

namespace Etalon.Phantoms;

/// <summary>Two anatomical volumes of one session on one grid, intensities without unit.</summary>
/// <param name="T1Weighted">After contrast agent.</param>
/// <param name="Flair">Fluid-attenuated inversion recovery.</param>
public sealed record AnatomicalScan(Volume T1Weighted, Volume Flair);
