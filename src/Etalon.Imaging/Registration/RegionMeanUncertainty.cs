using Etalon.Metrology;

namespace Etalon.Imaging.Registration;

/// <summary>What the error of a registration does to the mean of a map over a region that was carried to it.</summary>
/// <param name="Mean">With the estimated transform, in the unit of the map.</param>
/// <param name="U">Standard uncertainty of the mean from the registration alone: the spread over transforms drawn from its errors, edges included.</param>
/// <param name="FirstOrderU">The same to first order: the map's mean gradient times the displacement.</param>
/// <param name="Shift">Mean over the draws less <paramref name="Mean"/>: what a blur of the region's edge does.</param>
/// <param name="Draws">Transforms drawn.</param>
public sealed record RegionMeanUncertainty(double Mean, double U, double FirstOrderU, double Shift, int Draws)
{
    /// <summary>
    /// Whether the two agree to a fifth, or both are below a thousandth of the mean. Where they do not, the map bends or has edges within the displacement.
    /// </summary>
    public bool IsLinear => Math.Abs(U - FirstOrderU) <= 0.2 * Math.Max(U, FirstOrderU) || Math.Max(U, FirstOrderU) < 1e-3 * Math.Abs(Mean);

    /// <summary>As a component of a budget, in the unit of the map.</summary>
    /// <param name="group">The registration's name where several regions share it, e.g. <c>registration/ses-2</c>; null: independent.</param>
    public UncertaintyComponent ToComponent(string? group = null) => new("registration", U, group, ComponentKind.A, Draws - 1);
}
