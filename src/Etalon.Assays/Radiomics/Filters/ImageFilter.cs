using Etalon.Imaging;

namespace Etalon.Assays.Radiomics.Filters;

/// <summary>What stands beyond the edge of an image that is filtered.</summary>
public enum FilterBoundary
{
    /// <summary>The image is mirrored, its last voxel being doubled: c b a | a b c.</summary>
    Mirror,

    /// <summary>The image begins again from its other side.</summary>
    Periodic,

    /// <summary>The last voxel goes on.</summary>
    Nearest,

    /// <summary>Zero.</summary>
    Zero,
}

/// <summary>How the responses of turned filters become one.</summary>
public enum FilterPooling
{
    /// <summary>The filter is not turned.</summary>
    None,

    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>The largest.</summary>
    Max,

    /// <summary>The least.</summary>
    Min,
}

/// <summary>A filter of images as the second part of the Image Biomarker Standardisation Initiative defines them.</summary>
/// <remarks>Whybra et al., Radiology 310:e231319 (2024); reference manual arXiv:2006.05470.</remarks>
public abstract record ImageFilter
{
    /// <summary>Beyond the edge of the image.</summary>
    public FilterBoundary Boundary { get; init; } = FilterBoundary.Mirror;

    /// <summary>Whether each slice is filtered for itself.</summary>
    public bool InSlices { get; init; }

    /// <summary>Response of a whole image; its unit is not that of the image.</summary>
    /// <param name="image">The image; each voxel has to be a finite number.</param>
    /// <param name="threads">Threads to use; results do not depend on it.</param>
    public Volume Response(Volume image, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(image);
        var g = image.Grid;
        var stack = new FilterStack(g.Nx, g.Ny, g.Nz, g.SpacingMm) { Values = Array.ConvertAll(image.Values, v => (double)v), Threads = threads };
        return new Volume(g, Array.ConvertAll(Apply(stack).Values, v => (float)v), null);
    }

    internal abstract FilterStack Apply(FilterStack image);

    internal float[] Apply(VoxelBox box, int threads)
    {
        var stack = new FilterStack(box.Nx, box.Ny, box.Nz, box.SpacingMm) { Values = Array.ConvertAll(box.Image, v => (double)v), Threads = threads };
        return Array.ConvertAll(Apply(stack).Values, v => (float)v);
    }
}
