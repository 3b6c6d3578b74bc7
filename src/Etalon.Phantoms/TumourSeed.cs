using Etalon.Imaging;
using Etalon.Numerics;
using Etalon.Twin;

namespace Etalon.Phantoms;

/// <summary>How a virtual tumour begins and grows.</summary>
/// <param name="Centre">Middle of the first cells, head coordinates, mm.</param>
/// <param name="WidthMm">Standard deviation of the first cells' Gaussian.</param>
/// <param name="Peak">Largest density of the first cells.</param>
/// <param name="VolumeMl">The tumour is first scanned when {N > 0.1} has reached this volume.</param>
/// <param name="Growth">True parameters.</param>
public sealed record TumourSeed(Vector3 Centre, double WidthMm, double Peak, double VolumeMl, GrowthParameters Growth)
{
    /// <summary>
    /// The demonstration's tumour of a seed: in the white matter of one half. D about 0.30 mm²/d and k about 0.035 /d (a glioblastoma of
    /// medium invasiveness, Swanson et al., Br J Cancer 98:113–119, 2008), α about 0.027 /Gy; each differs from seed to seed by some percent.
    /// </summary>
    public static TumourSeed Demo(ulong seed)
    {
        var random = new RandomStream(seed, "tumour/demo");
        var growth = new GrowthParameters
        {
            DiffusivityMm2PerDay = 0.30 * Math.Exp(0.12 * random.NextNormal()),
            ProliferationPerDay = 0.035 * Math.Exp(0.08 * random.NextNormal()),
            AlphaPerGy = 0.027 * Math.Exp(0.08 * random.NextNormal()),
            SensitivityPerDay = [0.12 * Math.Exp(0.10 * random.NextNormal())],
        };
        return new TumourSeed(Place(random), 7, random.NextUniform(0.36, 0.46), random.NextUniform(19, 27), growth);
    }

    /// <summary>The tumour of a volunteer for test and retest: other places, sizes and densities.</summary>
    public static TumourSeed Volunteer(ulong seed, string name)
    {
        var random = new RandomStream(seed, "tumour/" + name);
        var growth = new GrowthParameters
        {
            DiffusivityMm2PerDay = random.NextUniform(0.2, 0.4), ProliferationPerDay = random.NextUniform(0.025, 0.045), AlphaPerGy = 0,
        };
        return new TumourSeed(Place(random), random.NextUniform(6, 8), random.NextUniform(0.2, 0.5), random.NextUniform(10, 32), growth);
    }

    private static Vector3 Place(RandomStream random)
    {
        var side = random.NextUniform() < 0.5 ? -1 : 1;
        return new Vector3(side * random.NextUniform(27, 31), random.NextUniform(-32, 12), random.NextUniform(14, 24));
    }
}
