namespace Etalon.Reference;

/// <summary>One number that somebody published.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Expected">As printed.</param>
/// <param name="Tolerance">Absolute; half a unit of the last printed digit unless the source says otherwise.</param>
/// <param name="Source">Where it is printed.</param>
public sealed record PublishedValue(string Name, double Expected, double Tolerance, string Source)
{
    /// <summary>Whether a value agrees with the published one.</summary>
    public bool Holds(double value) => Math.Abs(value - Expected) <= Tolerance;
}
