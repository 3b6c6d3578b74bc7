using Etalon.Assays.Maps;

namespace Etalon.Assays.Diffusion;

/// <summary>Frames gathered by b-value: the samples of a fit.</summary>
internal sealed class ShellSet
{
    private readonly int[][] _members;
    private readonly IReadOnlyList<float[]> _frames;
    private readonly DirectionMean _rule;

    /// <summary>Gathers frames whose b-values differ by no more than 1 % (scanners state b of a direction to its gradients' calibration); 0 stands alone.</summary>
    public ShellSet(IReadOnlyList<double> bValues, IReadOnlyList<float[]> frames, DirectionMean rule)
    {
        var shells = new List<List<int>>();
        foreach (var f in Enumerable.Range(0, bValues.Count).OrderBy(f => bValues[f]))
        {
            if (shells.Count > 0 && bValues[f] - bValues[shells[^1][0]] <= 0.01 * bValues[shells[^1][0]])
            {
                shells[^1].Add(f);
            }
            else
            {
                shells.Add([f]);
            }
        }

        (_members, _frames, _rule) = ([.. shells.Select(s => s.Order().ToArray())], frames, rule);
        B = [.. _members.Select(m => m.Average(f => bValues[f]))];
        Counts = [.. _members.Select(m => (double)m.Length)];
    }

    /// <summary>b of each shell, s/mm², ascending.</summary>
    public double[] B { get; }

    /// <summary>Frames of each shell.</summary>
    public double[] Counts { get; }

    /// <summary>Whether a shell has more than one frame.</summary>
    public bool HasMeans => Counts.Any(c => c > 1);

    /// <summary>The signals of a voxel; false where one is not a positive number.</summary>
    public bool Gather(int voxel, Span<double> signal)
    {
        for (var s = 0; s < signal.Length; s++)
        {
            var sum = 0.0;
            foreach (var f in _members[s])
            {
                double v = _frames[f][voxel];
                if (!(v > 0 && double.IsFinite(v)))
                {
                    return false;
                }

                sum += _rule == DirectionMean.Arithmetic || _members[s].Length == 1 ? v : Math.Log(v);
            }

            var mean = sum / _members[s].Length;
            signal[s] = _rule == DirectionMean.Arithmetic || _members[s].Length == 1 ? mean : Math.Exp(mean);
        }

        return true;
    }
}
