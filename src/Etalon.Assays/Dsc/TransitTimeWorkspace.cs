namespace Etalon.Assays.Dsc;

/// <summary>What one way of sampling gives.</summary>
internal readonly record struct Candidate(double Cost, double LogFlow, double LogMtt)
{
    public double Form { get; init; }

    public double Delay { get; init; }

    public Convolution Convolution { get; init; }

    public double FlowVariance { get; init; }

    public double MttVariance { get; init; }

    public double Covariance { get; init; }

    public double Width { get; init; }
}

/// <summary>Memory of one thread for <see cref="TransitTimeModel"/>.</summary>
public sealed class TransitTimeWorkspace
{
    /// <summary>Rents memory for the curves of one model.</summary>
    public TransitTimeWorkspace(TransitTimeModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var n = model.Samples;
        (Model, Residual, Weights) = (new double[n], new double[n], new double[n - model.From]);
        Slopes = [new double[n], new double[n], new double[n], new double[n]];
    }

    internal double[] Model { get; }

    internal double[] Residual { get; }

    internal double[] Weights { get; }

    internal double[][] Slopes { get; }

    internal double[,] Matrix { get; } = new double[4, 4];

    internal double[,] Inverse { get; } = new double[4, 4];

    internal double[] Gradient { get; } = new double[4];

    internal double[] Step { get; } = new double[4];

    internal Candidate[] Candidates { get; } = new Candidate[8];

    internal int Count { get; set; }

    internal int OffsetFirst { get; set; }

    internal double OffsetSd { get; set; }

    private double[,] Factor { get; } = new double[4, 4];

    /// <summary>Step of (JᵀJ + damping diag) x = Jᵀr by Cholesky; false where it is not positive definite.</summary>
    internal bool Solve(int size, double damping)
    {
        if (!Decompose(size, damping))
        {
            return false;
        }

        Gradient.AsSpan(0, size).CopyTo(Step);
        Substitute(size, Step);
        return true;
    }

    /// <summary>(JᵀJ)⁻¹ into <see cref="Inverse"/>.</summary>
    internal bool Invert(int size)
    {
        if (!Decompose(size, 0))
        {
            return false;
        }

        Span<double> column = stackalloc double[4];
        for (var c = 0; c < size; c++)
        {
            column.Clear();
            column[c] = 1;
            Substitute(size, column);
            for (var r = 0; r < size; r++)
            {
                Inverse[r, c] = column[r];
            }
        }

        return true;
    }

    private bool Decompose(int size, double damping)
    {
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = Matrix[i, j] * (i == j ? 1 + damping : 1);
                for (var k = 0; k < j; k++)
                {
                    sum -= Factor[i, k] * Factor[j, k];
                }

                if (i == j && !(sum > 1e-14 * Matrix[i, i]))
                {
                    return false;
                }

                Factor[i, j] = i == j ? Math.Sqrt(sum) : sum / Factor[j, j];
            }
        }

        return true;
    }

    private void Substitute(int size, Span<double> x)
    {
        for (var i = 0; i < size; i++)
        {
            for (var k = 0; k < i; k++)
            {
                x[i] -= Factor[i, k] * x[k];
            }

            x[i] /= Factor[i, i];
        }

        for (var i = size - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < size; k++)
            {
                x[i] -= Factor[k, i] * x[k];
            }

            x[i] /= Factor[i, i];
        }
    }
}
