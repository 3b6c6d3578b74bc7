using System.CommandLine;
using System.Globalization;
using Etalon.Study;

namespace Etalon.Cli;

/// <summary>Options that all verbs share.</summary>
internal sealed class CommonOptions
{
    private readonly Option<bool> _force = new("--force") { Description = "Replace the output folder if it is there." };
    private readonly Option<bool> _json = new("--json") { Description = "Print the result for machines on standard output." };
    private readonly Option<ulong> _seed = new("--seed") { Description = "Fixes every random stream. Default: 1.", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads of the twin and of registration; results do not depend on it. Default: the machine's cores.", DefaultValueFactory = _ => Environment.ProcessorCount };

    public void AddTo(Command command)
    {
        _threads.Validators.Add(result =>
        {
            // A number that does not fit is told by the parser; asking for its value would throw.
            if (result.Tokens is [var token] && int.TryParse(token.Value, CultureInfo.InvariantCulture, out var threads) && threads is < 1 or > 1024)
            {
                result.AddError("--threads: expected a number from 1 to 1024.");
            }
        });
        command.Options.Add(_force);
        command.Options.Add(_json);
        command.Options.Add(_seed);
        command.Options.Add(_threads);
    }

    public bool IsForced(ParseResult parse) => parse.GetValue(_force);

    public bool IsJson(ParseResult parse) => parse.GetValue(_json);

    public StudyOptions Study(ParseResult parse) => new() { Seed = parse.GetValue(_seed), Threads = parse.GetValue(_threads) };

    public ulong Seed(ParseResult parse) => parse.GetValue(_seed);
}
