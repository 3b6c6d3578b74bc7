using Etalon.Numerics;

namespace Etalon.Tests.Numerics;

/// <summary>The models of NIST's non-linear sets, as their files state them, by the name of the set.</summary>
internal readonly record struct StrdFormula(string Name, int Parameters) : IFormula
{
    public T Value<T>(ReadOnlySpan<T> b, ReadOnlySpan<T> x) where T : struct, IRealNumber<T> => Name switch
    {
        "Bennett5" => b[0] * T.Pow(b[1] + x[0], -1.0 / b[2]),
        "BoxBOD" or "Misra1a" => b[0] * (1.0 - T.Exp(-b[1] * x[0])),
        "Chwirut1" or "Chwirut2" => T.Exp(-b[0] * x[0]) / (b[1] + b[2] * x[0]),
        "DanWood" => b[0] * T.Pow(x[0], b[1]),
        "ENSO" => b[0] + Wave(b[1], b[2], 12.0, x[0]) + Wave(b[4], b[5], b[3], x[0]) + Wave(b[7], b[8], b[6], x[0]),
        "Eckerle4" => b[0] / b[1] * T.Exp(-0.5 * Square((x[0] - b[2]) / b[1])),
        "Gauss1" or "Gauss2" or "Gauss3" =>
            b[0] * T.Exp(-b[1] * x[0]) + b[2] * T.Exp(-Square((x[0] - b[3]) / b[4])) + b[5] * T.Exp(-Square((x[0] - b[6]) / b[7])),
        "Hahn1" or "Thurber" => (b[0] + x[0] * (b[1] + x[0] * (b[2] + x[0] * b[3]))) / (1.0 + x[0] * (b[4] + x[0] * (b[5] + x[0] * b[6]))),
        "Kirby2" => (b[0] + x[0] * (b[1] + x[0] * b[2])) / (1.0 + x[0] * (b[3] + x[0] * b[4])),
        "Lanczos1" or "Lanczos2" or "Lanczos3" => b[0] * T.Exp(-b[1] * x[0]) + b[2] * T.Exp(-b[3] * x[0]) + b[4] * T.Exp(-b[5] * x[0]),
        "MGH09" => b[0] * (x[0] * x[0] + x[0] * b[1]) / (x[0] * x[0] + x[0] * b[2] + b[3]),
        "MGH10" => b[0] * T.Exp(b[1] / (x[0] + b[2])),
        "MGH17" => b[0] + b[1] * T.Exp(-x[0] * b[3]) + b[2] * T.Exp(-x[0] * b[4]),
        "Misra1b" => b[0] * (1.0 - 1.0 / Square(1.0 + b[1] * x[0] / 2.0)),
        "Misra1c" => b[0] * (1.0 - 1.0 / T.Sqrt(1.0 + 2.0 * b[1] * x[0])),
        "Misra1d" => b[0] * b[1] * x[0] / (1.0 + b[1] * x[0]),
        // Of the logarithm of the response.
        "Nelson" => b[0] - b[1] * x[0] * T.Exp(-b[2] * x[1]),
        "Rat42" => b[0] / (1.0 + T.Exp(b[1] - b[2] * x[0])),
        "Rat43" => b[0] / T.Pow(1.0 + T.Exp(b[1] - b[2] * x[0]), 1.0 / b[3]),
        "Roszman1" => b[0] - b[1] * x[0] - T.Atan(b[2] / (x[0] - b[3])) / T.Pi,
        _ => throw new ArgumentException($"No model is known for {Name}."),
    };

    private static T Wave<T>(T cosine, T sine, T period, T x) where T : struct, IRealNumber<T>
    {
        var (sin, cos) = T.SinCos(2.0 * T.Pi * x / period);
        return cosine * cos + sine * sin;
    }

    private static T Square<T>(T x) where T : struct, IRealNumber<T> => x * x;
}
