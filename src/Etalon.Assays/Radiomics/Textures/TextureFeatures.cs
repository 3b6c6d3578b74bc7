namespace Etalon.Assays.Radiomics.Textures;

/// <summary>All texture families of a region in the aggregations asked for. Counts are whole numbers and means are taken in a fixed order: the number of threads changes nothing.</summary>
internal sealed class TextureFeatures
{
    private readonly LevelBox _box;
    private readonly IReadOnlySet<FeatureAggregation> _wanted;
    private readonly List<(FeatureFamily Family, FeatureAggregation Aggregation, double[]? Values)> _found = [];

    private TextureFeatures(LevelBox box, IReadOnlySet<FeatureAggregation> wanted) => (_box, _wanted) = (box, wanted);

    private bool InSlices => Any(FeatureAggregation.SlicesAveraged, FeatureAggregation.SlicesMerged, FeatureAggregation.DirectionsMerged, FeatureAggregation.SlicesAndDirectionsMerged);

    private bool InSpace => Any(FeatureAggregation.VolumeAveraged, FeatureAggregation.VolumeMerged);

    private bool ZonesInSlices => Any(FeatureAggregation.Slices, FeatureAggregation.AcrossSlices);

    /// <summary>Measures.</summary>
    /// <param name="box">The levels.</param>
    /// <param name="wanted">Aggregations.</param>
    /// <param name="threads">Threads to use.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static List<FeatureValue> Of(LevelBox box, IReadOnlySet<FeatureAggregation> wanted, int threads, CancellationToken cancellation = default)
    {
        var work = new TextureFeatures(box, wanted);
        // The zones take longest and cannot be shared out: they begin first.
        List<Action> tasks = [];
        if (wanted.Contains(FeatureAggregation.Volume))
        {
            tasks.Add(work.VolumeZones);
        }

        if (work.ZonesInSlices)
        {
            tasks.Add(work.SliceZones);
        }

        if (work.InSlices || work.InSpace)
        {
            tasks.Add(work.Directed<int[]>(FeatureFamily.Glcm, new CoOccurrenceMatrices(box)));
            tasks.Add(work.Directed<LevelCounts>(FeatureFamily.Glrlm, new RunLengthMatrices(box)));
        }

        if (wanted.Contains(FeatureAggregation.Volume))
        {
            tasks.Add(() => work.Neighbours(inSlices: false));
        }

        if (work.ZonesInSlices)
        {
            tasks.Add(() => work.Neighbours(inSlices: true));
        }

        Parallel.ForEach(System.Collections.Concurrent.Partitioner.Create(tasks, loadBalance: true), new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, threads), CancellationToken = cancellation }, task => task());
        return [.. work._found.OrderBy(f => f.Family).ThenBy(f => f.Aggregation).SelectMany(f => FeatureValue.Of(f.Family, f.Aggregation, f.Values))];
    }

    private bool Any(params ReadOnlySpan<FeatureAggregation> aggregations)
    {
        foreach (var a in aggregations)
        {
            if (_wanted.Contains(a))
            {
                return true;
            }
        }

        return false;
    }

    private void Found(FeatureFamily family, FeatureAggregation aggregation, double[]? values)
    {
        if (_wanted.Contains(aggregation))
        {
            lock (_found)
            {
                _found.Add((family, aggregation, values));
            }
        }
    }

    private void VolumeZones()
    {
        var (sizes, distances) = Zones.OfVolume(_box);
        Found(FeatureFamily.Glszm, FeatureAggregation.Volume, sizes.Of(_box.Count));
        Found(FeatureFamily.Gldzm, FeatureAggregation.Volume, distances.Of(_box.Count));
    }

    private void SliceZones()
    {
        var slices = Zones.OfSlices(_box);
        Slices(FeatureFamily.Glszm, [.. slices.Select(s => s.Sizes)]);
        Slices(FeatureFamily.Gldzm, [.. slices.Select(s => s.Distances)]);
    }

    private void Slices(FeatureFamily family, IReadOnlyList<LevelCounts> slices)
    {
        if (_wanted.Contains(FeatureAggregation.Slices))
        {
            Found(family, FeatureAggregation.Slices, Mean(slices.Select((s, k) => s.Of(_box.SliceCounts[k]))));
        }

        if (_wanted.Contains(FeatureAggregation.AcrossSlices))
        {
            var merged = slices[0];
            for (var k = 1; k < slices.Count; k++)
            {
                merged.Add(slices[k]);
            }

            Found(family, FeatureAggregation.AcrossSlices, merged.Of(_box.Count));
        }
    }

    private void Neighbours(bool inSlices)
    {
        var slices = Enumerable.Range(0, _box.Nz).Select(k => Neighbourhoods.OfSlice(_box, k, inSlices)).ToList();
        if (inSlices)
        {
            Found(FeatureFamily.Ngtdm, FeatureAggregation.Slices, Mean(slices.Select(s => s.Tone())));
            Found(FeatureFamily.Ngldm, FeatureAggregation.Slices, Mean(slices.Select((s, k) => s.Dependence(_box.SliceCounts[k]))));
        }

        var merged = Neighbourhoods.Merge(slices, _box.GreyLevels);
        var aggregation = inSlices ? FeatureAggregation.AcrossSlices : FeatureAggregation.Volume;
        Found(FeatureFamily.Ngtdm, aggregation, merged.Tone());
        Found(FeatureFamily.Ngldm, aggregation, merged.Dependence(_box.Count));
    }

    /// <summary>Matrices by direction and slice, in all six aggregations.</summary>
    private Action Directed<T>(FeatureFamily family, IDirectedMatrices<T> matrices)
        where T : class => () =>
        {
            var directions = LevelBox.InSlice.Length;
            var byDirection = Enumerable.Range(0, directions).Select(_ => matrices.New()).ToArray();
            var (averaged, merged) = (new List<double[]?>(), new List<double[]?>());
            for (var k = 0; k < _box.Nz; k++)
            {
                var slice = InSlices ? matrices.New() : null;
                for (var d = 0; d < directions; d++)
                {
                    if (!InSlices)
                    {
                        matrices.Count(LevelBox.InSlice[d], k, byDirection[d]);
                        continue;
                    }

                    var one = matrices.New();
                    matrices.Count(LevelBox.InSlice[d], k, one);
                    if (_wanted.Contains(FeatureAggregation.SlicesAveraged))
                    {
                        averaged.Add(matrices.Features(one, _box.SliceCounts[k]));
                    }

                    matrices.Add(one, byDirection[d]);
                    matrices.Add(one, slice!);
                }

                if (_wanted.Contains(FeatureAggregation.SlicesMerged))
                {
                    merged.Add(matrices.Features(slice!, (double)directions * _box.SliceCounts[k]));
                }
            }

            Found(family, FeatureAggregation.SlicesAveraged, Mean(averaged));
            Found(family, FeatureAggregation.SlicesMerged, Mean(merged));
            if (_wanted.Contains(FeatureAggregation.DirectionsMerged))
            {
                Found(family, FeatureAggregation.DirectionsMerged, Mean(byDirection.Select(m => matrices.Features(m, _box.Count))));
            }

            var all = matrices.New();
            foreach (var m in byDirection)
            {
                matrices.Add(m, all);
            }

            if (_wanted.Contains(FeatureAggregation.SlicesAndDirectionsMerged))
            {
                Found(family, FeatureAggregation.SlicesAndDirectionsMerged, matrices.Features(all, (double)directions * _box.Count));
            }

            if (InSpace)
            {
                Space(family, matrices, byDirection, all);
            }
        };

    private void Space<T>(FeatureFamily family, IDirectedMatrices<T> matrices, T[] inSlice, T all)
        where T : class
    {
        var averaged = new List<double[]?>();
        var isAveraged = _wanted.Contains(FeatureAggregation.VolumeAveraged);
        if (isAveraged)
        {
            averaged.AddRange(inSlice.Select(m => matrices.Features(m, _box.Count)));
        }

        foreach (var step in LevelBox.AcrossSlices)
        {
            var one = matrices.New();
            for (var k = 0; k < _box.Nz; k++)
            {
                matrices.Count(step, k, one);
            }

            if (isAveraged)
            {
                averaged.Add(matrices.Features(one, _box.Count));
            }

            matrices.Add(one, all);
        }

        Found(family, FeatureAggregation.VolumeAveraged, Mean(averaged));
        if (_wanted.Contains(FeatureAggregation.VolumeMerged))
        {
            Found(family, FeatureAggregation.VolumeMerged, matrices.Features(all, (double)(LevelBox.InSlice.Length + LevelBox.AcrossSlices.Length) * _box.Count));
        }
    }

    /// <summary>Mean over those that exist; a feature that one of them does not define is left out of its mean. Null where there is none.</summary>
    private static double[]? Mean(IEnumerable<double[]?> values)
    {
        double[]? sum = null;
        int[] numbers = [];
        foreach (var v in values.OfType<double[]>())
        {
            sum ??= new double[v.Length];
            numbers = numbers.Length == 0 ? new int[v.Length] : numbers;
            for (var n = 0; n < v.Length; n++)
            {
                sum[n] += double.IsNaN(v[n]) ? 0 : v[n];
                numbers[n] += double.IsNaN(v[n]) ? 0 : 1;
            }
        }

        return sum is null ? null : [.. sum.Select((s, n) => numbers[n] == 0 ? double.NaN : s / numbers[n])];
    }

    /// <summary>A family whose matrices have a direction.</summary>
    private interface IDirectedMatrices<T>
    {
        T New();

        void Count((int X, int Y, int Z) step, int slice, T into);

        void Add(T one, T into);

        double[]? Features(T matrix, double voxels);
    }

    private sealed class CoOccurrenceMatrices(LevelBox box) : IDirectedMatrices<int[]>
    {
        public int[] New() => new int[(box.GreyLevels + 1) * (box.GreyLevels + 1)];

        public void Count((int X, int Y, int Z) step, int slice, int[] into) => CoOccurrence.Count(box, step, slice, 1, into);

        public void Add(int[] one, int[] into) => CoOccurrence.Add(one, into);

        public double[]? Features(int[] matrix, double voxels) => CoOccurrence.Of(matrix, box.GreyLevels);
    }

    private sealed class RunLengthMatrices(LevelBox box) : IDirectedMatrices<LevelCounts>
    {
        private readonly ushort[] _lengths = new ushort[box.Levels.Length];

        public LevelCounts New() => new(box.GreyLevels, RunLengths.Longest(box));

        public void Count((int X, int Y, int Z) step, int slice, LevelCounts into) => RunLengths.Count(box, step, slice, _lengths, into);

        public void Add(LevelCounts one, LevelCounts into) => into.Add(one);

        public double[]? Features(LevelCounts matrix, double voxels) => matrix.Of(voxels);
    }
}
