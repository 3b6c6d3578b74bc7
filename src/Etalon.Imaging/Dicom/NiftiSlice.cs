using System.Runtime.InteropServices;
using Etalon.Dicom;

namespace Etalon.Imaging.Dicom;

/// <summary>How the slices of a file are written: as stored integers of one kind, or as real values in single precision.</summary>
internal sealed class NiftiSliceForm(Grid grid, bool isStored)
{
    private bool? _isSigned;

    public int Columns => grid.Nx;

    public int Rows => grid.Ny;

    public bool IsStored => isStored;

    /// <summary>int16, uint16 or float32.</summary>
    public short DataType => isStored ? (short)(_isSigned == true ? 4 : 512) : (short)16;

    /// <summary>Whether pixels go into the file; the first ones decide on the sign.</summary>
    public bool Accepts(bool fitsSixteenBits, bool isSigned, int bitsStored)
    {
        if (!isStored)
        {
            return true;
        }

        // Fifteen bits fit both kinds of sixteen; more programs read int16.
        var isAsSigned = isSigned || bitsStored < 16;
        _isSigned ??= isAsSigned;
        return fitsSixteenBits && _isSigned == isAsSigned;
    }
}

/// <summary>One slice as the file holds it; made once for many slices, used by one thread.</summary>
internal sealed class NiftiSlice(NiftiSliceForm form)
{
    private readonly byte[] _bytes = new byte[form.Columns * form.Rows * (form.IsStored ? 2 : 4)];
    private ushort[] _words = [];
    private double[] _values = [];
    private (DicomPixels Pixels, int Frame)? _shown;

    /// <summary>Reads a frame or its part; the result holds until the next call.</summary>
    /// <exception cref="DicomException">The frame is damaged.</exception>
    /// <exception cref="DicomGeometryException">It has another size.</exception>
    public ReadOnlySpan<byte> Read(DicomPixels pixels, DicomFrame frame)
    {
        var across = Math.Max(1, frame.TilesAcross);
        if (pixels.SamplesPerPixel != 1 || pixels.Columns != across * form.Columns || pixels.Rows < (frame.Tile / across + 1) * form.Rows || (frame.TilesAcross == 0 && pixels.Rows != form.Rows))
        {
            throw new DicomGeometryException($"{pixels.Columns} x {pixels.Rows} values in a frame", $"{form.Columns} x {form.Rows}");
        }

        if (form.IsStored && frame.TilesAcross == 0)
        {
            pixels.ReadFrame16(frame.Index, MemoryMarshal.Cast<byte, ushort>(_bytes.AsSpan()));
            return LittleEndian();
        }

        var isWide = !pixels.FitsSixteenBits;
        ReadWhole(pixels, frame.Index, isWide);
        var corner = frame.Tile % across * form.Columns + frame.Tile / across * form.Rows * pixels.Columns;
        for (var j = 0; j < form.Rows; j++)
        {
            var from = corner + j * pixels.Columns;
            if (form.IsStored)
            {
                MemoryMarshal.AsBytes(_words.AsSpan(from, form.Columns)).CopyTo(_bytes.AsSpan(2 * form.Columns * j));
                continue;
            }

            var row = MemoryMarshal.Cast<byte, float>(_bytes.AsSpan(4 * form.Columns * j, 4 * form.Columns));
            if (isWide)
            {
                Scale(_values.AsSpan(from, form.Columns), row, frame.Slope, frame.Intercept);
            }
            else if (pixels.IsSigned)
            {
                Scale(MemoryMarshal.Cast<ushort, short>(_words.AsSpan(from, form.Columns)), row, frame.Slope, frame.Intercept);
            }
            else
            {
                Scale(_words.AsSpan(from, form.Columns), row, frame.Slope, frame.Intercept);
            }
        }

        return LittleEndian();
    }

    // Sums and products in double precision, rounded once: that is what the file's reader would do with a slope.
    private static void Scale(ReadOnlySpan<double> stored, Span<float> real, double slope, double intercept)
    {
        for (var i = 0; i < stored.Length; i++)
        {
            real[i] = (float)(stored[i] * slope + intercept);
        }
    }

    private static void Scale(ReadOnlySpan<short> stored, Span<float> real, double slope, double intercept)
    {
        for (var i = 0; i < stored.Length; i++)
        {
            real[i] = (float)(stored[i] * slope + intercept);
        }
    }

    private static void Scale(ReadOnlySpan<ushort> stored, Span<float> real, double slope, double intercept)
    {
        for (var i = 0; i < stored.Length; i++)
        {
            real[i] = (float)(stored[i] * slope + intercept);
        }
    }

    /// <summary>The frame that tiles are cut from is kept for the next of them.</summary>
    private void ReadWhole(DicomPixels pixels, int frame, bool isWide)
    {
        if (_shown is { } shown && ReferenceEquals(shown.Pixels, pixels) && shown.Frame == frame)
        {
            return;
        }

        _shown = (pixels, frame);
        if (isWide)
        {
            _values = _values.Length == pixels.ValuesPerFrame ? _values : new double[pixels.ValuesPerFrame];
            pixels.ReadFrame(frame, _values);
        }
        else
        {
            _words = _words.Length == pixels.ValuesPerFrame ? _words : new ushort[pixels.ValuesPerFrame];
            pixels.ReadFrame16(frame, _words);
        }
    }

    private ReadOnlySpan<byte> LittleEndian()
    {
        if (!BitConverter.IsLittleEndian)
        {
            for (var at = 0; at < _bytes.Length; at += form.IsStored ? 2 : 4)
            {
                _bytes.AsSpan(at, form.IsStored ? 2 : 4).Reverse();
            }
        }

        return _bytes;
    }
}
