using MathNet.Numerics.LinearAlgebra;

namespace Etalon.Twin;

/// <summary>What one fitted patient says of the growth parameters.</summary>
/// <param name="Mean">Of the logarithms.</param>
/// <param name="Covariance">Of the logarithms.</param>
/// <param name="PriorMean">Of the logarithms before this patient's images.</param>
/// <param name="PriorSd">Their standard deviations before; infinite: nothing was known.</param>
public sealed record PatientPosterior(IReadOnlyList<double> Mean, Matrix<double> Covariance, IReadOnlyList<double> PriorMean, IReadOnlyList<double> PriorSd);

/// <summary>Mean and spread of a population of tumours, learned from fitted patients.</summary>
/// <param name="LogMean">Of each growth parameter's logarithm.</param>
/// <param name="LogSd">Spread between patients, widened by what is unknown of the mean.</param>
/// <param name="Patients">How many it was learned from.</param>
public sealed record PopulationPrior(IReadOnlyList<double> LogMean, IReadOnlyList<double> LogSd, int Patients)
{
    private const int Rounds = 2000;

    /// <summary>What is assumed of the spread before: as much as one patient would say, of a standard deviation of 0.5.</summary>
    private const double AssumedVariance = 0.25, AssumedPatients = 1;

    /// <summary>Learns by expectation and maximisation: patients normal around the mean, each known by what its own images say.</summary>
    /// <remarks>A patient's prior is divided out of its posterior, so that it is not counted once for every patient (Dempster, Laird and Rubin 1977).</remarks>
    /// <exception cref="ArgumentException">Fewer than two patients, or sizes that differ.</exception>
    public static PopulationPrior Learn(IReadOnlyList<PatientPosterior> patients)
    {
        ArgumentNullException.ThrowIfNull(patients);
        var size = patients.Count < 2 ? 0 : patients[0].Mean.Count;
        if (size == 0 || patients.Any(p => p.Mean.Count != size || p.Covariance.RowCount != size))
        {
            throw new ArgumentException($"A population is learned from two or more patients with the same parameters ({patients.Count} given).");
        }

        var (information, pull) = (new List<Matrix<double>>(), new List<Vector<double>>());
        foreach (var p in patients)
        {
            var prior = Matrix<double>.Build.DenseOfDiagonalArray(p.PriorSd.Select(s => double.IsFinite(s) ? 1 / (s * s) : 0).ToArray());
            var precision = p.Covariance.Inverse();
            information.Add(precision - prior);
            pull.Add(precision * Vector<double>.Build.DenseOfEnumerable(p.Mean) - prior * Vector<double>.Build.DenseOfEnumerable(p.PriorMean));
        }

        var mean = Vector<double>.Build.Dense(size, i => patients.Average(p => p.Mean[i]));
        var variance = Vector<double>.Build.Dense(size, AssumedVariance);
        for (var round = 0; round < Rounds; round++)
        {
            var spread = Matrix<double>.Build.DenseOfDiagonalVector(variance.Map(v => 1 / v));
            var of = information.Zip(pull, (a, b) => (a + spread).Inverse() is var c ? (Covariance: c, Mean: c * (b + spread * mean)) : default).ToList();
            var nextMean = of.Aggregate(Vector<double>.Build.Dense(size), (s, x) => s + x.Mean) / patients.Count;
            var nextVariance = Vector<double>.Build.Dense(size, i =>
                (of.Sum(x => Math.Pow(x.Mean[i] - nextMean[i], 2) + x.Covariance[i, i]) + AssumedPatients * AssumedVariance) / (patients.Count + AssumedPatients));
            var change = (nextMean - mean).AbsoluteMaximum() + (nextVariance - variance).AbsoluteMaximum();
            (mean, variance) = (nextMean, nextVariance);
            if (change < 1e-10)
            {
                break;
            }
        }

        // The mean itself is known to its share of what the patients say with the spread between them.
        var precisionOfMean = information.Aggregate(Matrix<double>.Build.Dense(size, size), (s, a) =>
            s + (Matrix<double>.Build.DenseOfDiagonalVector(variance) + (a + 1e-9 * Matrix<double>.Build.DenseIdentity(size)).Inverse()).Inverse());
        var ofMean = precisionOfMean.Inverse();
        return new PopulationPrior([.. mean], Enumerable.Range(0, size).Select(i => Math.Sqrt(variance[i] + Math.Min(ofMean[i, i], 4 * variance[i]))).ToList(), patients.Count);
    }
}
