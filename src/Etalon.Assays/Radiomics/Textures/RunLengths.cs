namespace Etalon.Assays.Radiomics.Textures;

/// <summary>Grey level run length matrices.</summary>
/// <remarks>Galloway, Comput Graph Image Process 4:172 (1975); as the reference manual of IBSI defines them.</remarks>
internal static class RunLengths
{
    /// <summary>Counts the runs of one direction that end in a slice. Slices of one direction have to be counted in ascending order.</summary>
    /// <param name="box">The levels.</param>
    /// <param name="step">Direction, towards later voxels.</param>
    /// <param name="slice">The slice.</param>
    /// <param name="lengths">Room for a number for each padded voxel: how long its run is so far. Memory is walked through in order, however the direction lies.</param>
    /// <param name="counts">Receives the runs.</param>
    public static void Count(LevelBox box, (int X, int Y, int Z) step, int slice, ushort[] lengths, LevelCounts counts)
    {
        var offset = box.Offset(step);
        for (var j = 0; j < box.Ny; j++)
        {
            var start = box.Row(j, slice);
            var levels = box.Levels.AsSpan(start, box.Nx);
            var before = box.Levels.AsSpan(start - offset, box.Nx);
            var behind = box.Levels.AsSpan(start + offset, box.Nx);
            var lengthsBefore = lengths.AsSpan(start - offset, box.Nx);
            var lengthsHere = lengths.AsSpan(start, box.Nx);
            for (var i = 0; i < levels.Length; i++)
            {
                var level = levels[i];
                if (level == 0)
                {
                    continue;
                }

                var length = before[i] == level ? lengthsBefore[i] + 1 : 1;
                lengthsHere[i] = (ushort)length;
                if (behind[i] != level)
                {
                    counts.Add(level, length);
                }
            }
        }
    }

    /// <summary>Longest run that the box can hold.</summary>
    public static int Longest(LevelBox box) => Math.Max(box.Nx, Math.Max(box.Ny, box.Nz));
}
