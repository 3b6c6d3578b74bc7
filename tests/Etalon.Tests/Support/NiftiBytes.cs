using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Etalon.Tests.Support;

/// <summary>
/// NIfTI files made from the published layout of the header, not by the code under test. The defaults are a small oblique grid with three
/// different sizes and three different spacings; every field can be made wrong.
/// </summary>
internal sealed record NiftiBytes
{
    public const short UInt8 = 2, Int16 = 4, Float32 = 16;

    /// <summary>dim[0..7].</summary>
    public long[] Dim { get; init; } = [3, SmallGrid.Nx, SmallGrid.Ny, SmallGrid.Nz, 1, 1, 1, 1];

    /// <summary>pixdim[0..7].</summary>
    public double[] PixDim { get; init; } = [1, SmallGrid.Dx, SmallGrid.Dy, SmallGrid.Dz, 1, 1, 1, 1];

    /// <summary>Three rows of four, RAS mm.</summary>
    public double[] Affine { get; init; } = SmallGrid.Affine();

    public short DataType { get; init; } = Float32;

    public double Slope { get; init; } = 1;

    public double Intercept { get; init; }

    public double? VoxelOffset { get; init; }

    public byte[] Voxels { get; init; } = [];

    public static NiftiBytes Of(float[] values) => new() { Voxels = MemoryMarshal.AsBytes<float>(values).ToArray() };

    public static NiftiBytes Of(short[] values) => new() { DataType = Int16, Voxels = MemoryMarshal.AsBytes<short>(values).ToArray() };

    public static NiftiBytes Of(byte[] values) => new() { DataType = UInt8, Voxels = values };

    public byte[] Nifti1()
    {
        var b = new byte[352];
        BinaryPrimitives.WriteInt32LittleEndian(b, 348);
        for (var i = 0; i < 8; i++)
        {
            BinaryPrimitives.WriteInt16LittleEndian(b.AsSpan(40 + 2 * i), (short)Dim[i]);
            BinaryPrimitives.WriteSingleLittleEndian(b.AsSpan(76 + 4 * i), (float)PixDim[i]);
        }

        BinaryPrimitives.WriteInt16LittleEndian(b.AsSpan(70), DataType);
        BinaryPrimitives.WriteInt16LittleEndian(b.AsSpan(72), (short)Bits);
        BinaryPrimitives.WriteSingleLittleEndian(b.AsSpan(108), (float)(VoxelOffset ?? 352));
        BinaryPrimitives.WriteSingleLittleEndian(b.AsSpan(112), (float)Slope);
        BinaryPrimitives.WriteSingleLittleEndian(b.AsSpan(116), (float)Intercept);
        b[123] = 2;
        BinaryPrimitives.WriteInt16LittleEndian(b.AsSpan(254), 1);
        for (var i = 0; i < 12; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(b.AsSpan(280 + 4 * i), (float)Affine[i]);
        }

        "n+1\0"u8.CopyTo(b.AsSpan(344));
        return [.. b, .. Voxels];
    }

    /// <summary>The same as NIfTI-2, whose sizes are 64-bit.</summary>
    public byte[] Nifti2()
    {
        var b = new byte[544];
        BinaryPrimitives.WriteInt32LittleEndian(b, 540);
        "n+2\0\r\n\u001a\n"u8.CopyTo(b.AsSpan(4));
        BinaryPrimitives.WriteInt16LittleEndian(b.AsSpan(12), DataType);
        BinaryPrimitives.WriteInt16LittleEndian(b.AsSpan(14), (short)Bits);
        for (var i = 0; i < 8; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(b.AsSpan(16 + 8 * i), Dim[i]);
            BinaryPrimitives.WriteDoubleLittleEndian(b.AsSpan(104 + 8 * i), PixDim[i]);
        }

        BinaryPrimitives.WriteInt64LittleEndian(b.AsSpan(168), (long)(VoxelOffset ?? 544));
        BinaryPrimitives.WriteDoubleLittleEndian(b.AsSpan(176), Slope);
        BinaryPrimitives.WriteDoubleLittleEndian(b.AsSpan(184), Intercept);
        BinaryPrimitives.WriteInt32LittleEndian(b.AsSpan(348), 1);
        for (var i = 0; i < 12; i++)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(b.AsSpan(400 + 8 * i), Affine[i]);
        }

        BinaryPrimitives.WriteInt32LittleEndian(b.AsSpan(500), 2);
        return [.. b, .. Voxels];
    }

    public byte[] Gzip() => Compress(Nifti1());

    public static byte[] Compress(byte[] plain, CompressionLevel level = CompressionLevel.Fastest)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, level, leaveOpen: true))
        {
            gzip.Write(plain);
        }

        return output.ToArray();
    }

    private int Bits => DataType switch { UInt8 => 8, Int16 => 16, _ => 32 };
}
