using System.Globalization;
using Etalon.Numerics;

namespace Etalon.Tests.Comparability.Ledger;

/// <summary>One planted difference.</summary>
/// <param name="Measurand">For which.</param>
/// <param name="Attribute">What is changed.</param>
/// <param name="From">Value at the first visit.</param>
/// <param name="To">Value at the second visit.</param>
/// <param name="Truth">What a simulation of its own gives for ln(second / first); null where none was written.</param>
internal sealed record Planted(string Measurand, string Attribute, string From, string To, double? Truth);

/// <summary>Draws planted differences.</summary>
internal static class PlantedDifferences
{
    public static IEnumerable<Planted> Draw(int count, ulong seed)
    {
        var random = new RandomStream(seed, "planted");
        var signals = new SimulatedSignals(random);
        for (var n = 0; n < count; n++)
        {
            yield return One(n % 33, signals);
        }
    }

    private static Planted One(int kind, SimulatedSignals s)
    {
        static string T(double v) => v.ToString("0.######", CultureInfo.InvariantCulture);
        double Other(double from, double least, double greatest)
        {
            var to = s.Between(least, greatest);
            return Math.Abs(to - from) > 0.05 * from ? to : from * 1.2;
        }

        switch (kind)
        {
            case 0: return Sets(s, [0, 500, 1000], [0, 800]);
            case 1: return Sets(s, [0, 1000], [0, 500]);
            case 2: return Sets(s, [0, 500, 1000], [0, 1500]);
            case 3: return Sets(s, [100, 800], [0, 800]);
            case 4: { var to = Other(0.08, 0.055, 0.11); return new("adc", "EchoTime", "0.08", T(to), s.Magnitude(0.08, to, 1)); }
            case 5: { var to = Math.Round(s.Between(1, 8)) is var r && r == 2 ? 4 : r; return new("adc", "NumberOfAverages", "2", T(to), s.Magnitude(0.08, 0.08, Math.Sqrt(to / 2))); }
            case 6: { var to = Other(1500, 800, 2500); return new("adc", "PixelBandwidth", "1500", T(to), s.Magnitude(0.08, 0.08, Math.Sqrt(1500 / to))); }
            case 7: { var to = Other(2, 1, 4); return new("adc", "ParallelReductionFactorInPlane", "2", T(to), s.Magnitude(0.08, 0.08, Math.Sqrt(2 / to))); }
            case 8: return new("adc", "DiffusionDirections", "3", "1", s.OneDirection());
            case 9: return new("adc", "SoftwareVersions", "VE11C", "VE11E", s.Between(0.02, 0.04) * (s.Between(0, 1) < 0.5 ? -1 : 1));
            case 10: return new("adc", "DeviceSerialNumber", "45123", "45999", s.Normal(0.0459) - s.Normal(0.0459));
            case 11: return new("adc", "Manufacturer", "SIEMENS", "Philips Healthcare", s.Normal(0.0459) - s.Normal(0.0459));
            case 12: return new("adc", "ManufacturersModelName", "Skyra", "Prisma", s.Normal(0.0459) - s.Normal(0.0459));
            case 13: return new("adc", "DiffusionDirectionality", "DIRECTIONAL", "ISOTROPIC", null);
            case 14: return new("t1", "FlipAngle", "3 15", "2 20", s.FlipAngles([3, 15], [2, 20], 0.006));
            case 15: return new("t1", "FlipAngle", "3 15", "5 12", s.FlipAngles([3, 15], [5, 12], 0.006));
            case 16: return new("t1", "MagneticFieldStrength", "3", "1.5", -Math.Log(s.Between(1.2, 1.4)));
            case 17: return new("ktrans", "TemporalResolution", "4", "10", s.FrameDuration(4, 10));
            case 18: return new("ktrans", "TemporalResolution", "4", "2", s.FrameDuration(4, 2));
            // Tissue scales with dose, and a population's input does not.
            case 19: { var to = Other(10, 6, 18); return new("ktrans", "ContrastBolusVolume", "10", T(to), Math.Log(to / 10)); }
            case 20: { var to = Other(75, 50, 110); return new("ktrans", "PatientWeight", "75", T(to), Math.Log(75 / to)); }
            case 21: { var to = Other(4.5, 3.6, 6.9); return new("ktrans", "ContrastBolusT1Relaxivity", "4.5", T(to), Math.Log(4.5 / to)); }
            case 22: return new("suvbw", "UptakeTime", "3600", "5400", s.Uptake(3600, 5400));
            case 23: { var to = Other(3600, 3000, 6600); return new("suvbw", "UptakeTime", "3600", T(to), s.Uptake(3600, to)); }
            // A clock that is off by some minutes, all of it decay: the ledger allows for it in part.
            case 24: return new("suvbw", "RadionuclideHalfLife", "6586.2", "6480", Math.Log(Math.Pow(2, 3600 / 6480.0) / Math.Pow(2, 3600 / 6586.2)));
            case 25: return new("suvbw", "RadionuclideTotalDose", "300000000", "288000000", s.Between(0, 1) < 0.5 ? Math.Log(300.0 / 288) : 0);
            case 26: { var to = Other(75, 60, 95); return new("suvbw", "PatientWeight", "75", T(to), Math.Log(to / 75) * s.Between(0, 1)); }
            case 27: return new("suvbw.max", "ActualFrameDuration", "120", "60", s.NoiseMaximum(120, 60));
            case 28: { var to = Other(5, 2, 8); return new("suvbw.max", "ConvolutionKernel", "Gauss 5.0", $"Gauss {T(to)}", s.Filter(5, to)); }
            case 29: return new("suvbw.max", "ReconstructionMethod", "OSEM 3i21s", "PSF+TOF 3i21s", null);
            case 30: { var to = Other(2, 1, 6); return new("volume", "SpacingBetweenSlices", "2", T(to), s.SphereVolume((0.7, 2, 2), (0.7, 2, to))); }
            case 31: { var to = Other(0.7, 0.5, 1.5); return new("volume", "PixelSpacing", "0.7 0.7", $"{T(to)} {T(to)}", s.SphereVolume((0.7, 2, 2), (to, 2, 2))); }
            default: { var to = Other(2, 1, 5); return new("volume", "SliceThickness", "2", T(to), s.SphereVolume((0.7, 2, 2), (0.7, to, 2))); }
        }
    }

    private static Planted Sets(SimulatedSignals s, double[] a, double[] b) => new("adc", "DiffusionBValue", string.Join(' ', a), string.Join(' ', b), s.BSets(a, b));
}
