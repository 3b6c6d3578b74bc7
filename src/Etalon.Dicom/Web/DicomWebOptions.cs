namespace Etalon.Dicom.Web;

/// <summary>Limits for talking to a server. The defaults admit every archive of a hospital and no attack.</summary>
public sealed record DicomWebOptions
{
    /// <summary>Who asks; null asks without credentials.</summary>
    public DicomWebCredentials? Credentials { get; init; }

    /// <summary>Whether plain http may go to another machine, credentials and images with it.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>Requests at one time, 1 to 16.</summary>
    public int Parallel
    {
        get;
        init => field = value is >= 1 and <= 16 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "1 to 16.");
    } = 4;

    /// <summary>How often a request that failed for a passing reason is sent again, 0 to 10.</summary>
    public int Retries
    {
        get;
        init => field = value is >= 0 and <= 10 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "0 to 10.");
    } = 4;

    /// <summary>Wait before the first repetition; it doubles with each further one, up to 30 s.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a server may take to connect.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a server may take to begin its answer once it has the request.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long the body of an answer may stand still.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Least mean rate of a body, bytes per second, after its first <see cref="IdleTimeout"/>; a slower one is given up.</summary>
    public int LeastRate { get; init; } = 1024;

    /// <summary>Largest JSON answer, bytes.</summary>
    public int MaxJsonBytes { get; init; } = 64 << 20;

    /// <summary>Largest object, bytes.</summary>
    public long MaxObjectBytes { get; init; } = DicomReadOptions.Default.MaxBytes;

    /// <summary>Most objects that one query may find.</summary>
    public int MaxObjects { get; init; } = 1_000_000;

    /// <summary>Entries asked for in one page of a query.</summary>
    public int PageSize { get; init; } = 1000;

    /// <summary>Limits for reading what was received.</summary>
    public DicomReadOptions Read { get; init; } = DicomReadOptions.Default;

    /// <summary>Measures waiting; nothing of it enters a result.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
