using Etalon.Imaging;
using Etalon.Imaging.Registration;

namespace Etalon.Phantoms;

/// <summary>The virtual scanner between two upgrades.</summary>
/// <param name="Name">As in truth.json.</param>
/// <param name="SoftwareVersions">What the upgrade changes in the headers.</param>
/// <param name="AdcGain">It reads this times the true ADC.</param>
/// <param name="SignalScale">Stored signal of white matter at b = 0.</param>
/// <param name="TiltDeg">Angles of the image axes to the scanner's.</param>
/// <param name="OffsetMm">Middle of the field of view from the scanner's isocentre.</param>
public sealed record ScannerState(
    string Name, string SoftwareVersions, double AdcGain, double SignalScale, Vector3 TiltDeg, Vector3 OffsetMm)
{
    /// <summary>Manufacturer in both states.</summary>
    internal const string Manufacturer = "Etalon Virtual Imaging";

    /// <summary>Model in both states.</summary>
    internal const string Model = "Phantasma 3T";

    /// <summary>Serial number in both states: an upgrade changes the software.</summary>
    internal const string SerialNumber = "00042";

    /// <summary>Receive coil in both states.</summary>
    internal const string Coil = "Head_20";

    /// <summary>Before the upgrade.</summary>
    public static ScannerState Before(double adcGain) => new("state1", "VS 4.1", adcGain, 1000, new(-9, 5, 3.5), new(1.7, -2.4, 1.1));

    /// <summary>After the upgrade: other b-values in truth, other signal scale, other routine planning.</summary>
    public static ScannerState After(double adcGain) => new("state2", "VS 5.0", adcGain, 1260, new(-6.5, 3, 5), new(-1.2, 0.8, -2.3)) { WritesEnhanced = true };

    /// <summary>Whether its DICOM objects are enhanced multi-frame ones, as after an upgrade of a real scanner.</summary>
    public bool WritesEnhanced { get; init; }

    /// <summary>The study's whole-head grid.</summary>
    public Grid WholeHead(StudySize size) => size == StudySize.Small
        ? Oblique(40, 48, 22, size, OffsetMm)
        : Oblique(84, 104, 44, size, OffsetMm);

    /// <summary>A small field of view with the study's voxels around a place in the head.</summary>
    public Grid Around(Vector3 centre, StudySize size) => size == StudySize.Small
        ? Oblique(20, 22, 14, size, centre + OffsetMm)
        : Oblique(40, 45, 27, size, centre + OffsetMm);

    /// <summary>A slab for the phantom.</summary>
    public Grid Slab(StudySize size) => size == StudySize.Small
        ? Oblique(40, 48, 5, size, OffsetMm)
        : Oblique(84, 104, 7, size, OffsetMm);

    private Grid Oblique(int nx, int ny, int nz, StudySize size, Vector3 centre)
    {
        var spacing = size == StudySize.Small ? new Vector3(4.4, 4.1, 6.4) : new Vector3(2.1, 1.9, 3.2);
        var axes = RigidTransform.FromEuler(TiltDeg, default);
        var (i, j, k) = (axes.Rotate(new(spacing.X, 0, 0)), axes.Rotate(new(0, spacing.Y, 0)), axes.Rotate(new(0, 0, spacing.Z)));
        var origin = centre - 0.5 * ((nx - 1) * i + (ny - 1) * j + (nz - 1) * k);
        return new Grid(nx, ny, nz, origin, i, j, k);
    }
}
