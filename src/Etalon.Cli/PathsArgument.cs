using System.CommandLine;

namespace Etalon.Cli;

/// <summary>One or more paths. A word that begins like an option and names nothing on disk is an option that does not exist, and no path.</summary>
internal static class PathsArgument
{
    public static Argument<string[]> Create(string description, string name = "PATH", int least = 1)
    {
        var argument = new Argument<string[]>(name) { Description = description, Arity = new ArgumentArity(least, 100_000) };
        argument.Validators.Add(result =>
        {
            foreach (var word in result.Tokens.Select(token => token.Value).Where(word => word.Length > 1 && word[0] == '-' && !Path.Exists(word)))
            {
                result.AddError($"{word}: there is no such option, and no such file or folder.");
            }
        });
        return argument;
    }
}
