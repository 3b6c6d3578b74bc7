using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Etalon.Dicom;
using Microsoft.Win32.SafeHandles;

namespace Etalon.Imaging.Dicom;

/// <summary>
/// Writes a stack as one uncompressed NIfTI-1 file of three or four dimensions: stored integers with one slope where all frames share it, else
/// real values in single precision. The voxels stay in the order of the grid, so the sform is that of the slices, sheared where they are.
/// </summary>
public static class StackNifti
{
    private const int HeaderBytes = 352;

    /// <summary>Writes a file; objects are read one at a time, and no more than a frame is held.</summary>
    /// <param name="stack">A stack with a layout.</param>
    /// <param name="path">File to make.</param>
    /// <param name="open">Opens objects by their names, one at a time, in any order.</param>
    /// <param name="cancellation">Ends the writing.</param>
    /// <exception cref="DicomException">An object cannot be read.</exception>
    /// <exception cref="DicomGeometryException">An object vanished or changed, or there are too many volumes.</exception>
    public static void Write(DicomStack stack, string path, Func<IEnumerable<string>, IEnumerable<DicomFile>> open, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(stack);
        ArgumentNullException.ThrowIfNull(open);
        var layout = stack.Layout ?? throw new ArgumentException("The stack is no volume.", nameof(stack));
        if (layout.Volumes.Count > short.MaxValue || layout.Grid.Nx > short.MaxValue || layout.Grid.Ny > short.MaxValue || layout.Grid.Nz > short.MaxValue)
        {
            throw new DicomGeometryException($"{layout.Volumes.Count} volumes of {layout.Grid}", $"at most {short.MaxValue} along each dimension (NIfTI-1)");
        }

        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.None);
        if (!stack.HasOneScale || !TryWrite(stack, layout, file, open, isStored: true, cancellation))
        {
            // Objects that store different kinds of numbers have no common integer type.
            TryWrite(stack, layout, file, open, isStored: false, cancellation);
        }
    }

    /// <summary>b-values in one line, as FSL reads them; null where the stack states none.</summary>
    public static string? BValues(DicomStack stack)
    {
        ArgumentNullException.ThrowIfNull(stack);
        return stack.Layout?.BValues is { Count: > 0 } b ? string.Join(' ', b.Select(v => v.ToString("0.####", CultureInfo.InvariantCulture))) + "\n" : null;
    }

    /// <summary>
    /// Directions in three lines, as FSL reads them: along the axes of the voxels, the first with the other sign where the axes are right-handed;
    /// 0 0 0 where there is none. Null where the stack states no direction.
    /// </summary>
    public static string? Directions(DicomStack stack)
    {
        ArgumentNullException.ThrowIfNull(stack);
        if (stack.Grid is not { } grid || !stack.Volumes.Any(v => v.Gradient is not null))
        {
            return null;
        }

        var flip = grid.StepI.Dot(grid.StepJ.Cross(grid.StepK)) > 0 ? -1.0 : 1.0;
        Vector3[] axes = [grid.StepI.Normalised() * flip, grid.StepJ.Normalised(), grid.StepK.Normalised()];
        var text = new StringBuilder();
        foreach (var axis in axes)
        {
            text.AppendJoin(' ', stack.Volumes.Select(v => v is { BValue: > 0, Gradient: { } g } ? (g.Dot(axis) + 0.0).ToString("0.######", CultureInfo.InvariantCulture) : "0")).Append('\n');
        }

        return text.ToString();
    }

    private static bool TryWrite(
        DicomStack stack, DicomSeriesLayout layout, SafeFileHandle file, Func<IEnumerable<string>, IEnumerable<DicomFile>> open, bool isStored, CancellationToken cancellation)
    {
        var grid = layout.Grid;
        var wanted = layout.Volumes.SelectMany((v, t) => v.Select((f, k) => (Frame: f, Place: (long)t * grid.Nz + k))).ToLookup(w => w.Frame.Object, StringComparer.Ordinal);
        var slice = new Slice(grid, isStored);
        var written = 0;
        foreach (var entry in DicomPixels.ReadAll(open(wanted.Select(w => w.Key)), cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            var pixels = entry.Pixels ?? throw entry.Error!;
            if (!slice.Accepts(pixels))
            {
                return false;
            }

            foreach (var (frame, place) in wanted[entry.File.Name])
            {
                RandomAccess.Write(file, slice.Read(pixels, frame), HeaderBytes + place * slice.Bytes);
                written++;
            }
        }

        if (written != layout.Volumes.Count * grid.Nz)
        {
            throw new DicomGeometryException($"{written} frames that could still be read", $"{layout.Volumes.Count * grid.Nz} frames");
        }

        var scale = layout.Volumes[0][0];
        RandomAccess.Write(file, NiftiWriter.Header(
            grid, layout.Volumes.Count, slice.DataType, (short)(isStored ? 16 : 32), isStored ? (float)scale.Slope : 1, isStored ? (float)scale.Intercept : 0), 0);
        return true;
    }

    /// <summary>One slice as the file holds it.</summary>
    private sealed class Slice(Grid grid, bool isStored)
    {
        private readonly byte[] _bytes = new byte[grid.Nx * grid.Ny * (isStored ? 2 : 4)];
        private bool? _isSigned;
        private ushort[] _words = [];
        private double[] _values = [];
        private (DicomPixels Pixels, int Frame)? _shown;

        public int Bytes => _bytes.Length;

        /// <summary>int16, uint16 or float32.</summary>
        public short DataType => isStored ? (short)(_isSigned == true ? 4 : 512) : (short)16;

        public bool Accepts(DicomPixels pixels)
        {
            if (!isStored)
            {
                return true;
            }

            // Fifteen bits fit both kinds of sixteen; more programs read int16.
            var isSigned = pixels.IsSigned || pixels.BitsStored < 16;
            _isSigned ??= isSigned;
            return pixels.FitsSixteenBits && _isSigned == isSigned;
        }

        public ReadOnlySpan<byte> Read(DicomPixels pixels, DicomFrame frame)
        {
            var across = Math.Max(1, frame.TilesAcross);
            if (pixels.SamplesPerPixel != 1 || pixels.Columns != across * grid.Nx || pixels.Rows < (frame.Tile / across + 1) * grid.Ny || (frame.TilesAcross == 0 && pixels.Rows != grid.Ny))
            {
                throw new DicomGeometryException($"{pixels.Columns} x {pixels.Rows} values in a frame", $"{grid.Nx} x {grid.Ny}");
            }

            if (isStored && frame.TilesAcross == 0 && BitConverter.IsLittleEndian)
            {
                pixels.ReadFrame16(frame.Index, MemoryMarshal.Cast<byte, ushort>(_bytes.AsSpan()));
                return _bytes;
            }

            ReadWhole(pixels, frame.Index);
            var corner = frame.Tile % across * grid.Nx + frame.Tile / across * grid.Ny * pixels.Columns;
            for (var j = 0; j < grid.Ny; j++)
            {
                var from = corner + j * pixels.Columns;
                for (var i = 0; i < grid.Nx; i++)
                {
                    if (isStored)
                    {
                        BitConverter.TryWriteBytes(_bytes.AsSpan(2 * (i + grid.Nx * j)), _words[from + i]);
                    }
                    else
                    {
                        BitConverter.TryWriteBytes(_bytes.AsSpan(4 * (i + grid.Nx * j)), (float)(_values[from + i] * frame.Slope + frame.Intercept));
                    }
                }
            }

            return _bytes;
        }

        private void ReadWhole(DicomPixels pixels, int frame)
        {
            if (_shown is { } shown && ReferenceEquals(shown.Pixels, pixels) && shown.Frame == frame)
            {
                return;
            }

            _shown = (pixels, frame);
            if (isStored)
            {
                _words = _words.Length == pixels.ValuesPerFrame ? _words : new ushort[pixels.ValuesPerFrame];
                pixels.ReadFrame16(frame, _words);
            }
            else
            {
                _values = _values.Length == pixels.ValuesPerFrame ? _values : new double[pixels.ValuesPerFrame];
                pixels.ReadFrame(frame, _values);
            }
        }
    }
}
