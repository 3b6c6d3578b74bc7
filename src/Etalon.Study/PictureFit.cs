using Etalon.Imaging;

namespace Etalon.Study;

/// <summary>Makes pictures small enough for a page: block means within slices. Measurements are never made on these.</summary>
internal static class PictureFit
{
    /// <summary>Most voxels of one picture; a page of five stays below 30 MB.</summary>
    private const int MostVoxels = 2_500_000;

    /// <summary>The volume, or its block means on a coarser grid.</summary>
    public static Volume Small(Volume volume)
    {
        var g = volume.Grid;
        var factor = 1;
        while ((long)(g.Nx / factor) * (g.Ny / factor) * g.Nz > MostVoxels && factor < Math.Min(g.Nx, g.Ny))
        {
            factor++;
        }

        if (factor == 1)
        {
            return volume;
        }

        var (nx, ny) = (g.Nx / factor, g.Ny / factor);
        var offset = 0.5 * (factor - 1);
        var grid = new Grid(nx, ny, g.Nz, g.ToPatient(offset, offset, 0), g.StepI * factor, g.StepJ * factor, g.StepK);
        var values = new float[grid.Count];
        for (var k = 0; k < g.Nz; k++)
        {
            for (var j = 0; j < ny * factor; j++)
            {
                for (var i = 0; i < nx * factor; i++)
                {
                    values[grid.Index(i / factor, j / factor, k)] += volume[i, j, k] / (factor * factor);
                }
            }
        }

        return new Volume(grid, values, volume.Unit);
    }
}
