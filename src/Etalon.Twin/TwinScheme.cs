namespace Etalon.Twin;

/// <summary>How the model is discretised.</summary>
public enum TwinScheme
{
    /// <summary>Conservative diffusion, exact reaction, events at their own instants (decision 0002).</summary>
    Exact,

    /// <summary>The scheme of TumorTwin at half-day steps, which exists for comparison with its output only.</summary>
    Rk38Compat,
}

/// <summary>How schemes are called in files and on the command line.</summary>
public static class TwinSchemes
{
    /// <summary>Name of <see cref="TwinScheme.Exact"/>.</summary>
    public const string Exact = "exact";

    /// <summary>Name of <see cref="TwinScheme.Rk38Compat"/>.</summary>
    public const string Rk38Compat = "rk38-compat";

    /// <summary>A scheme's name.</summary>
    public static string NameOf(TwinScheme scheme) => scheme == TwinScheme.Exact ? Exact : Rk38Compat;

    /// <summary>The scheme of a name; null where there is none.</summary>
    public static TwinScheme? Of(string? name) => name switch { Exact => TwinScheme.Exact, Rk38Compat => TwinScheme.Rk38Compat, _ => null };
}
