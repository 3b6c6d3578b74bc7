using Etalon.Imaging;
using Etalon.Imaging.Registration;
using Etalon.Numerics;

namespace Etalon.Phantoms;

/// <summary>A cylinder of ice water with 13 vials of polyvinylpyrrolidone in water, after the NIST/RSNA diffusion phantom, at 0 °C.</summary>
/// <remarks>
/// Reference ADC at 0 °C: MRIStandards/PhantomViewer at a509611 (NIST, MIT licence), vials 1–13 with 0 to 50 % PVP. The uncertainty is
/// this virtual phantom's own certificate: the true ADC of each vial is drawn from it.
/// </remarks>
public sealed class DiffusionPhantom : IScannable
{
    private const double VialRadiusMm = 12;
    private const double CylinderRadiusMm = 84;
    private const double EdgeMm = 0.8;
    private static readonly double[] ReferenceMm2PerS =
        [1.099e-3, 1.099e-3, 1.099e-3, 0.86e-3, 0.86e-3, 0.58e-3, 0.58e-3, 0.42e-3, 0.42e-3, 0.275e-3, 0.275e-3, 0.2e-3, 0.2e-3];

    private readonly double[] _true;

    /// <summary>Makes the phantom that belongs to a seed.</summary>
    /// <param name="seed">Of the true values.</param>
    /// <param name="relativeU">Relative standard uncertainty of the certificate.</param>
    public DiffusionPhantom(ulong seed, double relativeU)
    {
        var random = new RandomStream(seed, "phantom/truth");
        RelativeU = relativeU;
        _true = ReferenceMm2PerS.Select(r => r * (1 + relativeU * random.NextNormal())).ToArray();
    }

    /// <summary>Number of vials.</summary>
    public static int Vials => ReferenceMm2PerS.Length;

    /// <summary>Relative standard uncertainty of each reference value.</summary>
    public double RelativeU { get; }

    /// <summary>Name of a vial, counted from 0: <c>vial01</c> and so on.</summary>
    public static string Name(int vial) => FormattableString.Invariant($"vial{vial + 1:00}");

    /// <summary>Certified ADC of a vial at 0 °C, mm²/s.</summary>
    public static double Reference(int vial) => ReferenceMm2PerS[vial];

    /// <summary>True ADC of a vial, mm²/s.</summary>
    public double True(int vial) => _true[vial];

    /// <inheritdoc/>
    public DiffusionAppearance DiffusionAt(Vector3 point)
    {
        var radius = Math.Sqrt(point.X * point.X + point.Y * point.Y);
        var body = 1 - Smooth.Step(-EdgeMm, EdgeMm, radius - CylinderRadiusMm);
        var (adc, b0) = (ReferenceMm2PerS[0], 1.5);
        for (var vial = 0; vial < Vials; vial++)
        {
            var (x, y) = Centre(vial);
            var distance = Math.Sqrt((point.X - x) * (point.X - x) + (point.Y - y) * (point.Y - y)) - VialRadiusMm;
            if (distance < EdgeMm)
            {
                var weight = 1 - Smooth.Step(-EdgeMm, EdgeMm, distance);
                (adc, b0) = (Smooth.Lerp(adc, _true[vial], weight), Smooth.Lerp(b0, 1.2, weight));
            }
        }

        return new DiffusionAppearance(adc, b0 * body);
    }

    /// <inheritdoc/>
    public AnatomicalAppearance AnatomyAt(Vector3 point)
    {
        var seen = DiffusionAt(point);
        return new AnatomicalAppearance(0.6 * seen.B0Signal, 0.4 * seen.B0Signal);
    }

    /// <summary>Voxels whose middle lies well inside a vial: within 65 % of its radius.</summary>
    public static Mask Outline(int vial, RigidTransform position, Grid grid)
    {
        ArgumentNullException.ThrowIfNull(position);
        ArgumentNullException.ThrowIfNull(grid);
        var back = position.Inverse();
        var (x, y) = Centre(vial);
        var inside = new bool[grid.Count];
        var at = 0;
        for (var k = 0; k < grid.Nz; k++)
        {
            for (var j = 0; j < grid.Ny; j++)
            {
                for (var i = 0; i < grid.Nx; i++, at++)
                {
                    var p = back.Apply(grid.ToPatient(i, j, k));
                    inside[at] = (p.X - x) * (p.X - x) + (p.Y - y) * (p.Y - y) <= 0.65 * VialRadiusMm * 0.65 * VialRadiusMm;
                }
            }
        }

        return new Mask(grid, inside);
    }

    /// <summary>One vial in the middle, five around it, seven outside; the turn between the rings makes no view symmetric.</summary>
    private static (double X, double Y) Centre(int vial)
    {
        var (radius, angle) = vial switch
        {
            0 => (0.0, 0.0),
            <= 5 => (33.0, 2 * Math.PI * (vial - 1) / 5 + 0.2),
            _ => (64.0, 2 * Math.PI * (vial - 6) / 7 + 0.5),
        };
        var (sine, cosine) = Math.SinCos(angle);
        return (radius * cosine, radius * sine);
    }
}
