using Etalon.Numerics;

namespace Etalon.Tests.Numerics;

/// <summary>Curves of imaging by the name of their certified case, as its file states them.</summary>
internal readonly record struct ImagingFormula(string Name, int Parameters) : IFormula
{
    public T Value<T>(ReadOnlySpan<T> p, ReadOnlySpan<T> predictors) where T : struct, IRealNumber<T>
    {
        var x = predictors[0];
        return Name switch
        {
            "adc_mono" => p[0] * T.Exp(-x * p[1]),
            "biexp_t2_hard" => p[0] * T.Exp(-x / p[1]) + p[2] * T.Exp(-x / p[3]),
            "dki" => p[0] * T.Exp(-x * p[1] + x * x * p[1] * p[1] * p[2] / 6.0),
            "ext_tofts_weinmann" => ExtendedTofts(p, x),
            "gamma_variate" => p[0] * T.Pow(x, p[1]) * T.Exp(-x / p[2]),
            "gompertz" => p[0] * T.Exp(p[1] / p[2] * (1.0 - T.Exp(-p[2] * x))),
            "ir_t1" => p[0] * (1.0 - p[1] * T.Exp(-x / p[2])),
            "ivim" => p[0] * ((1.0 - p[1]) * T.Exp(-x * p[2]) + p[1] * T.Exp(-x * p[3])),
            "logistic4" => p[3] + (p[0] - p[3]) / (1.0 + T.Pow(x / p[2], p[1])),
            "lq_survival" => T.Exp(-p[0] * x - p[1] * x * x),
            "t2_offset" => p[0] * T.Exp(-x / p[1]) + p[2],
            "vfa_spgr" => Spoiled(p, x),
            _ => throw new ArgumentException($"No model is known for {Name}."),
        };
    }

    private static T Spoiled<T>(ReadOnlySpan<T> p, T degrees) where T : struct, IRealNumber<T>
    {
        var (sin, cos) = T.SinCos(degrees * T.Pi / 180.0);
        var e = T.Exp(-5.0 / p[1]);
        return p[0] * sin * (1.0 - e) / (1.0 - e * cos);
    }

    /// <summary>The case's input function is 3.99 exp(−0.144 t) + 4.78 exp(−0.0111 t), whose convolution with an exponential has a closed form.</summary>
    private static T ExtendedTofts<T>(ReadOnlySpan<T> p, T t) where T : struct, IRealNumber<T>
    {
        var rate = p[0] / p[1];
        return Term<T>(399, 100, 144, 1000, p, rate, t) + Term<T>(478, 100, 111, 10000, p, rate, t);
    }

    // Amplitude and decay as fractions of whole numbers: exact in every kind of number.
    private static T Term<T>(double amplitude, double per, double decay, double perDecay, ReadOnlySpan<T> p, T rate, T t) where T : struct, IRealNumber<T>
    {
        T a = amplitude;
        a /= per;
        T d = decay;
        d /= perDecay;
        return a * (p[2] * T.Exp(-d * t) + p[0] * (T.Exp(-d * t) - T.Exp(-rate * t)) / (rate - d));
    }
}
