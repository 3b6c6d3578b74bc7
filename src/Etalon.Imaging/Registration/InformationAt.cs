namespace Etalon.Imaging.Registration;

/// <summary>Mutual information at one transform.</summary>
/// <param name="Information">nat.</param>
/// <param name="Gradient">By three turns (rad) about the centre and three shifts (mm) of the moving image's points.</param>
/// <param name="BlockGradients">The same, shape (blocks, 6): what each block of the image adds.</param>
/// <param name="BlockShares">What each block adds to the information.</param>
/// <param name="BlockCounts">Samples inside, per block.</param>
/// <param name="Fisher">Mean outer product of the samples' derivatives, shape (6, 6): never negative, and near the curvature at a maximum.</param>
/// <param name="Inside">Samples inside both images.</param>
/// <param name="Bend">How far the relation of the intensities is from a straight line, 0 to 1.</param>
internal sealed record InformationAt(double Information, double[] Gradient, double[] BlockGradients, double[] BlockShares, int[] BlockCounts, double[] Fisher, int Inside, double Bend);
