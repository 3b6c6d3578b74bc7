using System.Globalization;
using Etalon.Numerics;

namespace Etalon.Tests.Numerics;

/// <summary>One certified non-linear regression of NIST's Statistical Reference Datasets, as its file states it.</summary>
internal sealed record StrdCase(
    string Name, double[][] Starts, double[] Certified, double[] StandardErrors, double ResidualSquares, double[] Y, double[][] X)
{
    /// <summary>Reads a file of the collection.</summary>
    public static StrdCase Read(string path)
    {
        var lines = File.ReadAllLines(path);
        var parameters = lines.Where(l => l.TrimStart() is ['b', _, ..] t && char.IsDigit(t[1]) && t.Contains('=', StringComparison.Ordinal))
            .Select(l => Numbers(l[(l.IndexOf('=', StringComparison.Ordinal) + 1)..])).Where(n => n.Length == 4).ToArray();
        var squares = Numbers(lines.First(l => l.StartsWith("Residual Sum of Squares:", StringComparison.Ordinal))["Residual Sum of Squares:".Length..])[0];
        var table = Array.FindLastIndex(lines, l => l.StartsWith("Data:", StringComparison.Ordinal));
        var rows = lines.Skip(table + 1).Select(Numbers).Where(r => r.Length >= 2).ToArray();
        var exact = lines.Skip(table + 1).Where(l => Numbers(l).Length >= 2)
            .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => DoubleDouble.Parse(w)).ToArray()).ToArray();
        var name = Path.GetFileNameWithoutExtension(path);
        return new StrdCase(
            name, [parameters.Select(p => p[0]).ToArray(), parameters.Select(p => p[1]).ToArray()],
            parameters.Select(p => p[2]).ToArray(), parameters.Select(p => p[3]).ToArray(), squares,
            rows.Select(r => r[0]).ToArray(), rows.Select(r => r[1..]).ToArray())
        {
            ExactX = [.. exact.Select(r => r[1..])],
            ExactY = [.. exact.Select(r => name == "Nelson" ? DoubleDouble.Log(r[0]) : r[0])],
        };
    }

    /// <summary>The predictors as the file writes them, to 30 digits.</summary>
    public required DoubleDouble[][] ExactX { get; init; }

    /// <summary>What the model describes, as the file writes it, to 30 digits.</summary>
    public required DoubleDouble[] ExactY { get; init; }

    /// <summary>The model by the name of the data set.</summary>
    public Func<double[], double[], double> Model => Name switch
    {
        "Bennett5" => (b, x) => b[0] * Math.Pow(b[1] + x[0], -1 / b[2]),
        "BoxBOD" or "Misra1a" => (b, x) => b[0] * (1 - Math.Exp(-b[1] * x[0])),
        "Chwirut1" or "Chwirut2" => (b, x) => Math.Exp(-b[0] * x[0]) / (b[1] + b[2] * x[0]),
        "DanWood" => (b, x) => b[0] * Math.Pow(x[0], b[1]),
        "ENSO" => Enso,
        "Eckerle4" => (b, x) => b[0] / b[1] * Math.Exp(-0.5 * Square((x[0] - b[2]) / b[1])),
        "Gauss1" or "Gauss2" or "Gauss3" => (b, x) =>
            b[0] * Math.Exp(-b[1] * x[0]) + b[2] * Math.Exp(-Square((x[0] - b[3]) / b[4])) + b[5] * Math.Exp(-Square((x[0] - b[6]) / b[7])),
        "Hahn1" or "Thurber" => (b, x) => (b[0] + x[0] * (b[1] + x[0] * (b[2] + x[0] * b[3]))) / (1 + x[0] * (b[4] + x[0] * (b[5] + x[0] * b[6]))),
        "Kirby2" => (b, x) => (b[0] + x[0] * (b[1] + x[0] * b[2])) / (1 + x[0] * (b[3] + x[0] * b[4])),
        "Lanczos1" or "Lanczos2" or "Lanczos3" => (b, x) => b[0] * Math.Exp(-b[1] * x[0]) + b[2] * Math.Exp(-b[3] * x[0]) + b[4] * Math.Exp(-b[5] * x[0]),
        "MGH09" => (b, x) => b[0] * (x[0] * x[0] + x[0] * b[1]) / (x[0] * x[0] + x[0] * b[2] + b[3]),
        "MGH10" => (b, x) => b[0] * Math.Exp(b[1] / (x[0] + b[2])),
        "MGH17" => (b, x) => b[0] + b[1] * Math.Exp(-x[0] * b[3]) + b[2] * Math.Exp(-x[0] * b[4]),
        "Misra1b" => (b, x) => b[0] * (1 - Math.Pow(1 + b[1] * x[0] / 2, -2)),
        "Misra1c" => (b, x) => b[0] * (1 - Math.Pow(1 + 2 * b[1] * x[0], -0.5)),
        "Misra1d" => (b, x) => b[0] * b[1] * x[0] / (1 + b[1] * x[0]),
        "Nelson" => (b, x) => b[0] - b[1] * x[0] * Math.Exp(-b[2] * x[1]),
        "Rat42" => (b, x) => b[0] / (1 + Math.Exp(b[1] - b[2] * x[0])),
        "Rat43" => (b, x) => b[0] / Math.Pow(1 + Math.Exp(b[1] - b[2] * x[0]), 1 / b[3]),
        "Roszman1" => (b, x) => b[0] - b[1] * x[0] - Math.Atan(b[2] / (x[0] - b[3])) / Math.PI,
        _ => throw new ArgumentException($"No model is known for {Name}."),
    };

    /// <summary>The response that the model describes.</summary>
    public double Response(int row) => Name == "Nelson" ? Math.Log(Y[row]) : Y[row];

    private static double Enso(double[] b, double[] x)
    {
        double Wave(double a, double c, double period) => a * Math.Cos(2 * Math.PI * x[0] / period) + c * Math.Sin(2 * Math.PI * x[0] / period);
        return b[0] + Wave(b[1], b[2], 12) + Wave(b[4], b[5], b[3]) + Wave(b[7], b[8], b[6]);
    }

    private static double Square(double x) => x * x;

    private static double[] Numbers(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var numbers = words.Select(w => double.TryParse(w, CultureInfo.InvariantCulture, out var n) ? n : double.NaN).ToArray();
        return numbers.Any(double.IsNaN) ? [] : numbers;
    }
}
