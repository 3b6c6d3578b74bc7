using Etalon.Numerics;

namespace Etalon.Assays.Habitats;

/// <summary>
/// A Gaussian mixture of true values seen through noise that each voxel states of itself (extreme deconvolution): x = y + e, y of component k normal with mean μ and covariance C, e normal with the voxel's own
/// variances.
/// </summary>
/// <remarks>
/// Bovy, Hogg and Roweis, Ann Appl Stat 5:1657–1677 (2011), equations 16 to 18, by expectation-maximisation from several starts; a Wishart prior of weight <see cref="PriorWeight"/> keeps covariances from vanishing.
/// </remarks>
internal sealed record HabitatMixture
{
    /// <summary>Voxels that the prior of a covariance counts for, beyond the number of maps.</summary>
    public const double PriorWeight = 2;

    /// <summary>Variance of the prior's covariance relative to the true variance of all voxels together.</summary>
    public const double PriorShare = 0.05;

    /// <summary>Steps after which the most likely start is chosen.</summary>
    private const int ShortSteps = 15;

    private const int MostSteps = 250;

    /// <summary>Gain of the logarithm of the likelihood below which the search ends: far less than what evidence is judged by.</summary>
    private const double Standstill = 0.02;

    /// <summary>Number of components.</summary>
    public required int K { get; init; }

    /// <summary>Shares, shape (components).</summary>
    public required double[] Weights { get; init; }

    /// <summary>Means, shape (components, maps).</summary>
    public required double[] Means { get; init; }

    /// <summary>Covariances of true values, shape (components, maps, maps).</summary>
    public required double[] Covariances { get; init; }

    /// <summary>Logarithm of the likelihood of all voxels as if independent.</summary>
    public required double LogLikelihood { get; init; }

    /// <summary>−Σ r ln r over voxels and components: how unsure the labels are.</summary>
    public required double Entropy { get; init; }

    /// <summary>Whether the likelihood stood still.</summary>
    public required bool IsConverged { get; init; }

    /// <summary>Field of each habitat and pull of a neighbour, where there is a field.</summary>
    public required double[] Alpha { get; init; }

    /// <summary>See <see cref="Alpha"/>.</summary>
    public required double Beta { get; init; }

    /// <summary>Number of free parameters.</summary>
    public int Parameters => K - 1 + (Beta > 0 ? 1 : 0) + Means.Length + K * (Means.Length / K) * (Means.Length / K + 1) / 2;

    /// <summary>Fits from several starts and keeps the most likely; then, where neighbours are given, lets them pull.</summary>
    /// <param name="x">Standardised values, shape (voxels, maps).</param>
    /// <param name="variances">Of their noise, same shape.</param>
    /// <param name="maps">Number of maps.</param>
    /// <param name="k">Number of habitats.</param>
    /// <param name="starts">Number of starts.</param>
    /// <param name="neighbours">For a mean field over neighbours; null: independent voxels.</param>
    /// <param name="random">The stream.</param>
    /// <param name="cancellation">Ends the search.</param>
    public static HabitatMixture Fit(double[] x, double[] variances, int maps, int k, int starts, VoxelNeighbours? neighbours, RandomStream random, CancellationToken cancellation)
    {
        Climber? best = null;
        var truth = TrueVariance(x, variances, maps);
        var seen = neighbours is null ? x : Smoothed(x, maps, neighbours);
        for (var start = 0; start < (k == 1 ? 1 : starts); start++)
        {
            cancellation.ThrowIfCancellationRequested();
            var climber = new Climber(x, variances, maps, k, Seeds(seen, maps, k, random), truth);
            climber.Climb(ShortSteps, null);
            if (neighbours is not null && k > 1)
            {
                climber.Climb(ShortSteps, neighbours);
            }

            best = best is null || climber.LogLikelihood > best.LogLikelihood ? climber : best;
        }

        cancellation.ThrowIfCancellationRequested();
        best!.Climb(MostSteps, k > 1 ? neighbours : null);
        return best.Result();
    }

    /// <summary>True variance of each map over all voxels: what is seen less the mean of the noise, at least a twentieth of what is seen.</summary>
    public static double[] TrueVariance(double[] x, double[] variances, int maps)
    {
        var (n, result) = (x.Length / maps, new double[maps]);
        for (var m = 0; m < maps; m++)
        {
            var (sum, squares, noise) = (0.0, 0.0, 0.0);
            for (var i = m; i < x.Length; i += maps)
            {
                sum += x[i];
                squares += x[i] * x[i];
                noise += variances[i];
            }

            var seen = Math.Max(squares / n - sum / n * (sum / n), 1e-12);
            result[m] = Math.Max(seen - noise / n, 0.05 * seen);
        }

        return result;
    }

