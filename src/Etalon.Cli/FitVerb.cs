using System.CommandLine;
using Etalon.Study.Curves;

namespace Etalon.Cli;

/// <summary><c>etalon fit MODEL</c>: curves in, parameters with uncertainty out, a line each.</summary>
internal static class FitVerb
{
    public static Command Create()
    {
        var models = CurveModels.Create().Select(m => m.Name).ToList();
        var model = new Argument<string>("MODEL") { Description = "One of " + string.Join(", ", models) + "." };
        model.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !models.Contains(token.Value, StringComparer.Ordinal))
            {
                result.AddError($"MODEL {Session.Safe(token.Value)}: expected one of {string.Join(", ", models)}.");
            }
        });
        var input = new Option<string?>("--input") { Description = "File of JSON Lines. Default: standard input." };
        var command = new Command("fit", "Fits curves: JSON Lines in, JSON Lines out, in order, as they come.") { model, input };
        command.SetAction(parse => Session.Run(json: false, cancellation => Execute(parse.GetValue(model)!, parse.GetValue(input), cancellation)));
        return command;
    }

    private static int Execute(string name, string? path, CancellationToken cancellation)
    {
        if (path is not null && !File.Exists(path))
        {
            Console.Error.WriteLine($"--input {Session.Safe(path)}: there is no such file.");
            return ExitStatus.WrongUsage;
        }

        var model = CurveModels.Create().First(m => m.Name == name);
        using var input = path is null ? Console.OpenStandardInput() : File.OpenRead(path);
        using var output = Console.OpenStandardOutput();
        CurveCount count;
        try
        {
            count = CurveFits.Run(model, input, output, cancellation);
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Interrupted. The lines that were answered stand.");
            return ExitStatus.Interrupted;
        }

        if (count.FirstUnusable is { } first)
        {
            Console.Error.WriteLine($"{count.Unusable} of {count.Lines} lines could not be used; the first is line {first.Line}: {Session.Safe(first.Why)}.");
        }

        if (count.Lines == 0)
        {
            Console.Error.WriteLine("There was no line to fit. Expected: one JSON object for each curve.");
        }

        return count.Lines > count.Unusable ? ExitStatus.Done : ExitStatus.InputUnusable;
    }
}
