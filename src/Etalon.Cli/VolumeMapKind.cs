using System.CommandLine;
using Etalon.Assays.Volumes;

namespace Etalon.Cli;

/// <summary><c>etalon map volume</c>.</summary>
internal static class VolumeMapKind
{
    public static MapKind Create()
    {
        var displacement = new Option<double?>("--contour-sd-mm") { Description = $"Standard deviation by which a contour stands further out or in as a whole, mm; {Shown(VolumeAssay.ContourDisplacement.Value)} unless given." };
        return new MapKind("volume", "Volumes of the regions of the input.", [displacement], parse =>
        {
            if (parse.GetValue(displacement) is { } stated and not (>= 0 and <= 100))
            {
                Console.Error.WriteLine($"--contour-sd-mm {Shown(stated)}: expected 0 to 100.");
                return null;
            }

            return new VolumeAssay { ContourDisplacementMm = parse.GetValue(displacement) };
        });
    }

    private static string Shown(double value) => FormattableString.Invariant($"{value:0.###}");
}
