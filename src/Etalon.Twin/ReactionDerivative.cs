namespace Etalon.Twin;

/// <summary>N → aN/(1 + bN/θ) of one operation with its derivatives, voxel by voxel.</summary>
internal sealed class ReactionDerivative
{
    private readonly ReactionField _field;
    private readonly double[] _a, _b;
    private readonly double[][] _slopeA, _slopeB;
    private readonly double[] _factorTimesA, _factorTimesB;

    /// <summary>Prepares one operation.</summary>
    public ReactionDerivative(ReactionField field, SlopedReaction[] nodes)
    {
        _field = field;
        (_a, _b) = (ReactionField.Coefficients(nodes, r => r.Map.A), ReactionField.Coefficients(nodes, r => r.Map.B));
        var parameters = nodes[0].SlopeA.Length;
        (_slopeA, _slopeB) = (new double[parameters][], new double[parameters][]);
        for (var p = 0; p < parameters; p++)
        {
            // With k = κr, a node's slope to k is r times its slope to κ.
            var q = p;
            double Factor(SlopedReaction r) => q == SlopedReaction.Proliferation ? field.Factors[Array.IndexOf(nodes, r)] : 1;
            _slopeA[p] = ReactionField.Coefficients(nodes, r => Factor(r) * r.SlopeA[q]);
            _slopeB[p] = ReactionField.Coefficients(nodes, r => Factor(r) * r.SlopeB[q]);
        }

        _factorTimesA = ReactionField.Coefficients(nodes, r => r.SlopeA[SlopedReaction.Proliferation]);
        _factorTimesB = ReactionField.Coefficients(nodes, r => r.SlopeB[SlopedReaction.Proliferation]);
    }

    /// <summary>Tangent: what becomes of a direction in the state and the parameters.</summary>
    public void Forward(double[] tangent, double[] before, double[] parameters)
    {
        var (da, db) = (Combined(_slopeA, parameters), Combined(_slopeB, parameters));
        for (var n = 0; n < tangent.Length; n++)
        {
            if (tangent[n] != 0 || before[n] != 0)
            {
                var (a, b, c) = (_field.At(_a, n), _field.At(_b, n), _field.InverseCapacity(n));
                var (u, w) = (before[n], 1 / (1 + b * c * before[n]));
                tangent[n] = a * w * w * tangent[n] + (_field.At(da, n) - a * _field.At(db, n) * c * u * w) * u * w;
            }
        }
    }

    /// <summary>Adjoint: the state's, and what it adds to the gradients.</summary>
    public void Backward(double[] adjoint, double[] before, double[] gradient, double[]? toFactor, double proliferation)
    {
        for (var n = 0; n < adjoint.Length; n++)
        {
            if (adjoint[n] == 0)
            {
                continue;
            }

            var (a, b, c) = (_field.At(_a, n), _field.At(_b, n), _field.InverseCapacity(n));
            var (u, w) = (before[n], 1 / (1 + b * c * before[n]));
            var (toA, toB) = (adjoint[n] * u * w, -adjoint[n] * a * c * u * u * w * w);
            for (var p = 0; p < gradient.Length; p++)
            {
                gradient[p] += toA * _field.At(_slopeA[p], n) + toB * _field.At(_slopeB[p], n);
            }

            if (toFactor is not null)
            {
                toFactor[n] += proliferation * (toA * _field.At(_factorTimesA, n) + toB * _field.At(_factorTimesB, n));
            }

            adjoint[n] *= a * w * w;
        }
    }

    private static double[] Combined(double[][] slopes, double[] parameters)
    {
        var sum = new double[slopes[0].Length];
        for (var p = 0; p < parameters.Length; p++)
        {
            for (var j = 0; j < sum.Length; j++)
            {
                sum[j] += parameters[p] * slopes[p][j];
            }
        }

        return sum;
    }
}
