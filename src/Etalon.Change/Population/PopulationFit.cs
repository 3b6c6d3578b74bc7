using Etalon.Numerics;
using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace Etalon.Change;

/// <summary>The most probable mixture of spike and histogram, and the most probable repeatability of each group (<see cref="ChangePopulation"/>).</summary>
internal sealed class PopulationFit
{
    private const int MostBins = 120;
    private const int MostIterations = 1000;
    private const int ProfileIterations = 31;

    // The variances move slowly once the weights are near; a likelihood matrix is made anew only so often.
    private const int IterationsPerRefresh = 5;
    private const double RelativeTolerance = 1e-9;
    private const double NormalDof = 200;

    /// <summary>Standard deviations beyond which a normal distribution has nothing left: 10⁻¹².</summary>
    private const double Furthest = 7;

    /// <summary>Width of the bins in units of the median standard uncertainty of a log ratio.</summary>
    private const double BinWidth = 0.8;

    private readonly IReadOnlyList<PairEvidence> _pairs;
    private readonly IReadOnlyList<RepeatGroup> _groups;
    private readonly ChangePopulationOptions _options;
    private readonly double[] _edges;
    private readonly double[] _priorCounts;
    private readonly double[] _slab;
    private readonly double[] _spike;
    private readonly double[] _variance;
    private readonly double[] _unchanged;
    private readonly double? _share;

    public PopulationFit(IReadOnlyList<PairEvidence> pairs, IReadOnlyList<RepeatGroup> groups, ChangePopulationOptions options)
    {
        (_pairs, _groups, _options) = (pairs, groups, options);
        Shared = new PopulationSharedErrors(pairs);
        var u = pairs.Select(p => Math.Sqrt(p.First.Variance + p.Second.Variance + p.OtherVariance + Shared.Variance(p))).Order().ToArray();
        _edges = EdgesFor(u[u.Length / 2], Math.Max(pairs.Max(p => Math.Abs(p.LogRatio)), 2 * options.PriorSlabSd));
        Bins = _edges.Length - 1;
        _slab = new double[pairs.Count * Bins];
        (_spike, _variance, _unchanged) = (new double[pairs.Count], new double[pairs.Count], new double[pairs.Count]);
        RepeatFactors = Enumerable.Repeat(1.0, groups.Count).ToArray();
        _priorCounts = Enumerable.Range(0, Bins).Select(k => Math.Max(1e-12, Normal.CDF(0, options.PriorSlabSd, Edge(k + 1)) - Normal.CDF(0, options.PriorSlabSd, Edge(k)))).ToArray();
        var total = _priorCounts.Sum();
        for (var k = 0; k < Bins; k++)
        {
            _priorCounts[k] *= options.ChangedPriorPatients / total;
        }

        Weights = Enumerable.Repeat(0.5 / Bins, Bins).ToArray();
        SpikeWeight = 0.5;
    }

    /// <summary>The fit that goes on from another one with the share of changed patients held.</summary>
    private PopulationFit(PopulationFit from, double share)
        : this(from._pairs, from._groups, from._options)
    {
        _share = share;
        SpikeWeight = 1 - share;
        from.RepeatFactors.CopyTo(RepeatFactors, 0);
        Shared.Copy(from.Shared);
        for (var k = 0; k < Bins; k++)
        {
            Weights[k] = from.Weights[k] * share / (1 - from.SpikeWeight);
        }
    }

    /// <summary>Number of bins of the histogram.</summary>
    public int Bins { get; }

    /// <summary>Number of pairs.</summary>
    public int Pairs => _pairs.Count;

    /// <summary>Share of patients in each bin.</summary>
    public double[] Weights { get; }

    /// <summary>Share of patients without a change.</summary>
    public double SpikeWeight { get; private set; }

    /// <summary>Errors that pairs share.</summary>
    public PopulationSharedErrors Shared { get; }

