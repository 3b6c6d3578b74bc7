using System.Buffers.Binary;
using Etalon.Metrology;

namespace Etalon.Imaging;

/// <summary>The fields of a NIfTI header that matter here (nifti1.h; NIfTI-2 has the same meanings at other offsets).</summary>
internal sealed class NiftiHeader
{
    private readonly float[] _pixdim = new float[8];
    private readonly double[] _srow = new double[12];
    private readonly double[] _quatern = new double[6];
    private int _qformCode, _sformCode, _units;
    private double _slope, _intercept;
    private bool _bigEndian;

    public int Length { get; private init; }

    public int Nx { get; private set; }

    public int Ny { get; private set; }

    public int Nz { get; private set; }

    public int Frames { get; private set; }

    public int DataType { get; private set; }

    public long VoxelOffset { get; private set; }

    public bool SpatialUnitStated => (_units & 7) != 0;

    public bool GeometryStated => _qformCode > 0 || _sformCode > 0;

    public static NiftiHeader Read(Stream stream)
    {
        var bytes = new byte[540];
        if (stream.ReadAtLeast(bytes.AsSpan(0, 348), 348, throwOnEndOfStream: false) < 348)
        {
            throw NotNifti("fewer than 348 bytes");
        }

        var little = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        var big = BinaryPrimitives.ReadInt32BigEndian(bytes);
        var length = little is 348 or 540 ? little : big is 348 or 540 ? big : throw NotNifti($"a header size of {little}");
        if (length == 540 && stream.ReadAtLeast(bytes.AsSpan(348), 192, throwOnEndOfStream: false) < 192)
        {
            throw NotNifti("fewer than 540 bytes");
        }

        var header = new NiftiHeader { Length = length, _bigEndian = little != length };
        header.Parse(bytes);
        return header;
    }

    public void Check(NiftiLimits limits)
    {
        if ((long)Nx * Ny * Nz * Frames > limits.MaxVoxels)
        {
            throw new NiftiException(
                FindingCodes.ImageTooLarge, $"{Nx} x {Ny} x {Nz} x {Frames} values", $"at most {limits.MaxVoxels} values",
                "Crop or resample the image.");
        }
    }

    /// <summary>What pixdim and the affine say of the spacing, where they differ by more than 0.1 %; else null.</summary>
    public string? SpacingContradiction()
    {
        if (!GeometryStated)
        {
            return null;
        }

        var a = Affine();
        var lengths = Enumerable.Range(0, 3).Select(c => Column(a, c).Length).ToArray();
        var stated = new[] { _pixdim[1], _pixdim[2], _pixdim[3] };
        return Enumerable.Range(0, 3).All(i => Math.Abs(stated[i] - lengths[i]) <= 1e-3 * lengths[i])
            ? null
            : FormattableString.Invariant($"pixdim {stated[0]:0.####} x {stated[1]:0.####} x {stated[2]:0.####}, affine {lengths[0]:0.####} x {lengths[1]:0.####} x {lengths[2]:0.####}");
    }

    public Grid Grid(NiftiSpacingRule rule)
    {
        if ((rule == NiftiSpacingRule.PixDim || _sformCode <= 0) && !(_pixdim[1] > 0 && _pixdim[2] > 0 && _pixdim[3] > 0))
        {
            // A negative spacing would mirror the image.
            throw new NiftiException(
                FindingCodes.ImageUnreadable, FormattableString.Invariant($"pixdim {_pixdim[1]} x {_pixdim[2]} x {_pixdim[3]}"), "three spacings above 0",
                "Write the file again with its geometry.");
        }

        // Metres and micrometres are turned to mm; unstated is mm by custom, which the caller reports.
        var scale = (_units & 7) switch { 1 => 1000.0, 3 => 0.001, _ => 1.0 };
        var contradiction = SpacingContradiction();
        if (contradiction is not null && rule == NiftiSpacingRule.Refuse)
        {
            throw new NiftiException(
                FindingCodes.SpacingContradicted, contradiction, "one spacing", "Correct the header: a volume measured with the wrong spacing is wrong by the product of the ratios.");
        }

        var a = Affine();
        try
        {
            Vector3 Step(int c) => contradiction is null ? Column(a, c) * scale : Column(a, c).Normalised() * (_pixdim[c + 1] * scale);
            return new Grid(Nx, Ny, Nz, Column(a, 3) * scale, Step(0), Step(1), Step(2));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw new NiftiException(
                FindingCodes.ImageUnreadable, "a geometry that spans no volume", "an affine with three independent directions", "Write the file again with its geometry.");
        }
    }

