namespace Etalon.Twin;

/// <summary>The passes of any operator by its own <see cref="DiffusionOperator.Apply"/>, plainly and in one block: what the fused kernels are compared with.</summary>
internal sealed class AppliedKernel(DiffusionOperator diffusion) : FluxKernel<double>
{
    /// <inheritdoc/>
    public override int Blocks => 1;

    /// <inheritdoc/>
    public override int Length => diffusion.Length;

    /// <inheritdoc/>
    public override void Apply(int block, ReadOnlySpan<double> u, Span<double> result, double factor) => diffusion.Apply(u, result, factor);

    /// <inheritdoc/>
    public override void Advance(int block, ReadOnlySpan<double> u, Span<double> result, double factor)
    {
        diffusion.Apply(u, result, factor);
        for (var n = 0; n < u.Length; n++)
        {
            result[n] += u[n];
        }
    }

    /// <inheritdoc/>
    public override void Finish(int block, Span<double> u, ReadOnlySpan<double> first, double factor, Reaction then)
    {
        var flow = new double[u.Length];
        diffusion.Apply(first, flow, factor);
        for (var n = 0; n < u.Length; n++)
        {
            u[n] = then.Apply(0.5 * (u[n] + first[n] + flow[n]));
        }
    }

    /// <inheritdoc/>
    public override void Recur(
        int block, Recurrence<double> by, ReadOnlySpan<double> y, ReadOnlySpan<double> previous, ReadOnlySpan<double> start, ReadOnlySpan<double> slope,
        Span<double> result, Reaction then)
    {
        var flow = new double[y.Length];
        diffusion.Apply(y, flow, by.Factor);
        for (var n = 0; n < y.Length; n++)
        {
            result[n] = then.Apply(by.Own * y[n] + by.Other * previous[n] + by.Rest * start[n] + by.Lasting * slope[n] + flow[n]);
        }
    }

    /// <inheritdoc/>
    public override double Shifted(int block, ReadOnlySpan<double> u, Span<double> result, double factor)
    {
        diffusion.Apply(u, result, -factor);
        var sum = 0.0;
        for (var n = 0; n < u.Length; n++)
        {
            result[n] += u[n];
            sum += u[n] * result[n];
        }

        return sum;
    }
}