    /// <summary>Each voxel averaged with its neighbours: habitats that noise hides in single voxels stand apart there.</summary>
    private static double[] Smoothed(double[] x, int d, VoxelNeighbours neighbours)
    {
        var result = new double[x.Length];
        for (var i = 0; i < x.Length / d; i++)
        {
            for (var m = 0; m < d; m++)
            {
                var (sum, weight) = (x[i * d + m], 1.0);
                for (var e = neighbours.First[i]; e < neighbours.First[i + 1]; e++)
                {
                    sum += neighbours.Weights[e] * x[neighbours.Rows[e] * d + m];
                    weight += neighbours.Weights[e];
                }

                result[i * d + m] = sum / weight;
            }
        }

        return result;
    }

    /// <summary>Centres far from each other, drawn with a probability that grows with the squared distance (Arthur and Vassilvitskii 2007).</summary>
    private static double[] Seeds(double[] x, int d, int k, RandomStream random)
    {
        var n = x.Length / d;
        var (centres, nearest) = (new double[k * d], new double[n]);
        Array.Fill(nearest, double.PositiveInfinity);
        var chosen = (int)(random.NextUniform() * n);
        for (var c = 0; c < k; c++)
        {
            Array.Copy(x, chosen * d, centres, c * d, d);
            var total = 0.0;
            for (var i = 0; i < n; i++)
            {
                var distance = 0.0;
                for (var m = 0; m < d; m++)
                {
                    distance += (x[i * d + m] - centres[c * d + m]) * (x[i * d + m] - centres[c * d + m]);
                }

                total += nearest[i] = Math.Min(nearest[i], distance);
            }

            var at = random.NextUniform() * total;
            chosen = 0;
            while (chosen < n - 1 && (at -= nearest[chosen]) > 0)
            {
                chosen++;
            }
        }

        return centres;
    }

    /// <summary>One search upwards.</summary>
    private sealed class Climber
    {
        private readonly double[] _x, _variances, _weights, _means, _covariances, _truth;
        private readonly int _d, _k, _n;
        private readonly Sums _sums;
        private PottsField? _field;
        private VoxelNeighbours? _neighbours;
        private bool _isConverged;

        public Climber(double[] x, double[] variances, int d, int k, double[] means, double[] truth)
        {
            (_x, _variances, _d, _k, _n, _means, _truth) = (x, variances, d, k, x.Length / d, means, truth);
            (_weights, _covariances) = (new double[k], new double[k * d * d]);
            Array.Fill(_weights, 1.0 / k);
            for (var c = 0; c < k; c++)
            {
                for (var m = 0; m < d; m++)
                {
                    _covariances[(c * d + m) * d + m] = k == 1 ? truth[m] : 0.25 * truth[m];
                }
            }

            _sums = new Sums(k, d, _n);
        }

        public double LogLikelihood => _sums.LogLikelihood;

        public void Climb(int steps, VoxelNeighbours? neighbours)
        {
            var isFirst = neighbours is not null && _neighbours is null;
            _neighbours = neighbours;
            _field = neighbours is null ? null : !isFirst ? _field : new PottsField(_k, neighbours, [.. _weights.Select(w => Math.Log(Math.Max(w, 1e-4)))]);
            var previous = double.NegativeInfinity;
            _isConverged = false;
            for (var step = 0; step < steps && !_isConverged; step++)
            {
                _sums.Collect(_x, _variances, _weights, _means, _covariances, isFirst && step == 0 ? null : _field);
                _isConverged = step > 1 && Math.Abs(_sums.LogLikelihood - previous) < Standstill;
                previous = _sums.LogLikelihood;
                if (!_isConverged)
                {
                    _sums.Maximise(_n, _truth, _weights, _means, _covariances);
                    _field?.Maximise(_sums.Responsibilities);
                }
            }
        }

        public HabitatMixture Result() => new()
        {
            K = _k, Weights = _weights, Means = _means, Covariances = _covariances, LogLikelihood = _sums.LogLikelihood, Entropy = _sums.Entropy, IsConverged = _isConverged,
            Alpha = _field?.Alpha ?? [.. _weights.Select(w => Math.Log(Math.Max(w, 1e-4)))], Beta = _field?.Beta ?? 0,
        };
    }

    /// <summary>Sums over voxels of what the next step needs.</summary>
    private sealed class Sums(int k, int d, int n)
    {
        private readonly double[] _share = new double[k];
        private readonly double[] _first = new double[k * d];
        private readonly double[] _second = new double[k * d * d];

