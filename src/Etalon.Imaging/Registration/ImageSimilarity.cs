namespace Etalon.Imaging.Registration;

/// <summary>How alike two images are, whatever their contrast.</summary>
public static class ImageSimilarity
{
    private const int Bins = 32;

    /// <summary>
    /// Normalised mutual information (Studholme 1999), (H(A) + H(B)) / H(A, B), of a fixed image and a moving one seen through a transform;
    /// 1 where they know nothing of each other, 2 where one determines the other. Over all voxels where both have a value.
    /// </summary>
    public static double NormalisedMutualInformation(Volume fixedImage, Volume moving, ISpatialTransform toMoving)
    {
        ArgumentNullException.ThrowIfNull(fixedImage);
        var (seen, inside) = Resampler.Trilinear(moving, fixedImage.Grid, toMoving);
        var (topA, topB) = (Top(fixedImage.Values), Top(seen.Values));
        var joint = new double[Bins, Bins];
        var count = 0;
        for (var n = 0; n < seen.Values.Length; n++)
        {
            if (inside.Inside[n])
            {
                joint[Bin(fixedImage.Values[n], topA), Bin(seen.Values[n], topB)]++;
                count++;
            }
        }

        if (count == 0)
        {
            return 1;
        }

        var (a, b, ab) = (0.0, 0.0, 0.0);
        for (var i = 0; i < Bins; i++)
        {
            var (rowA, rowB) = (0.0, 0.0);
            for (var j = 0; j < Bins; j++)
            {
                rowA += joint[i, j];
                rowB += joint[j, i];
                ab += Term(joint[i, j] / count);
            }

            a += Term(rowA / count);
            b += Term(rowB / count);
        }

        return ab > 0 ? (a + b) / ab : 2;
    }

    private static double Term(double p) => p > 0 ? -p * Math.Log(p) : 0;

    private static int Bin(float value, double top) => Math.Clamp((int)(Bins * value / top), 0, Bins - 1);

    private static double Top(float[] values)
    {
        var top = 0f;
        foreach (var v in values)
        {
            top = Math.Max(top, v);
        }

        return top > 0 ? top : 1;
    }
}
