using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Etalon.Treatment;

namespace Etalon.Twin;

/// <summary>
/// The discretisation of TumorTwin with its default solver, for comparison with its output only: the 3/8 rule at half-day steps with all
/// treatment days added to the grid, survival, mask and a clamp to [0, 1] at the begin of a step, a drug dose counted from its own instant
/// on in every stage (so that one at the end of a step counts in that step and in the next), D∇²N with doubled one-sided differences
/// at faces of the mask, k, D and θ in single precision. It is of first order where drugs are given, and does not keep mass.
/// </summary>
/// <remarks>
/// Written from the description of the scheme, not from its code. Along an axis a voxel with one neighbour outside takes part only if two
/// lie inside on the other side; a voxel at the array's edge takes no part along that axis.
/// </remarks>
internal sealed class Rk38Compat
{
    private const double StepDays = 0.5;

    /// <summary>Steps between two looks at how far the tumour reaches, and voxels kept free around it meanwhile.</summary>
    private const int LookEvery = 2, Margin = 8;

    private const double Seen = 1e-14;

    private readonly DiffusionOperator _layout;
    private readonly byte[] _code;
    private readonly RowPlaces _rows;
    private readonly double[] _slope;
    private readonly double _ax, _ay, _az;
    private readonly double _diffusivity, _proliferation;
    private readonly GrowthParameters _parameters;
    private readonly TreatmentSchedule _schedule;
    private int _x0, _x1, _y0, _y1, _z0, _z1;

    /// <summary>Prepares a run.</summary>
    /// <exception cref="ArgumentException">Something varies in space that this scheme does not know.</exception>
    public Rk38Compat(TumourModel model, GrowthParameters parameters, TreatmentSchedule schedule)
    {
        if (Misfit(model, parameters, schedule) is { } misfit)
        {
            throw new ArgumentException($"The scheme rk38-compat does not know {misfit}.");
        }

        (_layout, _parameters, _schedule) = (model.Diffusion, parameters, schedule);
        (_diffusivity, _proliferation) = ((float)parameters.DiffusivityMm2PerDay, (float)parameters.ProliferationPerDay);
        var h = _layout.Domain.Grid.SpacingMm;
        (_ax, _ay, _az) = (1 / (h.X * h.X), 1 / (h.Y * h.Y), 1 / (h.Z * h.Z));
        _code = Codes(_layout);
        _rows = new RowPlaces(_layout, _code);
        _slope = new double[_layout.StrideY];
    }

    /// <summary>What of a simulation this scheme does not know; null where it knows all.</summary>
    public static string? Misfit(TumourModel model, GrowthParameters parameters, TreatmentSchedule schedule) =>
        model.Diffusion is not FluxDiffusion ? "a diffusivity that differs from place to place"
        : !model.Reactions.IsUniform ? "a proliferation or a capacity that differs from place to place, or another capacity than 1"
        : parameters.ClearancePerDay is not null ? "killed cells that stay visible"
        : !parameters.Response.IsAcute ? "repair and oxygen"
        : schedule.Surgeries.Count > 0 ? "surgery"
        : schedule.Fractions.Any(f => f.DoseMapGy is not null) ? "dose maps"
        : null;

    /// <summary>Runs from a state; outputs stand before the events of their instants.</summary>
    public void Run(ReadOnlySpan<double> initial, double startDay, IReadOnlyList<double> outputs, Action<int, double[]> receive, CancellationToken cancellation)
    {
        var y = initial.ToArray();
        var (a, s, s2) = (new double[y.Length], new double[y.Length], new double[y.Length]);
        var grid = TimeGrid(startDay, outputs);
        var next = 0;
        for (var g = 0; g < grid.Count; g++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (; next < outputs.Count && outputs[next] == grid[g]; next++)
            {
                receive(next, y);
            }

            if (g + 1 == grid.Count)
            {
                break;
            }

            BeginStep(y, grid[g]);
            if (g % LookEvery == 0)
            {
                Look(y);
            }

            Step(y, a, s, s2, grid[g], grid[g + 1]);
        }
    }

