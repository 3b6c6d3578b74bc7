namespace Etalon.Twin;

/// <summary>How a linear solve ended.</summary>
/// <param name="Iterations">Of conjugate gradients.</param>
/// <param name="Residual">Norm of what is left over the norm of the right-hand side.</param>
/// <param name="HasConverged">Whether that is as small as asked.</param>
internal readonly record struct LinearSolve(int Iterations, double Residual, bool HasConverged);
