namespace Etalon.Treatment;

/// <summary>What one fraction does to a tumour: the logarithm of survival is −α q.</summary>
/// <param name="Day">Days since the model's start, fractional.</param>
/// <param name="UniformGy">q where it is the same everywhere, Gy; 0 where there is a field.</param>
/// <param name="FieldGy">q per voxel of the model's grid, Gy; null where it is the same everywhere.</param>
/// <remarks>q = d + d²/(α/β) for an acute fraction; protraction, repair between fractions and oxygen change it, not α.</remarks>
public sealed record FractionEffect(double Day, double UniformGy, float[]? FieldGy = null);
