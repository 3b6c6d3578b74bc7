using Etalon.Numerics;

namespace Etalon.Assays.Radiomics;

/// <summary>
/// Regions as another reading might have drawn them: each point of the surface moves along its normal, by a part that the whole contour shares and a part that is shared over a few
/// millimetres, of the same standard deviation. A region is given by how deep each voxel lies under the surface, so that moves of less than a voxel count.
/// </summary>
internal sealed class ContourNoise
{
    private readonly VoxelBox _box;
    private readonly float[] _depth;
    private readonly double _sdMm;

    /// <summary>Measures how far voxels lie from the surface.</summary>
    public ContourNoise(VoxelBox box, double sdMm)
    {
        (_box, _sdMm) = (box, sdMm);
        // Beyond four standard deviations of both parts together no voxel changes sides.
        var reach = 4 * Math.Sqrt(2) * sdMm + Math.Max(box.SpacingMm.X, Math.Max(box.SpacingMm.Y, box.SpacingMm.Z));
        var (toInside, toOutside) = (Distance(box, inside: true, reach), Distance(box, inside: false, reach));
        _depth = [.. toInside.Zip(toOutside, (outer, inner) => outer > 0 ? outer : -inner)];
    }

    /// <summary>The region drawn anew, and drawn as far to the other side. A voxel is inside where its share reaches the threshold; shares change by 1 over a millimetre, so that between voxels they tell where the surface is.</summary>
    /// <param name="random">Draws the moves.</param>
    /// <param name="threshold">Share from which a voxel is inside.</param>
    public (float[] One, float[] Other) Drawn(RandomStream random, double threshold)
    {
        var whole = _sdMm * random.NextNormal();
        var local = VoxelNoise.Field(_box, (RadiomicsOptions.ContourWidthMm, RadiomicsOptions.ContourWidthMm, RadiomicsOptions.ContourWidthMm), random);
        var (one, other) = (new float[_depth.Length], new float[_depth.Length]);
        for (var n = 0; n < one.Length; n++)
        {
            var move = whole + _sdMm * local[n];
            (one[n], other[n]) = ((float)(threshold - _depth[n] + move), (float)(threshold - _depth[n] - move));
        }

        return (one, other);
    }

    /// <summary>Distance of voxel centres to the nearest box of a voxel that is inside (or outside), mm; 0 within one, the reach where there is none so near.</summary>
    private static float[] Distance(VoxelBox box, bool inside, double reach)
    {
        var far = (float)(reach * reach);
        var squared = Array.ConvertAll(box.Region, share => share >= 0.5f == inside ? 0 : far);
        Along(squared, box.Nx, 1, box.SpacingMm.X, reach);
        Along(squared, box.Ny, box.Nx, box.SpacingMm.Y, reach);
        Along(squared, box.Nz, box.Nx * box.Ny, box.SpacingMm.Z, reach);
        return Array.ConvertAll(squared, MathF.Sqrt);
    }

    /// <summary>Replaces each value of each line by the least of its neighbours' with the square of the way to their boxes added.</summary>
    private static void Along(float[] squared, int length, int stride, double h, double reach)
    {
        var window = (int)Math.Ceiling(reach / h) + 1;
        var cost = Enumerable.Range(0, window + 1).Select(d => d == 0 ? 0f : (float)((d - 0.5) * h * (d - 0.5) * h)).ToArray();
        var line = new float[length];
        for (var first = 0; first < squared.Length; first += length * stride)
        {
            for (var start = first; start < first + stride; start++)
            {
                var isFlat = true;
                for (var p = 0; p < length; p++)
                {
                    line[p] = squared[start + p * stride];
                    isFlat &= line[p] == line[0];
                }

                for (var p = 0; p < length && !isFlat; p++)
                {
                    var least = line[p];
                    for (var q = Math.Max(0, p - window); q <= Math.Min(length - 1, p + window); q++)
                    {
                        least = Math.Min(least, line[q] + cost[Math.Abs(p - q)]);
                    }

                    squared[start + p * stride] = least;
                }
            }
        }
    }
}