    private double[] Affine() =>
        _sformCode > 0 ? _srow : _qformCode > 0 ? FromQuaternion() : [_pixdim[1], 0, 0, 0, 0, _pixdim[2], 0, 0, 0, 0, _pixdim[3], 0];

    /// <summary>A column of the affine, turned from RAS to LPS: the first two rows change sign.</summary>
    private static Vector3 Column(double[] a, int c) => new(-a[c], -a[4 + c], a[8 + c]);

    public static int BytesOf(int dataType) => dataType switch
    {
        2 or 256 => 1,
        4 or 512 => 2,
        8 or 16 or 768 => 4,
        64 or 1024 or 1280 => 8,
        _ => throw new NiftiException(
            FindingCodes.ImageUnreadable, $"NIfTI data type {dataType}", "a real scalar type (uint8 to float64)", "Convert the image to float32."),
    };

    public static void Decode(ReadOnlySpan<byte> bytes, NiftiHeader header, Span<float> values)
    {
        var size = BytesOf(header.DataType);
        Span<byte> one = stackalloc byte[8];
        var scaled = header._slope != 0 && double.IsFinite(header._slope) && (header._slope != 1 || header._intercept != 0);
        for (var n = 0; n < values.Length; n++)
        {
            bytes.Slice(n * size, size).CopyTo(one);
            if (header._bigEndian)
            {
                one[..size].Reverse();
            }

            double raw = header.DataType switch
            {
                2 => one[0],
                256 => (sbyte)one[0],
                4 => BinaryPrimitives.ReadInt16LittleEndian(one),
                512 => BinaryPrimitives.ReadUInt16LittleEndian(one),
                8 => BinaryPrimitives.ReadInt32LittleEndian(one),
                768 => BinaryPrimitives.ReadUInt32LittleEndian(one),
                16 => BinaryPrimitives.ReadSingleLittleEndian(one),
                64 => BinaryPrimitives.ReadDoubleLittleEndian(one),
                1024 => BinaryPrimitives.ReadInt64LittleEndian(one),
                _ => BinaryPrimitives.ReadUInt64LittleEndian(one),
            };
            values[n] = (float)(scaled ? header._slope * raw + header._intercept : raw);
        }
    }

    private void Parse(byte[] b)
    {
        var v2 = Length == 540;
        long Dim(int i) => v2 ? Int64(b, 16 + 8 * i) : Int16(b, 40 + 2 * i);
        var rank = Dim(0);
        if (rank is < 3 or > 7)
        {
            throw NotNifti($"{rank} dimensions");
        }

        // Sizes are cut at a number that is refused anyway, so that no product can overflow.
        const long TooMany = (1L << 20) + 1;
        long Size(int i) => rank < i ? 1 : Dim(i) is var size && (i <= 3 ? size >= 1 : size >= 0)
            ? Math.Clamp(size, 1, TooMany)
            : throw NotNifti($"a size of {size} along dimension {i}");
        var frames = Enumerable.Range(4, 4).Aggregate(1L, (product, i) => Math.Min(product * Size(i), TooMany));
        var extent = new[] { Size(1), Size(2), Size(3), frames };
        if (extent.Any(e => e > 1 << 20) || extent[0] * extent[1] > 1 << 28 || extent[0] * extent[1] * extent[2] > int.MaxValue)
        {
            throw new NiftiException(
                FindingCodes.ImageTooLarge, string.Join(" x ", extent) + " values", "an image that fits in memory", "Crop or resample the image.");
        }

        (Nx, Ny, Nz, Frames) = ((int)extent[0], (int)extent[1], (int)extent[2], (int)extent[3]);
        DataType = Int16(b, v2 ? 12 : 70);
        BytesOf(DataType);
        for (var i = 0; i < 8; i++)
        {
            _pixdim[i] = (float)(v2 ? Double(b, 104 + 8 * i) : Single(b, 76 + 4 * i));
        }

        VoxelOffset = Math.Max(Length, v2 ? Int64(b, 168) : (long)Single(b, 108));
        if (VoxelOffset > 1 << 24)
        {
            throw NotNifti($"voxels that begin at byte {VoxelOffset}");
        }

        (_slope, _intercept) = v2 ? (Double(b, 176), Double(b, 184)) : (Single(b, 112), Single(b, 116));
        if (_slope != 0 && double.IsFinite(_slope) && !double.IsFinite(_intercept))
        {
            throw NotNifti(FormattableString.Invariant($"an intercept of {_intercept}"));
        }

        _units = v2 ? Int32(b, 500) : b[123];
        (_qformCode, _sformCode) = v2 ? (Int32(b, 344), Int32(b, 348)) : (Int16(b, 252), Int16(b, 254));
        for (var i = 0; i < 6; i++)
        {
            _quatern[i] = v2 ? Double(b, 352 + 8 * i) : Single(b, 256 + 4 * i);
        }

        for (var i = 0; i < 12; i++)
        {
            _srow[i] = v2 ? Double(b, 400 + 8 * i) : Single(b, 280 + 4 * i);
        }
    }

