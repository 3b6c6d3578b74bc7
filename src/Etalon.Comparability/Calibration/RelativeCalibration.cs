namespace Etalon.Comparability.Calibration;

/// <summary>The scale of one scanner state against another: reading = offset + gain × reading of the other.</summary>
/// <param name="State">Key of the state.</param>
/// <param name="Against">Key of the state that it was held against.</param>
/// <param name="Gain">Gain.</param>
/// <param name="Offset">Offset, in the unit of the readings.</param>
/// <param name="OffsetVariance">Variance of the offset.</param>
/// <param name="Covariance">Covariance of offset and gain.</param>
/// <param name="GainVariance">Variance of the gain.</param>
/// <param name="Dof">Degrees of freedom; null: infinite.</param>
/// <param name="ValidFrom">First day it holds for.</param>
public sealed record RelativeCalibration(
    string State, string Against, double Gain, double Offset, double OffsetVariance, double Covariance, double GainVariance, double? Dof, DateOnly ValidFrom);
