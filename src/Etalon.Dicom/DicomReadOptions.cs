namespace Etalon.Dicom;

/// <summary>Limits for reading one object. The defaults admit every object of a hospital and no attack.</summary>
public sealed record DicomReadOptions
{
    /// <summary>The defaults.</summary>
    public static DicomReadOptions Default { get; } = new();

    /// <summary>Deepest nesting of sequences, at least 1 and at most 256. Real objects (structured reports) stay below 20.</summary>
    public int MaxDepth
    {
        get;
        init => field = value is >= 1 and <= 256 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "1 to 256.");
    } = 64;

    /// <summary>Most elements, items and fragments in one object, at least 1. An enhanced object of 10,000 frames has about 1 million.</summary>
    public int MaxElements
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least 1.");
    } = 8_000_000;

    /// <summary>Largest object in bytes, before and after inflating, at least 1; one byte array holds it, so at most 2,147,483,591.</summary>
    public long MaxBytes
    {
        get;
        init => field = value >= 1 && value <= Array.MaxLength
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"1 to {Array.MaxLength}.");
    } = Array.MaxLength;

    /// <summary>How far compressed bytes may grow: inflated / compressed, at least 1. Applies above <see cref="InflationFloorBytes"/>.</summary>
    public int MaxInflation
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least 1.");
    } = 100;

    /// <summary>Inflated size in bytes up to which any growth is fine, 0 or more: small objects do no harm, and sparse
    /// segmentations shrink more than a hundred times without ill intent.</summary>
    public long InflationFloorBytes
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "0 or more.");
    } = 64 << 20;

    /// <summary>Limits of the programs that decode compressed pixels.</summary>
    public DicomCodecOptions Codecs { get; init; } = DicomCodecOptions.Default;
}