        public double LogLikelihood { get; private set; }

        public double Entropy { get; private set; }

        /// <summary>Probability of each component for each voxel, shape (voxels, components).</summary>
        public double[] Responsibilities { get; } = new double[n * k];

        public void Collect(double[] x, double[] variances, double[] weights, double[] means, double[] covariances, PottsField? field)
        {
            Array.Clear(_share);
            Array.Clear(_first);
            Array.Clear(_second);
            (LogLikelihood, Entropy) = (0, 0);
            Span<double> factors = stackalloc double[k * d * d];
            Span<double> white = stackalloc double[k * d];
            Span<double> log = stackalloc double[k];
            Span<double> gain = stackalloc double[d * d];
            Span<double> column = stackalloc double[d];
            Span<double> shift = stackalloc double[d];
            Span<double> prior = stackalloc double[k];
            for (var c = 0; c < k; c++)
            {
                prior[c] = Math.Log(weights[c]);
            }

            for (var i = 0; i < n; i++)
            {
                // Probabilities of neighbours as they stand now, half of them new: a mean field swept in place.
                field?.LogProbability(i, Responsibilities, prior);
                var most = double.NegativeInfinity;
                for (var c = 0; c < k; c++)
                {
                    var factor = factors.Slice(c * d * d, d * d);
                    covariances.AsSpan(c * d * d, d * d).CopyTo(factor);
                    for (var m = 0; m < d; m++)
                    {
                        factor[m * d + m] += variances[i * d + m];
                        white[c * d + m] = x[i * d + m] - means[c * d + m];
                    }

                    SmallCholesky.Factor(factor, d);
                    log[c] = prior[c] - SmallCholesky.HalfLogDeterminant(factor, d) - 0.5 * SmallCholesky.Forward(factor, white.Slice(c * d, d), d) - 0.5 * d * Math.Log(2 * Math.PI);
                    most = Math.Max(most, log[c]);
                }

                var total = 0.0;
                for (var c = 0; c < k; c++)
                {
                    total += log[c] = Math.Exp(log[c] - most);
                }

                LogLikelihood += most + Math.Log(total);
                for (var c = 0; c < k; c++)
                {
                    var r = Responsibilities[i * k + c] = log[c] / total;
                    if (r < 1e-9)
                    {
                        continue;
                    }

                    Entropy -= r * Math.Log(r);
                    var factor = factors.Slice(c * d * d, d * d);
                    // Columns of L⁻¹C: C T⁻¹ (x − μ) is their product with the whitened deviation, C T⁻¹ C their product with each other.
                    for (var m = 0; m < d; m++)
                    {
                        for (var q = 0; q < d; q++)
                        {
                            column[q] = covariances[(c * d + q) * d + m];
                        }

                        SmallCholesky.Forward(factor, column, d);
                        column.CopyTo(gain.Slice(m * d, d));
                        shift[m] = 0;
                        for (var q = 0; q < d; q++)
                        {
                            shift[m] += column[q] * white[c * d + q];
                        }
                    }

                    _share[c] += r;
                    for (var m = 0; m < d; m++)
                    {
                        _first[c * d + m] += r * shift[m];
                        for (var q = 0; q <= m; q++)
                        {
                            var product = 0.0;
                            for (var p = 0; p < d; p++)
                            {
                                product += gain[m * d + p] * gain[q * d + p];
                            }

                            _second[(c * d + m) * d + q] += r * (shift[m] * shift[q] - product);
                        }
                    }
                }
            }
        }

        public void Maximise(int n, double[] truth, double[] weights, double[] means, double[] covariances)
        {
            for (var c = 0; c < k; c++)
            {
                var share = Math.Max(_share[c], 1e-6);
                weights[c] = share / n;
                for (var m = 0; m < d; m++)
                {
                    for (var q = 0; q <= m; q++)
                    {
                        // Second moments about the old mean, with C itself the part that the data do not tell.
                        var (a, b) = (_first[c * d + m] / share, _first[c * d + q] / share);
                        var scatter = _second[(c * d + m) * d + q] + share * covariances[(c * d + m) * d + q] - share * a * b;
                        var value = (scatter + (m == q ? (PriorWeight + d) * PriorShare * truth[m] : 0)) / (share + PriorWeight + d);
                        covariances[(c * d + m) * d + q] = covariances[(c * d + q) * d + m] = value;
                    }
                }

                for (var m = 0; m < d; m++)
                {
                    means[c * d + m] += _first[c * d + m] / share;
                }
            }
        }
    }
}
