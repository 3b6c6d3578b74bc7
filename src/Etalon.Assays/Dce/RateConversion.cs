using Etalon.Numerics;

namespace Etalon.Assays.Dce;

/// <summary>From amplitudes and rates to the parameters of a model, with their covariance.</summary>
/// <remarks>
/// Exchange: with rates K₊ ≥ K₋ and coefficients c of their exponentials, Fp = c₊ + c₋, E = c₋/Fp, Fp/vp = K₊ − E (K₊ − K₋), PS/ve = K₊K₋ vp/Fp and
/// PS/vp = K₊ + K₋ − Fp/vp − PS/ve (Sourbron and Buckley, Magn Reson Med 66:735–745, 2011). Uptake: K₋ = 0, PS = Fp c₋/c₊ and vp = (Fp + PS)/K₊.
/// </remarks>
internal readonly struct RateConversion(RateSpace space, DceModel model, DceRaw raw)
{
    private const int Most = 5;

    /// <summary>Value of a parameter, rates per s; NaN where the fit does not define it; and whether it lies at a bound.</summary>
    public (double Value, bool IsAtBound) Value(DceParameter parameter)
    {
        Span<double> at = [raw.A1, raw.X1, raw.A2, raw.X2, raw.Vp];
        var value = Of(parameter, at);
        var isAtBound = (model, parameter) switch
        {
            (DceModel.Tofts or DceModel.ExtendedTofts or DceModel.Patlak, DceParameter.Ktrans or DceParameter.Ps) => raw.A1 <= 0,
            (_, DceParameter.Kep) => raw.A1 > 0 && (raw.X1 <= 0 || raw.X1 >= space.Highest),
            (DceModel.ExtendedTofts or DceModel.Patlak, DceParameter.Vp) => raw.Vp <= 0,
            (DceModel.Tofts or DceModel.ExtendedTofts, DceParameter.Ve) => raw.A1 > 0 && raw.X1 >= space.Highest,
            (_, DceParameter.Ps) => raw.A1 <= 0 || raw.A2 <= 0,
            (DceModel.TwoCompartmentUptake or DceModel.TwoCompartmentExchange, DceParameter.Vp) => raw.X1 >= space.Highest,
            _ => false,
        };
        return (isAtBound && parameter is DceParameter.Ktrans or DceParameter.Ps && !double.IsFinite(value) ? 0 : value, isAtBound);
    }

    /// <summary>Covariance of the model's parameters over the variance of noise, row by row; NaN where it cannot be told.</summary>
    public double[] Covariance()
    {
        var parameters = DceFit.ParametersOf(model);
        var count = parameters.Length;
        var result = new double[count * count];
        Span<double> natural = stackalloc double[Most * Most];
        if (!Natural(natural))
        {
            Array.Fill(result, double.NaN);
            return result;
        }

        Span<double> gradients = stackalloc double[Most * Most];
        for (var p = 0; p < count; p++)
        {
            Gradient(parameters[p], gradients.Slice(p * Most, Most));
        }

        Span<double> product = stackalloc double[Most];
        for (var q = 0; q < count; q++)
        {
            for (var i = 0; i < Most; i++)
            {
                var sum = 0.0;
                for (var j = 0; j < Most; j++)
                {
                    sum += natural[i * Most + j] * gradients[q * Most + j];
                }

                product[i] = sum;
            }

            for (var p = 0; p <= q; p++)
            {
                var sum = 0.0;
                for (var i = 0; i < Most; i++)
                {
                    sum += gradients[p * Most + i] * product[i];
                }

                result[p * count + q] = result[q * count + p] = sum;
            }
        }

        return result;
    }

    /// <summary>(JᵀJ)⁻¹ of (a1, x1, a2, x2, vp); those that the model lacks or that lie at a bound are held.</summary>
    private bool Natural(Span<double> inverse)
    {
        var dimension = space.Dimension;
        Span<double> columns = stackalloc double[Most * dimension];
        Span<bool> held = stackalloc bool[Most];
        var hasTwo = model is DceModel.TwoCompartmentUptake or DceModel.TwoCompartmentExchange;
        space.At(raw.X1, columns[..dimension], columns.Slice(dimension, dimension));
        if (hasTwo)
        {
            space.At(raw.X2, columns.Slice(2 * dimension, dimension), columns.Slice(3 * dimension, dimension));
        }

        for (var d = 0; d < dimension; d++)
        {
            columns[dimension + d] *= raw.A1;
            columns[3 * dimension + d] *= raw.A2;
            columns[4 * dimension + d] = space.Plasma[d];
        }

        held[0] = raw.A1 <= 0;
        held[1] = raw.A1 <= 0 || model == DceModel.Patlak || raw.X1 <= 0 || raw.X1 >= space.Highest;
        held[2] = !hasTwo || raw.A2 <= 0;
        held[3] = !hasTwo || raw.A2 <= 0 || model == DceModel.TwoCompartmentUptake || raw.X2 <= 0 || raw.X2 >= space.Highest;
        held[4] = model is not (DceModel.ExtendedTofts or DceModel.Patlak) || raw.Vp <= 0;
        Span<double> hessian = stackalloc double[Most * Most];
        for (var i = 0; i < Most; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                hessian[i * Most + j] = hessian[j * Most + i] = held[i] || held[j] ? 0 : Product.Dot(columns.Slice(i * dimension, dimension), columns.Slice(j * dimension, dimension));
            }
        }

        return (!hasTwo && TryInvertThree(hessian, held, inverse)) || SmallLeastSquares.TryInvert(hessian, held, inverse);
    }

    /// <summary>Inverse over the amplitude, the rate and plasma by cofactors of the matrix scaled to unit diagonal; false where one is held or the determinant has lost its digits.</summary>
    private static bool TryInvertThree(ReadOnlySpan<double> hessian, ReadOnlySpan<bool> held, Span<double> inverse)
    {
        if (held[0] || held[1])
        {
            return false;
        }

        var plasma = held[4] ? 0 : hessian[24];
        var (s0, s1, s2) = (1 / Math.Sqrt(hessian[0]), 1 / Math.Sqrt(hessian[6]), plasma > 0 ? 1 / Math.Sqrt(plasma) : 0);
        var (a, b, c) = (hessian[1] * s0 * s1, hessian[4] * s0 * s2, hessian[9] * s1 * s2);
        var determinant = 1 + 2 * a * b * c - a * a - b * b - c * c;
        if (!(determinant > 1e-8))
        {
            return false;
        }

        inverse.Clear();
        var r = 1 / determinant;
        (inverse[0], inverse[6], inverse[24]) = ((1 - c * c) * r * s0 * s0, (1 - b * b) * r * s1 * s1, (1 - a * a) * r * s2 * s2);
        inverse[1] = inverse[5] = (b * c - a) * r * s0 * s1;
        inverse[4] = inverse[20] = (a * c - b) * r * s0 * s2;
        inverse[9] = inverse[21] = (a * b - c) * r * s1 * s2;
        return true;
    }

    private void Gradient(DceParameter parameter, Span<double> gradient)
    {
        gradient.Clear();
        if (model is DceModel.Tofts or DceModel.ExtendedTofts or DceModel.Patlak)
        {
            SingleGradient(parameter, gradient);
            return;
        }

        Span<double> at = [raw.A1, raw.X1, raw.A2, raw.X2, raw.Vp];
        for (var i = 0; i < Most; i++)
        {
            // Smooth functions of these: central differences err by 1e-10.
            var step = 1e-5 * Math.Max(Math.Abs(at[i]), i is 1 or 3 ? 0.1 : 1e-6);
            var middle = at[i];
            at[i] = middle + step;
            var above = Of(parameter, at);
            at[i] = middle - step;
            gradient[i] = (above - Of(parameter, at)) / (2 * step);
            at[i] = middle;
            gradient[i] = double.IsFinite(gradient[i]) ? gradient[i] : 0;
        }
    }

    /// <summary>Of Ktrans = a s, kep = s − 1/T and ve = a/(1 − exp(−x)), s = exp(x)/T.</summary>
    private void SingleGradient(DceParameter parameter, Span<double> gradient)
    {
        var (scale, rest) = (space.Scale(raw.X1), -double.ExpM1(-raw.X1));
        switch (parameter)
        {
            case DceParameter.Ktrans or DceParameter.Ps:
                (gradient[0], gradient[1]) = (scale, raw.A1 * scale);
                break;
            case DceParameter.Kep:
                gradient[1] = scale;
                break;
            case DceParameter.Ve:
                (gradient[0], gradient[1]) = rest > 0 ? (1 / rest, -raw.A1 * (1 - rest) / (rest * rest)) : (0, 0);
                break;
            default:
                gradient[4] = 1;
                break;
        }
    }

    private double Of(DceParameter parameter, ReadOnlySpan<double> at)
    {
        var (c1, k1) = (at[0] * space.Scale(at[1]), space.Rate(at[1]));
        if (model is DceModel.Tofts or DceModel.ExtendedTofts or DceModel.Patlak)
        {
            return parameter switch
            {
                DceParameter.Ktrans or DceParameter.Ps => c1,
                DceParameter.Kep => at[0] > 0 ? k1 : double.NaN,
                DceParameter.Ve => at[0] > 0 && k1 > 0 ? c1 / k1 : double.NaN,
                _ => at[4],
            };
        }

        var (c2, k2) = (at[2] * space.Scale(at[3]), space.Rate(at[3]));
        switch (model)
        {
            case DceModel.TwoCompartmentUptake:
                var flow = c1 + c2;
                return parameter switch
                {
                    DceParameter.Fp => flow,
                    DceParameter.Ps => flow * c2 / c1,
                    _ => flow * flow / (c1 * k1),
                };
            default:
                var fp = c1 + c2;
                var perPlasma = k1 - c2 / fp * (k1 - k2);
                var (vp, y) = (fp / perPlasma, k1 * k2 / perPlasma);
                var ps = (k1 + k2 - perPlasma - y) * vp;
                return parameter switch { DceParameter.Fp => fp, DceParameter.Vp => vp, DceParameter.Ps => ps, _ => ps / y };
        }
    }
}
