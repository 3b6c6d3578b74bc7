using System.Globalization;
using System.Runtime.ExceptionServices;
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
        var wanted = layout.Volumes.SelectMany((v, t) => v.Select((f, k) => new Wanted(f, (long)t * grid.Nz + k))).GroupBy(w => w.Frame.Object, StringComparer.Ordinal).ToList();
        var form = new NiftiSliceForm(grid, isStored);
        // Plain pixels are read from where they stand, by several threads; the others through their objects.
        var plain = wanted.FindAll(w => w.First().Frame.Pixels is not null);
        if (!plain.TrueForAll(w => w.First().Frame.Pixels is { } p && form.Accepts(p.FitsSixteenBits, p.IsSigned, p.BitsStored)))
        {
            return false;
        }

        var written = WritePlain(file, form, plain, cancellation);
        var encoded = wanted.Where(w => w.First().Frame.Pixels is null).ToDictionary(w => w.Key, StringComparer.Ordinal);
        var one = new NiftiSlice(form);
        foreach (var entry in DicomPixels.ReadAll(encoded.Count == 0 ? [] : open(encoded.Keys), cancellation))
        {
            var pixels = entry.Pixels ?? throw entry.Error!;
            if (!form.Accepts(pixels.FitsSixteenBits, pixels.IsSigned, pixels.BitsStored))
            {
                return false;
            }

            written += WriteFrames(file, one, pixels, encoded[entry.File.Name], cancellation);
        }

        if (written != (long)layout.Volumes.Count * grid.Nz)
        {
            throw new DicomGeometryException($"{written} frames that could still be read", $"{layout.Volumes.Count * grid.Nz} frames");
        }

        var scale = layout.Volumes[0][0];
        RandomAccess.Write(file, NiftiWriter.Header(
            grid, layout.Volumes.Count, form.DataType, (short)(isStored ? 16 : 32), isStored ? (float)scale.Slope : 1, isStored ? (float)scale.Intercept : 0), 0);
        return true;
    }

    private static long WritePlain(SafeFileHandle file, NiftiSliceForm form, List<IGrouping<string, Wanted>> objects, CancellationToken cancellation)
    {
        long written = 0;
        try
        {
            var parallel = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Math.Min(4, Environment.ProcessorCount) };
            Parallel.ForEach(objects, parallel, () => new NiftiSlice(form), (frames, _, slice) =>
            {
                using var pixels = frames.First().Frame.Pixels!.Open();
                Interlocked.Add(ref written, WriteFrames(file, slice, pixels.Pixels, frames, cancellation));
                return slice;
            }, _ => { });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }

        return written;
    }

    private static long WriteFrames(SafeFileHandle file, NiftiSlice slice, DicomPixels pixels, IEnumerable<Wanted> frames, CancellationToken cancellation)
    {
        long written = 0;
        foreach (var (frame, place) in frames)
        {
            cancellation.ThrowIfCancellationRequested();
            var bytes = slice.Read(pixels, frame);
            RandomAccess.Write(file, bytes, HeaderBytes + place * bytes.Length);
            written++;
        }

        return written;
    }

    /// <summary>A frame, and the number of the slice that it becomes.</summary>
    private readonly record struct Wanted(DicomFrame Frame, long Place);
}
