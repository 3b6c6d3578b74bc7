namespace Etalon.Twin;

/// <summary>Into how many steps the time between two instants is cut.</summary>
/// <param name="LargestDays">Largest step that was asked for.</param>
/// <param name="PositiveDays">Largest step whose diffusion by two stages keeps densities in their range.</param>
/// <param name="Refinement">Into how many every step is cut.</param>
internal readonly record struct StepRule(double LargestDays, double PositiveDays, int Refinement)
{
    /// <summary>Parts up to which a step is cut for that; beyond it more stages take a large step (<see cref="ChebyshevStepper"/>).</summary>
    private const int MostParts = 128;

    /// <summary>Number of steps of a span.</summary>
    public int Parts(double spanDays)
    {
        var step = Math.Min(spanDays, LargestDays);
        var largest = step <= MostParts * PositiveDays ? Math.Min(LargestDays, PositiveDays) : LargestDays;
        return Refinement * Math.Max(1, (int)Math.Ceiling(spanDays / largest - 1e-9));
    }
}
