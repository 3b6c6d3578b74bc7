using Etalon.Metrology;

namespace Etalon.Assays.Habitats;

/// <summary>One habitat: what its voxels truly are.</summary>
/// <param name="Mean">Mean of each map, in its unit.</param>
/// <param name="MeanU">Standard uncertainty of the mean; empty where it was not evaluated (thresholds).</param>
/// <param name="Sd">Standard deviation of true values within the habitat.</param>
public sealed record Habitat(IReadOnlyList<double> Mean, IReadOnlyList<double> MeanU, IReadOnlyList<double> Sd);

/// <summary>The share of a scan's voxels that belong to a habitat.</summary>
/// <param name="Scan">Visit or scan.</param>
/// <param name="Habitat">Number, from 0.</param>
/// <param name="Value">Mean over draws.</param>
/// <param name="U">Standard deviation over draws.</param>
/// <param name="Interval">The middle 95 % of the draws.</param>
/// <param name="Draws">Every draw; those of one number belong together over scans and habitats.</param>
public sealed record HabitatFraction(string Scan, int Habitat, double Value, double U, Interval Interval, IReadOnlyList<float> Draws);

/// <summary>Habitats of a table of voxels.</summary>
public sealed record HabitatModel
{
    /// <summary>The habitats, in order of the mean of the first map.</summary>
    public required IReadOnlyList<Habitat> Habitats { get; init; }

    /// <summary>Probability of each habitat for each voxel, shape (voxels, habitats).</summary>
    public required float[] Probabilities { get; init; }

    /// <summary>Fractions by scan, then habitat.</summary>
    public required IReadOnlyList<HabitatFraction> Fractions { get; init; }

    /// <summary>What speaks for each number of habitats.</summary>
    public required IReadOnlyList<HabitatCandidate> Candidates { get; init; }

    /// <summary>Pull of a neighbour (β of the Potts field): mean over draws.</summary>
    public required double Coherence { get; init; }

    /// <summary>Its standard deviation.</summary>
    public required double CoherenceU { get; init; }

    /// <summary>Adjusted Rand index that the labels of a repeated scan would have with these, by drawing truth and new noise; by scan.</summary>
    public required IReadOnlyList<double> ExpectedRand { get; init; }

    /// <summary>These habitats, to be applied to other voxels.</summary>
    public required HabitatClassifier Classifier { get; init; }

    /// <summary>Names of the habitats, where the method gives names; else empty.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Shares by counting the voxels as they are seen, by scan, then habitat, for methods of thresholds; else empty.</summary>
    public IReadOnlyList<double> Counted { get; init; } = [];

    /// <summary>The most probable habitat of each voxel.</summary>
    public int[] Labels()
    {
        var k = Habitats.Count;
        var labels = new int[Probabilities.Length / k];
        for (var i = 0; i < labels.Length; i++)
        {
            for (var c = 1; c < k; c++)
            {
                labels[i] = Probabilities[i * k + c] > Probabilities[i * k + labels[i]] ? c : labels[i];
            }
        }

        return labels;
    }

    /// <summary>The fraction of a habitat in a scan.</summary>
    public HabitatFraction Of(string scan, int habitat) => Fractions.First(f => f.Scan == scan && f.Habitat == habitat);
}