    /// <summary>Factor of each group's repeatability variance.</summary>
    public double[] RepeatFactors { get; }

    /// <summary>Probability that each pair did not change.</summary>
    public ReadOnlySpan<double> Unchanged => _unchanged;

    /// <summary>Log posterior density at the last step.</summary>
    public double Objective { get; private set; }

    /// <summary>Lower end of a bin.</summary>
    public double Edge(int bin) => _edges[bin];

    /// <summary>The most probable mixture where a share of the patients changed, a few steps from here; its <see cref="Objective"/> is the profile.</summary>
    public PopulationFit At(double share, CancellationToken cancellation)
    {
        var fit = new PopulationFit(this, share);
        fit.Iterate(ProfileIterations, cancellation);
        return fit;
    }

    /// <summary>Iterates to the maximum.</summary>
    public void Run(CancellationToken cancellation) => Iterate(MostIterations, cancellation);

    private void Iterate(int most, CancellationToken cancellation)
    {
        Refresh();
        var (before, prior) = (double.NegativeInfinity, LogPriorOfRepeats() + Shared.LogPrior());
        var counts = new double[Bins];
        for (var n = 1; n <= most; n++)
        {
            cancellation.ThrowIfCancellationRequested();
            Objective = Step(counts) + prior;
            if (n % IterationsPerRefresh > 0 || n == most)
            {
                continue;
            }

            if (Math.Abs(Objective - before) < RelativeTolerance * (1 + Math.Abs(Objective)))
            {
                return;
            }

            before = Objective;
            if (_options.LearnRepeatability)
            {
                LearnRepeatability();
            }

            Shared.Learn(_unchanged, OwnVariance);
            prior = LogPriorOfRepeats() + Shared.LogPrior();
            Refresh();
        }
    }

    /// <summary>
    /// Degrees of freedom of each group's variance: those known before, and twice the observed information of its logarithm from the study's pairs:
    /// what complete knowledge of who changed would give, less what is lost by not knowing it (Louis, J R Stat Soc B 44:226, 1982).
    /// </summary>
    public double[] RepeatDof()
    {
        var information = new double[_groups.Count];
        if (_options.LearnRepeatability)
        {
            for (var i = 0; i < _pairs.Count; i++)
            {
                var p = _pairs[i];
                var (first, second) = (Share(p.First, i), Share(p.Second, i));
                var (r, excess) = (_unchanged[i], Left(i) * Left(i) / _variance[i] - 1);
                if (p.First.Group == p.Second.Group)
                {
                    Add(p.First.Group, first + second);
                }
                else
                {
                    Add(p.First.Group, first);
                    Add(p.Second.Group, second);
                }

                void Add(int group, double share) => information[group] += share * share * (r - 0.5 * r * (1 - r) * excess * excess);
            }
        }

        return [.. _groups.Select((g, n) => g.Dof + Math.Max(0, information[n]))];
    }

    /// <summary>Edges of the bins, of one width and symmetric about 0.</summary>
    private static double[] EdgesFor(double u, double furthest)
    {
        var half = Math.Clamp((int)Math.Ceiling(furthest / (BinWidth * u)), 1, MostBins / 2);
        var width = Math.Max(BinWidth * u, furthest / half * (1 + 1e-12));
        return [.. Enumerable.Range(-half, 2 * half + 1).Select(n => n * width)];
    }

    /// <summary>A pair's log ratio without what the shared errors add to it.</summary>
    private double Left(int pair) => _pairs[pair].LogRatio - Shared.Shift(_pairs[pair]);

    /// <summary>Variance of a pair's log ratio without that of the shared errors.</summary>
    private double OwnVariance(int pair)
    {
        var p = _pairs[pair];
        return p.First.Variance * RepeatFactors[p.First.Group] + p.Second.Variance * RepeatFactors[p.Second.Group] + p.OtherVariance;
    }

    private double Share(RepeatTerm term, int pair) => term.Variance * RepeatFactors[term.Group] / _variance[pair];

