namespace Etalon.Cli;

/// <summary>What the process says when it ends.</summary>
public static class ExitStatus
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Our fault.</summary>
    public const int OurFault = 1;

    /// <summary>Wrong usage.</summary>
    public const int WrongUsage = 2;

    /// <summary>The input cannot be used.</summary>
    public const int InputUnusable = 3;

    /// <summary>Refused as unfit for the stated purpose.</summary>
    public const int Unfit = 4;

    /// <summary>Interrupted.</summary>
    public const int Interrupted = 130;
}
