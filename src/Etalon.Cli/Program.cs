namespace Etalon.Cli;

/// <summary>The `etalon` command.</summary>
public static class Program
{
    /// <summary>Parses, calls, prints.</summary>
    public static int Main() => 0;
}
