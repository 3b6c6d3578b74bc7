namespace Etalon.Assays.Radiomics.Textures;

/// <summary>City-block distance of voxels to the border of their region: 1 at the border, one more with each step inward over faces (or edges, in a slice).</summary>
internal static class BorderDistance
{
    /// <summary>Distances in the padded box, 0 outside the region, and the largest of them.</summary>
    /// <param name="box">The region.</param>
    /// <param name="inSlices">Whether only steps within a slice count.</param>
    public static (ushort[] Distance, int Largest) Of(LevelBox box, bool inSlices)
    {
        var (shape, y, z) = (box.Shape, box.StrideY, box.StrideZ);
        var distance = new ushort[shape.Length];
        for (var k = 0; k < box.Nz; k++)
        {
            for (var j = 0; j < box.Ny; j++)
            {
                var start = box.Row(j, k);
                for (var p = start; p < start + box.Nx; p++)
                {
                    var least = Math.Min(distance[p - 1], distance[p - y]);
                    distance[p] = shape[p] == 0 ? (ushort)0 : (ushort)(1 + (inSlices ? least : Math.Min(least, distance[p - z])));
                }
            }
        }

        var largest = 0;
        for (var k = box.Nz - 1; k >= 0; k--)
        {
            for (var j = box.Ny - 1; j >= 0; j--)
            {
                var start = box.Row(j, k);
                for (var p = start + box.Nx - 1; p >= start; p--)
                {
                    var least = Math.Min(distance[p + 1], distance[p + y]);
                    least = inSlices ? least : Math.Min(least, distance[p + z]);
                    distance[p] = Math.Min(distance[p], (ushort)(1 + least));
                    largest = Math.Max(largest, distance[p]);
                }
            }
        }

        return (distance, largest);
    }
}