    /// <summary>Rotation from the quaternion (nifti1.h, method 2, with the rounding rule of its reference implementation).</summary>
    private double[] FromQuaternion()
    {
        var (qb, qc, qd) = (_quatern[0], _quatern[1], _quatern[2]);
        var rest = 1 - (qb * qb + qc * qc + qd * qd);
        var qa = Math.Sqrt(Math.Max(0, rest));
        if (rest < 1e-7)
        {
            // A half turn in single precision: the rest is rounding, and its root would turn the image by some 0.03 degrees.
            var length = Math.Sqrt(qb * qb + qc * qc + qd * qd);
            (qa, qb, qc, qd) = (0, qb / length, qc / length, qd / length);
        }

        var (dx, dy, dz) = (_pixdim[1], _pixdim[2], _pixdim[3] * (_pixdim[0] < 0 ? -1 : 1));
        return
        [
            (qa * qa + qb * qb - qc * qc - qd * qd) * dx, 2 * (qb * qc - qa * qd) * dy, 2 * (qb * qd + qa * qc) * dz, _quatern[3],
            2 * (qb * qc + qa * qd) * dx, (qa * qa + qc * qc - qb * qb - qd * qd) * dy, 2 * (qc * qd - qa * qb) * dz, _quatern[4],
            2 * (qb * qd - qa * qc) * dx, 2 * (qc * qd + qa * qb) * dy, (qa * qa + qd * qd - qc * qc - qb * qb) * dz, _quatern[5],
        ];
    }

    private short Int16(byte[] b, int at) => _bigEndian ? BinaryPrimitives.ReadInt16BigEndian(b.AsSpan(at)) : BinaryPrimitives.ReadInt16LittleEndian(b.AsSpan(at));

    private int Int32(byte[] b, int at) => _bigEndian ? BinaryPrimitives.ReadInt32BigEndian(b.AsSpan(at)) : BinaryPrimitives.ReadInt32LittleEndian(b.AsSpan(at));

    private long Int64(byte[] b, int at) => _bigEndian ? BinaryPrimitives.ReadInt64BigEndian(b.AsSpan(at)) : BinaryPrimitives.ReadInt64LittleEndian(b.AsSpan(at));

    private float Single(byte[] b, int at) => _bigEndian ? BinaryPrimitives.ReadSingleBigEndian(b.AsSpan(at)) : BinaryPrimitives.ReadSingleLittleEndian(b.AsSpan(at));

    private double Double(byte[] b, int at) => _bigEndian ? BinaryPrimitives.ReadDoubleBigEndian(b.AsSpan(at)) : BinaryPrimitives.ReadDoubleLittleEndian(b.AsSpan(at));

    private static NiftiException NotNifti(string found) => new(
        FindingCodes.ImageUnreadable, found, "a NIfTI-1 or NIfTI-2 file", "Give a NIfTI file, or convert the image (dcm2niix).");
}
