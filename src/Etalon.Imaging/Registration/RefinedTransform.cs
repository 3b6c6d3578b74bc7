using MathNet.Numerics.LinearAlgebra;

namespace Etalon.Imaging.Registration;

/// <summary>Where a refinement ended.</summary>
/// <param name="Transform">From the fixed image to the moving one.</param>
/// <param name="At">The mutual information there.</param>
/// <param name="InverseCurvature">Of the six scaled numbers, mm²; null where the place is not a maximum.</param>
/// <param name="Covariance">Of the six numbers (rad, mm) about where the centre goes; null with it.</param>
/// <param name="IsConverged">Whether it is the maximum.</param>
internal sealed record RefinedTransform(RigidTransform Transform, InformationAt At, Matrix<double>? InverseCurvature, Matrix<double>? Covariance, bool IsConverged);
