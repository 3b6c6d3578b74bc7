namespace Etalon.Metrology;

/// <summary>Propagation of distributions by Monte Carlo (JCGM 101:2008, clause 7).</summary>
public static class MonteCarlo
{
    /// <summary>Trials of one block: the M of 7.9.4 for coverage up to 99 %.</summary>
    private const int BlockTrials = 10_000;

    /// <summary>Propagates the distributions of the inputs through the model.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="model">The model.</param>
    /// <param name="options">Trials, seed, coverage; null: the defaults.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>Null where the model has no finite value for any trial.</returns>
    public static MonteCarloResult? Propagate(InputSet inputs, MeasurementModel model, MonteCarloOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(model);
        options ??= new MonteCarloOptions();
        options.Validate();
        return Run(inputs, [model], options, 1, cancellation)?[0];
    }

    /// <summary>
    /// Runs several models on the same trials. A trial for which one of them is not defined counts for none. The adaptive procedure watches the
    /// first model and asks for the share <paramref name="toleranceShare"/> of δ.
    /// </summary>
    internal static MonteCarloResult[]? Run(InputSet inputs, MeasurementModel[] models, MonteCarloOptions options, double toleranceShare, CancellationToken cancellation)
    {
        var outputs = models.Select(_ => new List<double>()).ToArray();
        var watch = models.Select(_ => new List<BlockSummary>()).ToArray();
        // 7.9.4 a): at least 10⁴ trials, and enough that 100 of them lie outside the interval.
        var block = options.Trials is { } fixedTrials
            ? Math.Min(fixedTrials, BlockTrials)
            : Math.Max(BlockTrials, (int)Math.Ceiling(100 / (1 - options.Coverage)));
        var (undefined, made, converged) = (0, 0, false);
        for (var h = 0; !converged && made < (options.Trials ?? options.MostTrials); h++)
        {
            cancellation.ThrowIfCancellationRequested();
            var trials = Math.Min(block, (options.Trials ?? int.MaxValue) - made);
            var ys = Block(inputs, models, new TrialStream(options.Seed, h), trials);
            undefined += trials - ys[0].Length;
            made += trials;
            for (var m = 0; m < models.Length; m++)
            {
                outputs[m].AddRange(ys[m]);
                if (ys[m].Length > 1)
                {
                    Array.Sort(ys[m]);
                    watch[m].Add(BlockSummary.Of(ys[m], options));
                }
            }

            converged = options.Trials is null && watch[0].Count > 1 && IsSteady(watch[0], options.Digits, toleranceShare);
        }

        if (outputs[0].Count < 2)
        {
            return null;
        }

        var status = undefined > 0 ? MonteCarloStatus.ModelUndefined
            : converged || options.Trials is not null ? MonteCarloStatus.Converged : MonteCarloStatus.TooFewTrials;
        return outputs.Select((o, m) => Result([.. o], watch[m], options, status, undefined)).ToArray();
    }

    private static double[][] Block(InputSet inputs, MeasurementModel[] models, TrialStream random, int trials)
    {
        var n = inputs.Names.Count;
        var columns = new double[n * trials];
        inputs.Draw(random, columns, trials);
        var ys = models.Select(_ => new double[trials]).ToArray();
        var x = new double[n];
        var used = 0;
        for (var t = 0; t < trials; t++)
        {
            for (var i = 0; i < n; i++)
            {
                x[i] = columns[i * trials + t];
            }

            var finite = true;
            for (var m = 0; m < models.Length; m++)
            {
                ys[m][used] = models[m](x);
                finite &= double.IsFinite(ys[m][used]);
            }

            used += finite ? 1 : 0;
        }

        return used == trials ? ys : ys.Select(y => y[..used]).ToArray();
    }

    /// <summary>7.9.4 f) to i): twice the standard deviations of all four averages lie within the tolerance.</summary>
    private static bool IsSteady(List<BlockSummary> blocks, int digits, double toleranceShare)
    {
        var u = Math.Sqrt(blocks.Average(b => b.U * b.U));
        var delta = toleranceShare * FirstOrderValidation.NumericalTolerance(u, digits);
        return 2 * Scatter(blocks, b => b.Mean) <= delta && 2 * Scatter(blocks, b => b.U) <= delta
            && 2 * Scatter(blocks, b => b.Lower) <= delta && 2 * Scatter(blocks, b => b.Upper) <= delta;
    }

    private static MonteCarloResult Result(double[] output, List<BlockSummary> blocks, MonteCarloOptions options, MonteCarloStatus status, int undefined)
    {
        Array.Sort(output);
        return new MonteCarloResult(output, options)
        {
            Status = status,
            UndefinedTrials = undefined,
            LowerScatter = Scatter(blocks, b => b.Lower),
            UpperScatter = Scatter(blocks, b => b.Upper),
        };
    }

    /// <summary>Standard deviation of the average over the blocks; 0 where there is one block only and nothing is known of it.</summary>
    private static double Scatter(List<BlockSummary> blocks, Func<BlockSummary, double> of)
    {
        var mean = blocks.Average(of);
        return blocks.Count < 2 ? 0 : Math.Sqrt(blocks.Sum(b => Math.Pow(of(b) - mean, 2)) / (blocks.Count * (blocks.Count - 1.0)));
    }

    private readonly record struct BlockSummary(double Mean, double U, double Lower, double Upper)
    {
        public static BlockSummary Of(double[] sorted, MonteCarloOptions options)
        {
            var mean = sorted.Average();
            var interval = MonteCarloResult.Of(sorted, options.Coverage, options.Shortest);
            return new BlockSummary(mean, Math.Sqrt(sorted.Sum(y => (y - mean) * (y - mean)) / (sorted.Length - 1)), interval.Lower, interval.Upper);
        }
    }
}
