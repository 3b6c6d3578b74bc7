namespace Etalon.Dicom;

/// <summary>Compressed bytes that notice when more of them are asked for than there are: a deflate stream that ends as it must stops before.</summary>
internal sealed class DrainedStream(byte[] bytes) : MemoryStream(bytes, writable: false)
{
    public bool RanDry { get; private set; }

    // The overload for spans calls this one in a derived class.
    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = base.Read(buffer, offset, count);
        RanDry |= read == 0 && count > 0;
        return read;
    }
}
