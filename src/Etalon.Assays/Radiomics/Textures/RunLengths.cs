namespace Etalon.Assays.Radiomics.Textures;

/// <summary>Grey level run length matrices.</summary>
/// <remarks>Galloway, Comput Graph Image Process 4:172 (1975); as the reference manual of IBSI defines them.</remarks>
internal static class RunLengths
{
    /// <summary>Counts the runs of one direction that begin in some slices.</summary>
    public static void Count(LevelBox box, (int X, int Y, int Z) step, int firstSlice, int slices, LevelCounts counts)
    {
        var (levels, offset) = (box.Levels, box.Offset(step));
        for (var k = firstSlice; k < firstSlice + slices; k++)
        {
            for (var j = 0; j < box.Ny; j++)
            {
                var start = box.Row(j, k);
                for (var p = start; p < start + box.Nx; p++)
                {
                    var level = levels[p];
                    if (level == 0 || levels[p - offset] == level)
                    {
                        continue;
                    }

                    var length = 1;
                    for (var q = p + offset; levels[q] == level; q += offset)
                    {
                        length++;
                    }

                    counts.Add(level, length);
                }
            }
        }
    }

    /// <summary>Longest run that the box can hold.</summary>
    public static int Longest(LevelBox box) => Math.Max(box.Nx, Math.Max(box.Ny, box.Nz));
}
