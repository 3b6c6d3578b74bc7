using Etalon.Assays.Habitats;
using Etalon.Phantoms.Habitats;

namespace Etalon.Tests.Assays.Habitats;

/// <summary>Many virtual tumours: how often the number of habitats is right, and how often a true fraction lies in its interval.</summary>
internal sealed class HabitatStudy
{
    public int Tumours { get; private set; }

    public int NumberRight { get; private set; }

    public int Fractions { get; private set; }

    public int Covered { get; private set; }

    public double Coverage => (double)Covered / Math.Max(1, Fractions);

    /// <summary>Tumours of two to four habitats in turn; fractions are judged with the true number, so that habitats can be told apart.</summary>
    public static HabitatStudy Run(int tumours, VirtualHabitatOptions like, HabitatOptions options, bool withNumber, bool withFractions)
    {
        var study = new HabitatStudy();
        Parallel.For(0, tumours, t =>
        {
            var number = 2 + t % 3;
            var tumour = VirtualHabitats.Of(like with { Habitats = number, Seed = (ulong)(1000 + t) });
            var how = options with { Seed = (ulong)t, VoxelsPerDraw = like.VoxelsPerDraw };
            var right = withNumber && HabitatAnalysis.Chosen(HabitatAnalysis.Candidates(tumour.Voxels, how)) == number;
            var model = withFractions ? HabitatAnalysis.Find(tumour.Voxels, how with { Habitats = number }) : null;
            lock (study)
            {
                study.Tumours++;
                study.NumberRight += right ? 1 : 0;
                if (model is not null)
                {
                    study.Judge(tumour, model);
                }
            }
        });
        return study;
    }

    private void Judge(VirtualHabitats tumour, HabitatModel model)
    {
        var match = Match(model, tumour.Means);
        for (var c = 0; c < match.Length; c++)
        {
            var interval = model.Fractions[match[c]].Interval;
            Fractions++;
            // Fractions are counts: half a voxel is no difference.
            Covered += tumour.Fraction(c) >= interval.Lower - 0.5 / tumour.Labels.Length && tumour.Fraction(c) <= interval.Upper + 0.5 / tumour.Labels.Length ? 1 : 0;
        }
    }

    /// <summary>Which habitat of the model is which true one: the assignment with the nearest means.</summary>
    private static int[] Match(HabitatModel model, double[] means)
    {
        var k = model.Habitats.Count;
        double Cost(int[] order) => order.Select((h, c) => Math.Pow((model.Habitats[h].Mean[0] - means[2 * c]) / 0.08e-3, 2) + Math.Pow((model.Habitats[h].Mean[1] - means[2 * c + 1]) / 0.6, 2)).Sum();
        return Orders([.. Enumerable.Range(0, k)]).MinBy(Cost)!;
    }

    private static IEnumerable<int[]> Orders(int[] of) => of.Length <= 1 ? [of] : of.SelectMany((first, n) => Orders([.. of.Where((_, m) => m != n)]).Select(rest => (int[])[first, .. rest]));
}
