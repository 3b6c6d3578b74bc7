namespace Etalon.Twin;

/// <summary>How the model is discretised.</summary>
public enum TwinScheme
{
    /// <summary>Conservative diffusion, exact reaction, events at their own instants (decision 0002).</summary>
    Exact,

    /// <summary>The scheme of TumorTwin at half-day steps, which exists for comparison with its output only.</summary>
    Rk38Compat,
}
