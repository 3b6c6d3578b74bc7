namespace Etalon.Dicom;

/// <summary>
/// Where plain pixels stand in a file of their own, small enough to be kept for each of many objects: they can be read later without reading
/// the header again.
/// </summary>
public sealed class DicomPixelPlace
{
    private readonly string path;
    private readonly DicomPixelLayout layout;
    private readonly DicomReadOptions options;
    private readonly DicomTag tag;
    private readonly DicomVr vr;
    private readonly bool isBigEndian;
    private readonly int offset;
    private readonly int length;
    private readonly long fileLength;
    private readonly DateTime changed;

    private DicomPixelPlace(DicomFile file, DicomElement element, FileSource source, DicomPixelLayout layout)
    {
        path = source.Path;
        this.layout = layout;
        options = file.Options;
        (tag, vr, isBigEndian) = (element.Tag, element.Vr, element.IsBigEndian);
        (offset, length) = ((int)element.Offset, element.Length);
        (fileLength, changed) = (source.TotalLength, source.Changed);
    }

    /// <summary>See <see cref="DicomPixels.FitsSixteenBits"/>.</summary>
    public bool FitsSixteenBits => layout.FitsSixteenBits;

    /// <summary>See <see cref="DicomPixels.IsSigned"/>.</summary>
    public bool IsSigned => layout.IsSigned;

    /// <summary>See <see cref="DicomPixels.BitsStored"/>.</summary>
    public int BitsStored => layout.BitsStored;

    /// <summary>The place of an object's pixels; null where they are encoded, part of a zip, too short or damaged: such pixels are read through their header, which says why.</summary>
    public static DicomPixelPlace? Of(DicomFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        try
        {
            return DicomPixels.Place(file) is var (element, layout) && element.Source is FileSource source ? new DicomPixelPlace(file, element, source, layout) : null;
        }
        catch (DicomException)
        {
            return null;
        }
    }

    /// <summary>Opens the file until the result is disposed.</summary>
    /// <exception cref="DicomException">The file is gone or has changed.</exception>
    public DicomOpenPixels Open()
    {
        var source = OpenedFile.Open(path, fileLength, changed);
        var element = new DicomElement(tag, vr, new DicomContext(path, source, isBigEndian, DicomCharacterSet.Default, options), offset, length);
        return new DicomOpenPixels(DicomPixels.Plain(path, element, layout), source);
    }
}

/// <summary>Pixels of a file that is held open.</summary>
public sealed class DicomOpenPixels : IDisposable
{
    private readonly OpenedFile file;

    internal DicomOpenPixels(DicomPixels pixels, OpenedFile file) => (Pixels, this.file) = (pixels, file);

    /// <summary>The pixels; not to be read after the file was closed.</summary>
    public DicomPixels Pixels { get; }

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();
}
