namespace Etalon.Dicom;

/// <summary>Limits of the programs that decode compressed pixels.</summary>
public sealed record DicomCodecOptions
{
    /// <summary>The defaults.</summary>
    public static DicomCodecOptions Default { get; } = new();

    /// <summary>How long one program may run, above 0. One run decodes at most <see cref="BatchBytes"/>, or one frame.</summary>
    public TimeSpan TimeLimit
    {
        get;
        init => field = value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Above 0.");
    } = TimeSpan.FromMinutes(2);

    /// <summary>Address space of one program in bytes, at least 64 MiB.</summary>
    public long MemoryBytes
    {
        get;
        init => field = value >= 64 << 20 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least 64 MiB.");
    } = 4L << 30;

    /// <summary>Decoded bytes that one run makes at most, unless a single frame is larger; at least 1. Bounds temporary files and memory.</summary>
    public long BatchBytes
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least 1.");
    } = 64 << 20;

    /// <summary>How many bytes one encoded byte may make, at least 1, over all frames of an object; above <see cref="GrowthFloorBytes"/>.</summary>
    public int MaxGrowth
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least 1.");
    } = 1000;

    /// <summary>Decoded size in bytes up to which any growth is fine, 0 or more: an empty slice takes a hundred bytes.</summary>
    public long GrowthFloorBytes
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "0 or more.");
    } = 64 << 20;

    /// <summary>Folders in which the programs are looked for, separated as in PATH; null for PATH itself.</summary>
    public string? SearchPath { get; init; }
}
