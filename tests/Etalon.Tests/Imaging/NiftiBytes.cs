using System.Buffers.Binary;
using System.IO.Compression;

namespace Etalon.Tests.Imaging;

/// <summary>NIfTI-1 and NIfTI-2 headers made byte by byte from the published layouts (nifti1.h, nifti2.h), for either byte order.</summary>
internal sealed class NiftiBytes
{
    private readonly byte[] _header;
    private readonly bool _isBig, _isV2;

    public NiftiBytes(bool isBigEndian = false, bool isV2 = false)
    {
        (_isBig, _isV2) = (isBigEndian, isV2);
        _header = new byte[isV2 ? 544 : 352];
        Int32(0, isV2 ? 540 : 348);
        (isV2 ? "n+2\0\r\n\x1A\n"u8 : "n+1\0"u8).CopyTo(_header.AsSpan(isV2 ? 4 : 344));
        Dim(3, 4, 3, 2);
        Type(16, 32);
        PixDim(1, 1.5, 0.8, 3.2);
        Scale(1, 0);
        if (isV2)
        {
            Int64(168, 544);
            Int32(500, 2);
        }
        else
        {
            Single(108, 352);
            _header[123] = 2;
        }
    }

    public NiftiBytes Dim(params long[] dim)
    {
        for (var i = 0; i < 8; i++)
        {
            var value = i < dim.Length ? dim[i] : 1;
            if (_isV2)
            {
                Int64(16 + 8 * i, value);
            }
            else
            {
                Int16(40 + 2 * i, (short)value);
            }
        }

        return this;
    }

    public NiftiBytes Type(short code, short bits)
    {
        Int16(_isV2 ? 12 : 70, code);
        Int16(_isV2 ? 14 : 72, bits);
        return this;
    }

    public NiftiBytes PixDim(params double[] values) => Reals(_isV2 ? 104 : 76, values);

    public NiftiBytes Scale(double slope, double intercept) => Reals(_isV2 ? 176 : 112, slope, intercept);

    public NiftiBytes SForm(params double[] rows)
    {
        Code(_isV2 ? 348 : 254);
        return Reals(_isV2 ? 400 : 280, rows);
    }

    public NiftiBytes QForm(params double[] quaternAndOffset)
    {
        Code(_isV2 ? 344 : 252);
        return Reals(_isV2 ? 352 : 256, quaternAndOffset);
    }

    public NiftiBytes Units(byte code)
    {
        if (_isV2)
        {
            Int32(500, code);
        }
        else
        {
            _header[123] = code;
        }

        return this;
    }

    public NiftiBytes Int16(int at, short value)
    {
        if (_isBig)
        {
            BinaryPrimitives.WriteInt16BigEndian(_header.AsSpan(at), value);
        }
        else
        {
            BinaryPrimitives.WriteInt16LittleEndian(_header.AsSpan(at), value);
        }

        return this;
    }

    public NiftiBytes Single(int at, double value) => Int32(at, BitConverter.SingleToInt32Bits((float)value));

    /// <summary>The file with voxels given as numbers, stored in the header's byte order by a size in bytes.</summary>
    public byte[] With(int size, params long[] stored) => [.. _header, .. stored.SelectMany(v => Ordered(BitConverter.GetBytes(v)[..size]))];

    /// <summary>The file with float32 voxels.</summary>
    public byte[] WithFloats(params float[] values) => [.. _header, .. values.SelectMany(v => Ordered(BitConverter.GetBytes(v)))];

    public static byte[] Gzip(byte[] bytes, CompressionLevel level = CompressionLevel.Optimal)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, level))
        {
            gzip.Write(bytes);
        }

        return memory.ToArray();
    }

    private byte[] Ordered(byte[] little) => _isBig ? little.Reverse().ToArray() : little;

    private void Code(int at)
    {
        if (_isV2)
        {
            Int32(at, 1);
        }
        else
        {
            Int16(at, 1);
        }
    }

    private NiftiBytes Reals(int at, params double[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (_isV2)
            {
                Int64(at + 8 * i, BitConverter.DoubleToInt64Bits(values[i]));
            }
            else
            {
                Single(at + 4 * i, values[i]);
            }
        }

        return this;
    }

    private NiftiBytes Int32(int at, int value)
    {
        Ordered(BitConverter.GetBytes(value)).CopyTo(_header, at);
        return this;
    }

    private void Int64(int at, long value) => Ordered(BitConverter.GetBytes(value)).CopyTo(_header, at);
}
