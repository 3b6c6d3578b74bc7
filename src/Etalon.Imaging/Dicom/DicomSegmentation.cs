using Etalon.Dicom;

namespace Etalon.Imaging.Dicom;

/// <summary>One segment of a segmentation object.</summary>
public sealed record DicomSegment
{
    /// <summary>SegmentNumber.</summary>
    public required int Number { get; init; }

    /// <summary>SegmentLabel as stated; hostile text.</summary>
    public required string Label { get; init; }

    /// <summary>Category of what it shows; null where not stated.</summary>
    public DicomCode? Category { get; init; }

    /// <summary>What it shows; null where not stated.</summary>
    public DicomCode? Type { get; init; }

    /// <summary>TrackingID; hostile text; null where not stated.</summary>
    public string? TrackingId { get; init; }

    /// <summary>TrackingUID; null where not stated.</summary>
    public string? TrackingUid { get; init; }

    /// <summary>Its voxels, on the grid of the segmentation.</summary>
    public required Mask Mask { get; init; }
}

/// <summary>Masks of a Segmentation object (PS3.3 A.51).</summary>
public sealed record DicomSegmentation
{
    /// <summary>Name of the object.</summary>
    public required string Name { get; init; }

    /// <summary>SegmentationType: BINARY, FRACTIONAL or LABELMAP.</summary>
    public required string SegmentationType { get; init; }

    /// <summary>Spans all frames of the object; slices that the object leaves out within it are empty.</summary>
    public required Grid Grid { get; init; }

    /// <summary>In order of their numbers; background (number 0 of a label map) is left out.</summary>
    public required IReadOnlyList<DicomSegment> Segments { get; init; }

    /// <summary>FrameOfReferenceUID; null where not stated.</summary>
    public string? FrameOfReferenceUid { get; init; }

    /// <summary>SeriesInstanceUIDs that it refers to.</summary>
    public IReadOnlyList<string> ReferencedSeries { get; init; } = [];

    /// <summary>SOPInstanceUIDs of images that it refers to.</summary>
    public IReadOnlyList<string> ReferencedInstances { get; init; } = [];

    /// <summary>A segment on another grid of the same voxels: what the object left out is empty there. Null where the voxels differ.</summary>
    /// <param name="mask">A mask on <see cref="Grid"/>.</param>
    /// <param name="grid">Where it should lie; its voxels must be those of the object, more or fewer of them, in whatever order.</param>
    public static Mask? OnGrid(Mask mask, Grid grid)
    {
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentNullException.ThrowIfNull(grid);
        if (Steps(mask.Grid, grid) is not { } steps)
        {
            return null;
        }

        var (origin, i, j, k) = steps;
        var inside = new bool[grid.Count];
        var found = 0;
        var n = 0;
        for (var z = 0; z < grid.Nz; z++)
        {
            for (var y = 0; y < grid.Ny; y++)
            {
                for (var x = 0; x < grid.Nx; x++, n++)
                {
                    var at = origin + x * i + y * j + z * k;
                    inside[n] = mask[(int)Math.Round(at.X), (int)Math.Round(at.Y), (int)Math.Round(at.Z)];
                    found += inside[n] ? 1 : 0;
                }
            }
        }

        // A voxel beyond the grid would be lost without a word.
        return found == mask.Count ? new Mask(grid, inside) : null;
    }

    /// <summary>Whether two grids have the same voxels, more or fewer of them, in whatever order.</summary>
    public static bool AreSameVoxels(Grid from, Grid grid)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(grid);
        return Steps(from, grid) is not null;
    }

    /// <summary>First voxel and steps of a grid in voxels of another; null where the voxels differ.</summary>
    private static (Vector3 Origin, Vector3 I, Vector3 J, Vector3 K)? Steps(Grid from, Grid grid)
    {
        var origin = from.ToIndex(grid.Origin);
        var (i, j, k) = (from.ToIndex(grid.Origin + grid.StepI) - origin, from.ToIndex(grid.Origin + grid.StepJ) - origin, from.ToIndex(grid.Origin + grid.StepK) - origin);
        var far = from.ToIndex(grid.ToPatient(grid.Nx - 1, grid.Ny - 1, grid.Nz - 1));
        // A twentieth of a voxel, at the first corner and the last: positions are written with few digits.
        if (!IsWhole(origin, 0.05) || !IsWhole(far, 0.05) || !IsWhole(i, 0.01) || !IsWhole(j, 0.01) || !IsWhole(k, 0.01)
            || Math.Abs(Math.Abs(i.Dot(j.Cross(k))) - 1) > 0.02)
        {
            return null;
        }

        return (origin, i, j, k);
    }

    private static bool IsWhole(Vector3 v, double tolerance) =>
        Math.Abs(v.X - Math.Round(v.X)) < tolerance && Math.Abs(v.Y - Math.Round(v.Y)) < tolerance && Math.Abs(v.Z - Math.Round(v.Z)) < tolerance;
}
