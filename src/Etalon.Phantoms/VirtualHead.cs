using Etalon.Imaging;
using Etalon.Numerics;

namespace Etalon.Phantoms;

/// <summary>
/// A schematic head in its own coordinates (LPS axes, mm, origin in the middle of the brain): scalp, skull, fluid, folded grey matter, white
/// matter, deep grey nuclei, ventricles and the fissure between the halves, the two halves not quite alike. Edges are soft (± 1.5 mm).
/// </summary>
public sealed class VirtualHead : IScannable
{
    private const double EdgeMm = 1.5;
    private readonly Ellipsoid _scalp, _skull, _fluid, _grey, _white;
    private readonly Ellipsoid[] _nuclei, _ventricles;
    private readonly double _phase;

    /// <summary>Makes the head that belongs to a seed and a name; heads differ by some percent.</summary>
    public VirtualHead(ulong seed, string name)
    {
        var random = new RandomStream(seed, "head/" + name);
        double Vary() => random.NextUniform(0.98, 1.02);
        var (sx, sy, sz) = (Vary(), Vary(), Vary());
        Vector3 Sized(double x, double y, double z) => new(x * sx, y * sy, z * sz);
        _scalp = new Ellipsoid(default, Sized(73, 91, 69));
        _skull = new Ellipsoid(default, Sized(68.5, 86.5, 65));
        _fluid = new Ellipsoid(new(0.4, 0, 0), Sized(62.5, 80, 60));
        _grey = new Ellipsoid(new(0.6, 0, 0), Sized(60.5, 77.5, 58));
        _white = new Ellipsoid(new(0.9, 0.5, -0.5), Sized(53.5, 70.5, 51));
        _nuclei = [new Ellipsoid(new(18, 3, 2), new(8, 14, 8.5), 12), new Ellipsoid(new(-17, 2, 2), new(7.5, 13.5, 8), -12)];
        var size = random.NextUniform(0.9, 1.15);
        _ventricles =
        [
            new Ellipsoid(new(9, -6, 13), new(5.2 * size, 25 * size, 6.5 * size), 11),
            new Ellipsoid(new(-8.4, -5, 13), new(4.6 * size, 23 * size, 6.1 * size), -11),
            new Ellipsoid(new(17, 24, 7), new(4.4 * size, 14 * size, 6 * size), -22),
            new Ellipsoid(new(-16, 23, 7), new(4.0 * size, 13 * size, 5.6 * size), 22),
            new Ellipsoid(new(0.3, 3, -5), new(2.4 * size, 11 * size, 8 * size)),
        ];
        _phase = random.NextUniform(0, 6);
    }

    /// <summary>Brain tissue: grey and white matter, not fluid. Here a tumour can live.</summary>
    public bool IsBrain(Vector3 point) => At(point).Brain > 0.5;

    /// <inheritdoc/>
    public DiffusionAppearance DiffusionAt(Vector3 point)
    {
        var mix = At(point);
        return new DiffusionAppearance(mix.Adc, mix.B0);
    }

    /// <inheritdoc/>
    public AnatomicalAppearance AnatomyAt(Vector3 point)
    {
        var mix = At(point);
        return new AnatomicalAppearance(mix.T1, mix.Flair);
    }

    private Mixture At(Vector3 point)
    {
        var mix = new Mixture();
        if (_scalp.Distance(point) is var outer && outer > EdgeMm)
        {
            return mix;
        }

        mix.Add(Tissue.Scalp, Inside(outer), brain: 0);
        mix.Add(Tissue.Skull, Inside(_skull.Distance(point)), brain: 0);
        mix.Add(Tissue.Csf, Inside(_fluid.Distance(point)), brain: 0);
        var grey = _grey.Distance(point);
        if (grey > 4)
        {
            return mix;
        }

        // Folds: the border of white matter waves by some mm, and fluid enters from outside between the folds.
        var fold = grey > -25 ? Fold(point) : 0;
        mix.Add(Tissue.Grey, Inside(grey + 3.2 * Math.Max(0, fold - 0.25)), brain: 1);
        mix.Add(Tissue.White, Inside(_white.Distance(point) + 4.2 * fold), brain: 1);
        foreach (var nucleus in _nuclei)
        {
            mix.Add(Tissue.Grey, Inside(nucleus.Distance(point)), brain: 1);
        }

        foreach (var ventricle in _ventricles)
        {
            mix.Add(Tissue.Csf, Inside(ventricle.Distance(point)), brain: 0);
        }

        var fissure = Inside(Math.Abs(point.X - 0.6 - 1.2 * Math.Sin(point.Y / 30)) - 0.9) * Smooth.Step(-26, -18, Math.Max(grey, -point.Z + 4));
        mix.Add(Tissue.Csf, point.Z > -12 ? fissure : 0, brain: 0);
        return mix;
    }

    private double Fold(Vector3 p) =>
        0.5 * Math.Sin(p.X / 4.6 + 1.6 * Math.Sin(p.Z / 9 + _phase)) * Math.Sin(p.Y / 5.1 + 0.7 + 1.1 * Math.Sin(p.X / 13)) + 0.5 * Math.Sin(p.Z / 4.9 + 1.4 * Math.Sin(p.Y / 11 - _phase));

    /// <summary>1 well inside, 0 well outside.</summary>
    private static double Inside(double distanceMm) => 1 - Smooth.Step(-EdgeMm, EdgeMm, distanceMm);

    /// <summary>Layers painted over each other; properties mix linearly.</summary>
    private struct Mixture
    {
        public double Adc, B0, T1, Flair, Brain;

        public void Add(Tissue tissue, double weight, double brain)
        {
            if (weight == 0)
            {
                return;
            }

            Adc = Smooth.Lerp(Adc, tissue.AdcMm2PerS, weight);
            B0 = Smooth.Lerp(B0, tissue.B0Signal, weight);
            T1 = Smooth.Lerp(T1, tissue.T1Weighted, weight);
            Flair = Smooth.Lerp(Flair, tissue.Flair, weight);
            Brain = Smooth.Lerp(Brain, brain, weight);
        }
    }
}