    /// <summary>Half days from the start, with all treatment days and outputs.</summary>
    private List<double> TimeGrid(double start, IReadOnlyList<double> outputs)
    {
        var end = outputs.Count == 0 ? start : outputs[^1];
        var days = _schedule.Fractions.Select(f => f.Day).Concat(_schedule.Drugs.SelectMany(d => d.Doses.Select(x => x.Day))).Concat(outputs).Where(d => d > start && d <= end);
        var regular = Enumerable.Range(0, (int)Math.Ceiling((end - start) / StepDays) + 1).Select(n => start + n * StepDays).Where(d => d <= end);
        return regular.Concat(days).Append(end).Distinct().Order().ToList();
    }

    private void BeginStep(double[] y, double day)
    {
        var effect = _schedule.Fractions.Where(f => f.Day == day).Sum(f => LinearQuadratic.LogSurvival(f.DoseGy, _parameters.AlphaPerGy, _parameters.Response.AlphaBetaGy));
        Clamp(y, Math.Exp(effect));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Clamp(double[] y, double survival)
    {
        var (factor, n) = (new Vector<double>(survival), 0);
        for (; n <= y.Length - Vector<double>.Count; n += Vector<double>.Count)
        {
            Vector.Min(Vector.Max(factor * new Vector<double>(y, n), Vector<double>.Zero), Vector<double>.One).CopyTo(y, n);
        }

        for (; n < y.Length; n++)
        {
            y[n] = Math.Clamp(survival * y[n], 0, 1);
        }
    }

    private void Look(double[] y)
    {
        var (x0, x1, y0, y1, z0, z1) = (int.MaxValue, 0, int.MaxValue, 0, int.MaxValue, 0);
        for (var row = 0; row < _layout.BoxY * _layout.BoxZ; row++)
        {
            var values = y.AsSpan(row * _layout.StrideY, _layout.StrideY);
            var first = values.IndexOfAnyInRange(Seen, double.MaxValue);
            if (first >= 0)
            {
                var last = values.LastIndexOfAnyInRange(Seen, double.MaxValue);
                (x0, x1) = (Math.Min(x0, first), Math.Max(x1, last));
                (y0, y1) = (Math.Min(y0, row % _layout.BoxY), Math.Max(y1, row % _layout.BoxY));
                (z0, z1) = (Math.Min(z0, row / _layout.BoxY), Math.Max(z1, row / _layout.BoxY));
            }
        }

        (_x0, _x1) = (Math.Max(1, x0 - Margin), Math.Min(_layout.BoxX - 2, x1 + Margin));
        (_y0, _y1) = (Math.Max(1, y0 - Margin), Math.Min(_layout.BoxY - 2, y1 + Margin));
        (_z0, _z1) = (Math.Max(1, z0 - Margin), Math.Min(_layout.BoxZ - 2, z1 + Margin));
    }

    /// <summary>
    /// One step. With few arrays, which decide the speed: the slope of a row is used up before the next row's. After the second stage
    /// <paramref name="a"/> holds y + h(k1 − k2) and <paramref name="y"/> what of the result is known.
    /// </summary>
    private void Step(double[] y, double[] a, double[] s, double[] s2, double t, double end)
    {
        var h = end - t;
        Stage(y, t, (from, k) =>
        {
            k.CopyTo(a.AsSpan(from));
            Sum(s, y, h / 3, k, from);
        });
        Stage(s, t + h / 3, (from, k) => Second(y, a, s2, h, k, from));
        Stage(s2, t + 2 * h / 3, (from, k) =>
        {
            Sum(s, a, h, k, from);
            Sum(y, y, 3 * h / 8, k, from);
        });
        Stage(s, end, (from, k) => Sum(y, y, h / 8, k, from));
    }

    /// <summary>Receives the slope of a part of a row that begins at a place of the state.</summary>
    private delegate void SlopeReceiver(int from, ReadOnlySpan<double> slope);

    /// <summary>f = D lap N + (k (1 − clamp(N)) − c(t)) N, row by row, and what follows from it while the row is in the cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Stage(double[] u, double day, SlopeReceiver then)
    {
        var (k, c) = (_proliferation, Rate(day));
        var (ax, ay, az) = (_diffusivity * _ax, _diffusivity * _ay, _diffusivity * _az);
        var weights = Weights(ax, ay, az);
        for (var z = _z0; z <= _z1; z++)
        {
            for (var y = _y0; y <= _y1; y++)
            {
                var row = y + _layout.BoxY * z;
                var (first, last) = _rows.Span(row);
                var (from, to) = (Math.Max(first, row * _layout.StrideY + _x0), Math.Min(last, row * _layout.StrideY + _x1 + 1));
                if (from >= to)
                {
                    continue;
                }

                var slope = _slope.AsSpan(0, to - from);
                slope.Clear();
                foreach (var (start, end) in _rows.Plain(row))
                {
                    PlainSlope(u, slope, from, Math.Max(start, from), Math.Min(end, to), k, c, ax, ay, az);
                }

                EdgeSlope(u, slope, from, _rows.Edges(row), k, c, weights);
                then(from, slope);
            }
        }
    }

    /// <summary>result = origin + factor · slope, over a part of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(double[] result, double[] origin, double factor, ReadOnlySpan<double> slope, int from)
    {
        var (width, n, v) = (Vector<double>.Count, 0, new Vector<double>(factor));
        ref var r = ref MemoryMarshal.GetArrayDataReference(result);
        ref var o = ref MemoryMarshal.GetArrayDataReference(origin);
        ref var k = ref MemoryMarshal.GetReference(slope);
        for (; n <= slope.Length - width; n += width)
        {
            (Vector.LoadUnsafe(ref o, (nuint)(from + n)) + v * Vector.LoadUnsafe(ref k, (nuint)n)).StoreUnsafe(ref r, (nuint)(from + n));
        }

        for (; n < slope.Length; n++)
        {
            result[from + n] = origin[from + n] + factor * slope[n];
        }
    }

    /// <summary>s2 = y + h(k2 − k1/3); a = y + h(k1 − k2); y = y + h/8 (k1 + 3 k2), with k1 in a and k2 the slope.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Second(double[] y, double[] a, double[] s2, double h, ReadOnlySpan<double> slope, int from)
    {
        var (width, n) = (Vector<double>.Count, 0);
        ref var atY = ref MemoryMarshal.GetArrayDataReference(y);
        ref var atA = ref MemoryMarshal.GetArrayDataReference(a);
        ref var atS = ref MemoryMarshal.GetArrayDataReference(s2);
        ref var atK = ref MemoryMarshal.GetReference(slope);
        var (step, third, eighth, three) = (new Vector<double>(h), new Vector<double>(-h / 3), new Vector<double>(h / 8), new Vector<double>(3.0));
        for (; n <= slope.Length - width; n += width)
        {
            var at = (nuint)(from + n);
            var (origin, k1, k2) = (Vector.LoadUnsafe(ref atY, at), Vector.LoadUnsafe(ref atA, at), Vector.LoadUnsafe(ref atK, (nuint)n));
            (origin + step * k2 + third * k1).StoreUnsafe(ref atS, at);
            (origin + step * (k1 - k2)).StoreUnsafe(ref atA, at);
            (origin + eighth * (k1 + three * k2)).StoreUnsafe(ref atY, at);
        }

        for (; n < slope.Length; n++)
        {
            var (origin, k1, k2) = (y[from + n], a[from + n], slope[n]);
            s2[from + n] = origin + h * (k2 - k1 / 3);
            a[from + n] = origin + h * (k1 - k2);
            y[from + n] = origin + h / 8 * (k1 + 3 * k2);
        }
    }

    /// <summary>Voxels with all six neighbours.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PlainSlope(double[] u, Span<double> slope, int from, int start, int end, double k, double c, double ax, double ay, double az)
    {
        var (sy, sz, width) = (_layout.StrideY, _layout.StrideZ, Vector<double>.Count);
        var (vx, vy, vz, vk, vc) = (new Vector<double>(ax), new Vector<double>(ay), new Vector<double>(az), new Vector<double>(k), new Vector<double>(c));
        var weight = new Vector<double>(2 * (ax + ay + az));
        ref var at = ref MemoryMarshal.GetArrayDataReference(u);
        ref var to = ref MemoryMarshal.GetReference(slope);
        var n = start;
        for (; n <= end - width; n += width)
        {
            var centre = Vector.LoadUnsafe(ref at, (nuint)n);
            var lap = vx * (Vector.LoadUnsafe(ref at, (nuint)(n - 1)) + Vector.LoadUnsafe(ref at, (nuint)(n + 1)))
                + vy * (Vector.LoadUnsafe(ref at, (nuint)(n - sy)) + Vector.LoadUnsafe(ref at, (nuint)(n + sy)))
                + vz * (Vector.LoadUnsafe(ref at, (nuint)(n - sz)) + Vector.LoadUnsafe(ref at, (nuint)(n + sz))) - weight * centre;
            var crowd = Vector.Min(Vector.Max(centre, Vector<double>.Zero), Vector<double>.One);
            (lap + (vk * (Vector<double>.One - crowd) - vc) * centre).StoreUnsafe(ref to, (nuint)(n - from));
        }

        for (; n < end; n++)
        {
            slope[n - from] = ax * (u[n - 1] + u[n + 1] - 2 * u[n]) + ay * (u[n - sy] + u[n + sy] - 2 * u[n]) + az * (u[n - sz] + u[n + sz] - 2 * u[n]) + (k * (1 - Math.Clamp(u[n], 0, 1)) - c) * u[n];
        }
    }

    /// <summary>For every code the weights of the neighbours: minus and plus along x, y, z, then of the voxel itself.</summary>
    private static double[] Weights(double ax, double ay, double az)
    {
        var weights = new double[64 * 8];
        for (var code = 0; code < 64; code++)
        {
            for (var axis = 0; axis < 3; axis++)
            {
                var (a, kind) = (axis == 0 ? ax : axis == 1 ? ay : az, (code >> (2 * axis)) & 3);
                weights[8 * code + 2 * axis] = kind == Both ? a : kind == MinusOnly ? 2 * a : 0;
                weights[8 * code + 2 * axis + 1] = kind == Both ? a : kind == PlusOnly ? 2 * a : 0;
                weights[8 * code + 6] -= kind == None ? 0 : 2 * a;
            }
        }

        return weights;
    }

    /// <summary>Inside voxels at a face of the mask or an edge of the array.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void EdgeSlope(double[] u, Span<double> slope, int from, ReadOnlySpan<int> edges, double k, double c, double[] weights)
    {
        var (sy, sz) = (_layout.StrideY, _layout.StrideZ);
        foreach (var n in edges)
        {
            if ((uint)(n - from) >= (uint)slope.Length)
            {
                continue;
            }

            var w = weights.AsSpan(8 * _code[n], 8);
            var lap = w[0] * u[n - 1] + w[1] * u[n + 1] + w[2] * u[n - sy] + w[3] * u[n + sy] + w[4] * u[n - sz] + w[5] * u[n + sz] + w[6] * u[n];
            slope[n - from] = lap + (k * (1 - Math.Clamp(u[n], 0, 1)) - c) * u[n];
        }
    }

    /// <summary>Σ s · Σ dose exp(−β (t − τ)) over doses given by t, its own instant included.</summary>
    private double Rate(double day)
    {
        var rate = 0.0;
        for (var i = 0; i < _schedule.Drugs.Count; i++)
        {
            var drug = _schedule.Drugs[i];
            foreach (var dose in drug.Doses)
            {
                rate += dose.Day <= day ? _parameters.SensitivityPerDay[i] * dose.RelativeAmount * Math.Exp(-drug.DecayPerDay * (day - dose.Day)) : 0;
            }
        }

        return rate;
    }

    private const int Both = 0, MinusOnly = 1, PlusOnly = 2, None = 3;
    internal const byte Outside = 0xFF;

    private static byte[] Codes(DiffusionOperator layout)
    {
        var grid = layout.Domain.Grid;
        var codes = new byte[layout.Length];
        for (var n = 0; n < codes.Length; n++)
        {
            if (!layout.Inside[n])
            {
                codes[n] = Outside;
                continue;
            }

            var at = layout.GridIndex[n];
            var (i, j, k) = (at % grid.Nx, at / grid.Nx % grid.Ny, at / grid.Nx / grid.Ny);
            codes[n] = (byte)(Kind(layout, n, 1, i, grid.Nx) | Kind(layout, n, layout.StrideY, j, grid.Ny) << 2 | Kind(layout, n, layout.StrideZ, k, grid.Nz) << 4);
        }

        return codes;
    }

    private static int Kind(DiffusionOperator layout, int n, int stride, int place, int size)
    {
        if (place == 0 || place == size - 1)
        {
            return None;
        }

        var (minus, plus) = (layout.Inside[n - stride], layout.Inside[n + stride]);
        return minus && plus ? Both
            : minus && place >= 2 && layout.Inside[n - 2 * stride] ? MinusOnly
            : plus && place < size - 2 && layout.Inside[n + 2 * stride] ? PlusOnly
            : None;
    }
}
