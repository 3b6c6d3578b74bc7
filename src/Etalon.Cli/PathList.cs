namespace Etalon.Cli;

/// <summary>A list of paths in place of paths: <c>@FILE</c>, one a line, and <c>@-</c> for standard input. Spaces and quotes are part of a path.</summary>
internal static class PathList
{
    /// <summary>A longer list is no list of paths.</summary>
    private const long LongestList = 256L << 20;

    /// <param name="token">The word on the command line, without its @.</param>
    /// <param name="paths">The lines of the list that are not empty.</param>
    /// <param name="error">Why it cannot be read.</param>
    public static bool TryRead(string token, out IReadOnlyList<string>? paths, out string? error)
    {
        (paths, error) = (null, null);
        try
        {
            using var stream = token == "-" ? Console.OpenStandardInput() : File.OpenRead(token);
            if (stream.CanSeek && stream.Length > LongestList)
            {
                error = $"@{token}: a list of paths has at most {LongestList >> 20} MiB.";
                return false;
            }

            using var reader = new StreamReader(stream);
            var lines = new List<string>();
            while (reader.ReadLine() is { } line)
            {
                if (line.Length > 0)
                {
                    // A name that begins like an option, or like a list, is a name here.
                    lines.Add(line[0] is '-' or '@' ? Path.Combine(".", line) : line);
                }
            }

            paths = lines;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            error = $"@{token}: the list of paths cannot be read ({e.Message}). A path that begins with @ is written ./@...";
            return false;
        }
    }
}
