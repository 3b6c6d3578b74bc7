namespace Etalon.Assays.Radiomics.Textures;

/// <summary>Grey level co-occurrence matrices at Chebyshev distance 1 and their features.</summary>
/// <remarks>Haralick et al., IEEE Trans SMC 3:610 (1973); as the reference manual of IBSI defines them.</remarks>
internal static class CoOccurrence
{
    private const int Features = 25;

    /// <summary>Counts pairs of one direction within some slices.</summary>
    /// <param name="box">The levels.</param>
    /// <param name="step">Direction.</param>
    /// <param name="firstSlice">First slice whose voxels begin a pair.</param>
    /// <param name="slices">How many of them.</param>
    /// <param name="counts">Receives the counts added, shape (levels + 1, levels + 1); row and column 0 hold what lies outside.</param>
    public static void Count(LevelBox box, (int X, int Y, int Z) step, int firstSlice, int slices, Span<int> counts)
    {
        var (levels, stride, offset) = (box.Levels, box.GreyLevels + 1, box.Offset(step));
        for (var k = firstSlice; k < firstSlice + slices; k++)
        {
            for (var j = 0; j < box.Ny; j++)
            {
                var start = box.Row(j, k);
                var from = levels.AsSpan(start, box.Nx);
                var to = levels.AsSpan(start + offset, box.Nx);
                for (var i = 0; i < from.Length; i++)
                {
                    counts[from[i] * stride + to[i]]++;
                }
            }
        }
    }

    /// <summary>Adds one matrix to another.</summary>
    public static void Add(ReadOnlySpan<int> counts, Span<int> sum) => Lanes.Add(counts, sum);

    /// <summary>The features, in the order of the catalogue; NaN where one is not defined. Null where there is no pair.</summary>
    public static double[]? Of(ReadOnlySpan<int> counts, int greyLevels)
    {
        var stride = greyLevels + 1;
        var (margin, difference, sum) = (new long[stride], new long[stride], new long[2 * stride]);
        var (total, largest) = (0L, 0L);
        var (entropy, energy, product) = (0.0, 0.0, 0.0);
        for (var i = 1; i <= greyLevels; i++)
        {
            var row = counts.Slice(i * stride, stride);
            for (var j = 1; j <= i; j++)
            {
                // Counted along the direction and against it: symmetric, the diagonal twice.
                long n = row[j] + (long)counts[j * stride + i];
                if (n == 0)
                {
                    continue;
                }

                var both = i == j ? n : 2 * n;
                var x = n * Math.Log2(n);
                total += both;
                largest = Math.Max(largest, n);
                entropy += i == j ? x : 2 * x;
                energy += (double)n * both;
                product += (double)i * j * both;
                margin[i] += n;
                margin[j] += i == j ? 0 : n;
                difference[i - j] += both;
                sum[i + j] += both;
            }
        }

        return total == 0 ? null : Values((total, largest, entropy, energy, product), margin, difference, sum, greyLevels);
    }

    private static double[] Values((long Total, long Largest, double Entropy, double Energy, double Product) s, long[] margin, long[] difference, long[] sum, int greyLevels)
    {
        double total = s.Total;
        var jointEntropy = Math.Log2(total) - s.Entropy / total;
        var (mean, marginEntropy) = (Mean(margin, total), Entropy(margin, total));
        var variance = Moment(margin, total, mean, 2);
        var (differenceMean, sumMean) = (Mean(difference, total), Mean(sum, total));
        var (squares, inverse, inverseNormal, moment, momentNormal, inverseVariance) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        for (var k = 0; k < difference.Length; k++)
        {
            var (p, d) = (difference[k] / total, (double)k);
            squares += d * d * p;
            inverse += p / (1 + d);
            inverseNormal += p / (1 + d / greyLevels);
            moment += p / (1 + d * d);
            momentNormal += p / (1 + d * d / ((double)greyLevels * greyLevels));
            inverseVariance += k == 0 ? 0 : p / (d * d);
        }

        var autocorrelation = s.Product / total;
        var result = new double[Features];
        var n = 0;
        result[n++] = s.Largest / total;
        result[n++] = mean;
        result[n++] = variance;
        result[n++] = jointEntropy;
        result[n++] = differenceMean;
        result[n++] = Moment(difference, total, differenceMean, 2);
        result[n++] = Entropy(difference, total);
        result[n++] = sumMean;
        result[n++] = Moment(sum, total, sumMean, 2);
        result[n++] = Entropy(sum, total);
        result[n++] = s.Energy / (total * total);
        result[n++] = squares;
        result[n++] = differenceMean;
        result[n++] = inverse;
        result[n++] = inverseNormal;
        result[n++] = moment;
        result[n++] = momentNormal;
        result[n++] = inverseVariance;
        result[n++] = variance > 0 ? (autocorrelation - mean * mean) / variance : double.NaN;
        result[n++] = autocorrelation;
        result[n++] = Moment(sum, total, 2 * mean, 2);
        result[n++] = Moment(sum, total, 2 * mean, 3);
        result[n++] = Moment(sum, total, 2 * mean, 4);
        // Of a symmetric matrix both entropies of the product of margins are twice that of the margin.
        result[n++] = marginEntropy > 0 ? (jointEntropy - 2 * marginEntropy) / marginEntropy : double.NaN;
        result[n++] = Math.Sqrt(Math.Max(0, 1 - Math.Exp(-2 * (2 * marginEntropy - jointEntropy))));
        return result;
    }

    private static double Mean(long[] counts, double total)
    {
        var sum = 0.0;
        for (var k = 0; k < counts.Length; k++)
        {
            sum += (double)k * counts[k];
        }

        return sum / total;
    }

    private static double Moment(long[] counts, double total, double about, int power)
    {
        var sum = 0.0;
        for (var k = 0; k < counts.Length; k++)
        {
            if (counts[k] != 0)
            {
                var d = k - about;
                var square = d * d;
                sum += counts[k] * power switch { 2 => square, 3 => square * d, _ => square * square };
            }
        }

        return sum / total;
    }

    private static double Entropy(long[] counts, double total)
    {
        var sum = 0.0;
        foreach (var n in counts)
        {
            sum += n == 0 ? 0 : n * Math.Log2(n);
        }

        return Math.Log2(total) - sum / total;
    }
}