    /// <summary>One step of the weights; returns the log posterior density before it, but for the part of the repeatabilities.</summary>
    private double Step(double[] counts)
    {
        Array.Clear(counts);
        var (spike, objective) = (_options.UnchangedPriorPatients, _options.UnchangedPriorPatients * Math.Log(SpikeWeight));
        for (var k = 0; k < Bins; k++)
        {
            objective += _priorCounts[k] * Math.Log(Weights[k]);
        }

        for (var i = 0; i < _pairs.Count; i++)
        {
            var slab = _slab.AsSpan(i * Bins, Bins);
            var none = SpikeWeight * _spike[i];
            var density = none + Product.Dot(slab, Weights);
            objective += Math.Log(density);
            _unchanged[i] = none / density;
            spike += _unchanged[i];
            Product.Add(1 / density, slab, counts);
        }

        for (var k = 0; k < Bins; k++)
        {
            counts[k] = counts[k] * Weights[k] + _priorCounts[k];
        }

        var changed = counts.Sum();
        SpikeWeight = 1 - _share ?? spike / (spike + changed);
        for (var k = 0; k < Bins; k++)
        {
            Weights[k] = counts[k] / changed * (1 - SpikeWeight);
        }

        return objective;
    }

    /// <summary>One step of the repeatabilities, from the scatter of pairs in proportion to how probably they did not change.</summary>
    private void LearnRepeatability()
    {
        var squares = _groups.Select(g => g.Dof).ToArray();
        var dof = _groups.Select(g => g.Dof).ToArray();
        for (var i = 0; i < _pairs.Count; i++)
        {
            Add(_pairs[i].First, i);
            Add(_pairs[i].Second, i);
        }

        for (var g = 0; g < _groups.Count; g++)
        {
            RepeatFactors[g] = squares[g] / dof[g];
        }

        void Add(RepeatTerm term, int i)
        {
            if (term.Variance > 0)
            {
                // What the pair's log ratio says of this reading's own error: its conditional second moment, in units of the given variance.
                var own = term.Variance * RepeatFactors[term.Group];
                var part = own / _variance[i] * Left(i);
                squares[term.Group] += _unchanged[i] * (own * (1 - own / _variance[i]) + part * part) / term.Variance;
                dof[term.Group] += _unchanged[i];
            }
        }
    }

    private double LogPriorOfRepeats() => -0.5 * _groups.Select((g, n) => g.Dof * (Math.Log(RepeatFactors[n]) + 1 / RepeatFactors[n])).Sum();

    private void Refresh()
    {
        Span<double> cdf = stackalloc double[MostBins + 1];
        for (var i = 0; i < _pairs.Count; i++)
        {
            var p = _pairs[i];
            _variance[i] = OwnVariance(i) + Shared.Variance(p);
            var (sd, logRatio) = (Math.Sqrt(_variance[i]), Left(i));
            var dof = p.OtherDof is { } d && p.OtherVariance > 0 ? d * Math.Pow(_variance[i] / p.OtherVariance, 2) : double.PositiveInfinity;
            var isNormal = dof > NormalDof;
            _spike[i] = Math.Max(double.Epsilon, isNormal ? Normal.PDF(0, sd, logRatio) : StudentT.PDF(0, sd, dof, logRatio));
            for (var k = 0; k <= Bins; k++)
            {
                var z = (Edge(k) - logRatio) / sd;
                cdf[k] = !isNormal ? StudentT.CDF(0, 1, dof, z) : z < -Furthest ? 0 : z > Furthest ? 1 : 0.5 * SpecialFunctions.Erfc(-z / Constants.Sqrt2);
            }

            var slab = _slab.AsSpan(i * Bins, Bins);
            for (var k = 0; k < Bins; k++)
            {
                slab[k] = Math.Max(0, cdf[k + 1] - cdf[k]) / (Edge(k + 1) - Edge(k));
            }
        }
    }
}
