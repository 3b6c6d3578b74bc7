using Etalon.Imaging;

namespace Etalon.Twin;

/// <summary>
/// Diffusion div(D grad N) inside a mask, conservative and self-adjoint: what leaves a voxel enters its neighbour, and nothing passes the
/// mask's boundary. The operator is L for D = 1 (times a relative field where it has one); a run multiplies it by its diffusivity.
/// </summary>
/// <remarks>
/// States live in a box around the mask with one voxel of zeros on every side, x fastest, so that neighbours need no test. What lies
/// outside the mask is always 0. Behind each row lie further zeros, which take what a last vector writes beyond it.
/// </remarks>
public abstract class DiffusionOperator
{
    /// <summary>Zeros behind each row besides the one that every side has: as many lanes as a vector of single precision can have.</summary>
    private const int RowMargin = 15;

    private readonly int[] _toGrid;

    /// <summary>Lays out the box.</summary>
    /// <exception cref="ArgumentException">The domain is empty.</exception>
    protected DiffusionOperator(Mask domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        var (i0, i1, j0, j1, k0, k1) = domain.Bounds() ?? throw new ArgumentException("The domain of a tumour model holds no voxel.");
        Domain = domain;
        (BoxX, BoxY, BoxZ) = (i1 - i0 + 3 + RowMargin, j1 - j0 + 3, k1 - k0 + 3);
        (StrideY, StrideZ, Length) = (BoxX, BoxX * BoxY, BoxX * BoxY * BoxZ);
        Inside = new bool[Length];
        _toGrid = new int[Length];
        Array.Fill(_toGrid, -1);
        for (var k = k0; k <= k1; k++)
        {
            for (var j = j0; j <= j1; j++)
            {
                for (var i = i0; i <= i1; i++)
                {
                    if (domain[i, j, k])
                    {
                        var at = i - i0 + 1 + StrideY * (j - j0 + 1) + StrideZ * (k - k0 + 1);
                        Inside[at] = true;
                        _toGrid[at] = domain.Grid.Index(i, j, k);
                    }
                }
            }
        }
    }

    /// <summary>The voxels in which the tumour can live.</summary>
    public Mask Domain { get; }

    /// <summary>Length of a state: the padded box.</summary>
    public int Length { get; }

    /// <summary>Upper bound of the largest eigenvalue of −L for D = 1, per mm².</summary>
    public abstract double SpectralBound { get; }

    /// <summary>For each place in a state its voxel on the grid, or −1 outside the domain.</summary>
    public ReadOnlySpan<int> GridIndex => _toGrid;

    /// <summary>Size of the padded box.</summary>
    internal int BoxX { get; }

    internal int BoxY { get; }

    internal int BoxZ { get; }

    /// <summary>Distance in a state between neighbours along y.</summary>
    internal int StrideY { get; }

    /// <summary>Distance in a state between neighbours along z.</summary>
    internal int StrideZ { get; }

    /// <summary>Whether a place in a state lies in the domain.</summary>
    internal bool[] Inside { get; }

    /// <summary>Copies values from the grid into a state; what lies outside the domain is dropped.</summary>
    public T[] ToState<T>(ReadOnlySpan<T> onGrid)
        where T : struct
    {
        var state = new T[Length];
        for (var n = 0; n < Length; n++)
        {
            if (_toGrid[n] >= 0)
            {
                state[n] = onGrid[_toGrid[n]];
            }
        }

        return state;
    }

    /// <summary>Copies values from the grid into a state; what lies outside the domain is dropped.</summary>
    public T[] ToState<T>(T[] onGrid)
        where T : struct => ToState((ReadOnlySpan<T>)onGrid);

    /// <summary>Copies a state onto the grid, 0 outside the domain.</summary>
    public float[] ToGrid(ReadOnlySpan<double> state)
    {
        var onGrid = new float[Domain.Grid.Count];
        for (var n = 0; n < Length; n++)
        {
            if (_toGrid[n] >= 0)
            {
                onGrid[_toGrid[n]] = (float)state[n];
            }
        }

        return onGrid;
    }

    /// <summary>The operator's passes over memory; by <see cref="Apply"/>, plainly, where an operator has none of its own.</summary>
    internal virtual FluxKernel<double> Kernel => new AppliedKernel(this);

    /// <summary>result = factor · L u. An operator overrides this or <see cref="Kernel"/>.</summary>
    /// <param name="u">A state, 0 outside the domain.</param>
    /// <param name="result">Receives the result, 0 outside the domain; not the same memory as <paramref name="u"/>.</param>
    /// <param name="factor">Step times diffusivity, mm².</param>
    public virtual void Apply(ReadOnlySpan<double> u, Span<double> result, double factor)
    {
        var kernel = Kernel;
        result.Clear();
        for (var block = 0; block < kernel.Blocks; block++)
        {
            kernel.Apply(block, u, result, factor);
        }
    }
}
