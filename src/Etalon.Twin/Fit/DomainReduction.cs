using Etalon.Imaging;

namespace Etalon.Twin;

/// <summary>The same tumour over fewer voxels: on a coarser grid, to look for a start, or without brain that no cell reaches.</summary>
internal sealed class DomainReduction
{
    private readonly int[] _to;
    private readonly int[] _count;

    private DomainReduction(DiffusionOperator full, Mask reduced, Func<int, int> gridIndex)
    {
        Model = new TumourModel(new FluxDiffusion(reduced));
        var placeOf = new int[reduced.Grid.Count];
        Array.Fill(placeOf, -1);
        var onGrid = Model.Diffusion.GridIndex;
        for (var n = 0; n < onGrid.Length; n++)
        {
            if (onGrid[n] >= 0)
            {
                placeOf[onGrid[n]] = n;
            }
        }

        (_to, _count) = (new int[full.Length], new int[Model.Diffusion.Length]);
        for (var n = 0; n < _to.Length; n++)
        {
            _to[n] = full.GridIndex[n] < 0 ? -1 : placeOf[gridIndex(full.GridIndex[n])];
            if (_to[n] >= 0)
            {
                _count[_to[n]]++;
            }
        }
    }

    /// <summary>The model over fewer voxels.</summary>
    public TumourModel Model { get; }

    /// <summary>On a grid of twice the spacing: a voxel is inside where half of those that it holds are.</summary>
    public static DomainReduction Coarse(DiffusionOperator full)
    {
        var (fine, domain) = (full.Domain.Grid, full.Domain);
        var grid = new Grid(
            (fine.Nx + 1) / 2, (fine.Ny + 1) / 2, (fine.Nz + 1) / 2, fine.ToPatient(0.5, 0.5, 0.5), 2 * fine.StepI, 2 * fine.StepJ, 2 * fine.StepK);
        int CoarseIndex(int n) => grid.Index(n % fine.Nx / 2, n / fine.Nx % fine.Ny / 2, n / fine.Nx / fine.Ny / 2);
        var inside = new int[grid.Count];
        for (var n = 0; n < domain.Inside.Length; n++)
        {
            inside[CoarseIndex(n)] += domain.Inside[n] ? 1 : 0;
        }

        return new DomainReduction(full, new Mask(grid, inside.Select(c => c >= 4).ToArray()), CoarseIndex);
    }

    /// <summary>The same grid, only the brain within a margin of what was seen; null where that would leave out little.</summary>
    public static DomainReduction? Cropped(DiffusionOperator full, IReadOnlyList<DensityObservation> observations, double marginMm)
    {
        var (grid, domain) = (full.Domain.Grid, full.Domain);
        var seen = new bool[grid.Count];
        foreach (var o in observations)
        {
            for (var n = 0; n < o.Density.Length; n++)
            {
                if (full.GridIndex[n] >= 0 && (o.IsTumour[n] || o.Density[n] > 1e-3))
                {
                    seen[full.GridIndex[n]] = true;
                }
            }
        }

        if (new Mask(grid, seen).Bounds() is not var (i0, i1, j0, j1, k0, k1))
        {
            return null;
        }

        var h = grid.SpacingMm;
        var (mi, mj, mk) = ((int)Math.Ceiling(marginMm / h.X), (int)Math.Ceiling(marginMm / h.Y), (int)Math.Ceiling(marginMm / h.Z));
        var kept = domain.Inside.Select((inside, n) => inside
            && n % grid.Nx >= i0 - mi && n % grid.Nx <= i1 + mi
            && n / grid.Nx % grid.Ny >= j0 - mj && n / grid.Nx % grid.Ny <= j1 + mj
            && n / grid.Nx / grid.Ny >= k0 - mk && n / grid.Nx / grid.Ny <= k1 + mk).ToArray();
        var mask = new Mask(grid, kept);
        return mask.Count > 0.7 * domain.Count ? null : new DomainReduction(full, mask, n => n);
    }

    /// <summary>Whether a state of the reduced model has reached the cut: a voxel there holds more than a limit.</summary>
    public bool HasReachedCut(DiffusionOperator full, double[] state, double limit)
    {
        for (var n = 0; n < _to.Length; n++)
        {
            if (_to[n] < 0 || state[_to[n]] <= limit)
            {
                continue;
            }

            foreach (var stride in new[] { 1, full.StrideY, full.StrideZ })
            {
                if ((full.Inside[n - stride] && _to[n - stride] < 0) || (full.Inside[n + stride] && _to[n + stride] < 0))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Mean over the voxels that each reduced one holds.</summary>
    public double[] Reduce(double[] state)
    {
        var reduced = new double[_count.Length];
        for (var n = 0; n < state.Length; n++)
        {
            if (_to[n] >= 0)
            {
                reduced[_to[n]] += state[n] / _count[_to[n]];
            }
        }

        return reduced;
    }

    /// <summary>Copies each reduced voxel to those that it holds; 0 elsewhere.</summary>
    public double[] Expand(double[] reduced)
    {
        var state = new double[_to.Length];
        for (var n = 0; n < state.Length; n++)
        {
            state[n] = _to[n] >= 0 ? reduced[_to[n]] : 0;
        }

        return state;
    }

    /// <summary>A visit over fewer voxels: measured where half of a voxel's parts were, the mean over those.</summary>
    public DensityObservation Reduce(DensityObservation o)
    {
        var measured = Share(o.IsMeasured);
        double[] OfMeasured(double[] density)
        {
            var (parts, all) = (Reduce(density.Select((d, n) => o.IsMeasured[n] ? d : 0).ToArray()), Reduce(density));
            return all.Select((d, n) => measured[n] >= 0.5 ? parts[n] / measured[n] : d).ToArray();
        }

        return o with
        {
            Density = OfMeasured(o.Density),
            Tail = o.Tail is { } tail ? tail with { Fall = Reduce(tail.Fall) } : null,
            Unbounded = o.Unbounded is { } unbounded ? OfMeasured(unbounded) : null,
            IsMeasured = Array.ConvertAll(measured, s => s >= 0.5),
            IsTumour = Array.ConvertAll(Share(o.IsTumour), s => s >= 0.5),
            IsBelowLimit = Array.ConvertAll(Share(o.IsBelowLimit), s => s > 0.99),
        };
    }

    private double[] Share(bool[] of) => Reduce(Array.ConvertAll(of, b => b ? 1.0 : 0));
}
