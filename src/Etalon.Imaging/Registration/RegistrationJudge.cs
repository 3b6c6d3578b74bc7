namespace Etalon.Imaging.Registration;

/// <summary>Tells a registration that helped from one that did not.</summary>
internal static class RegistrationJudge
{
    /// <summary>Two ways that miss each other by more than this share of the longest voxel edge did not find the same place (AAPM TG-132: half a voxel).</summary>
    private const double LargestInconsistencyVoxels = 0.5;

    /// <summary>A standard uncertainty of a coordinate above this share of it is too much: twice that is half a voxel.</summary>
    private const double LargestUncertaintyVoxels = 0.25;

    /// <summary>The first limit is not below this, mm, nor the second below half of it.</summary>
    private const double SmallestLimitMm = 1;

    /// <summary>A loss of information by more than this many standard uncertainties is one.</summary>
    private const double LargestLossU = 2;

    /// <summary>A loss of this much is none, nat: images that lay together already lose that by a thousandth of a millimetre.</summary>
    private const double NegligibleLoss = 0.02;

    /// <summary>Images of one head share more than this, nat (docs/registration.md).</summary>
    private const double LeastInformation = 0.05;

    /// <summary>Share of the head that must be seen in both.</summary>
    private const double LeastOverlap = 0.25;

    /// <summary>What a criterion counts where the thing it looks at is not there at all.</summary>
    private const double Worst = 10;

    /// <summary>Looks at a transform from all sides.</summary>
    /// <param name="pair">The two images.</param>
    /// <param name="fixedImage">The fixed one.</param>
    /// <param name="moving">The moving one.</param>
    /// <param name="transform">From the fixed image to the moving one.</param>
    /// <param name="uncertainty">Of the transform; null where the information has no maximum there.</param>
    /// <param name="inconsistencyMm">Of the two ways; null where the way back failed.</param>
    public static RegistrationAssessment Assess(
        RigidPair pair, Volume fixedImage, Volume moving, RigidTransform transform, RigidUncertainty? uncertainty, double? inconsistencyMm)
    {
        var before = pair.Forward.Evaluate(RigidTransform.Identity, default);
        var after = pair.Forward.Evaluate(transform, default);
        var (gain, gainU) = Gain(before, after);
        // What independent images seem to share: (k − 1)² / 2n.
        var chance = after.Inside == 0 ? 0 : (InformationSamples.Bins - 1.0) * (InformationSamples.Bins - 1) / (2.0 * after.Inside);
        var information = Math.Max(0, after.Information - chance);
        var overlap = Math.Max(HeadInside(fixedImage, moving.Grid, transform), HeadInside(moving, fixedImage.Grid, transform.Inverse()));
        var u = uncertainty is null ? (double?)null : Math.Sqrt(InnerCorners(fixedImage.Grid).Average(p => Square(uncertainty.At(p).RmsMm)));
        var voxel = Math.Max(Longest(fixedImage.Grid), Longest(moving.Grid));
        var (limit, limitU) = (Math.Max(SmallestLimitMm, LargestInconsistencyVoxels * voxel), Math.Max(SmallestLimitMm / 2, LargestUncertaintyVoxels * voxel));
        (double Score, string Reason)[] criteria =
        [
            inconsistencyMm is { } d ? (d / limit, FormattableString.Invariant($"there and back miss each other by {d:0.0} mm (limit {limit:0.0})")) : (Worst, "there is no way back"),
            u is { } s ? (s / limitU, FormattableString.Invariant($"a coordinate is uncertain by {s:0.0} mm (limit {limitU:0.0})")) : (Worst, "the agreement has no maximum there"),
            (gain < 0 ? -gain / (LargestLossU * gainU + NegligibleLoss) : 0, FormattableString.Invariant($"the images share {-gain:0.000} ± {gainU:0.000} nat less than before")),
            (information > 0 ? LeastInformation / information : Worst, FormattableString.Invariant($"the images share only {information:0.000} nat")),
            (overlap > 0 ? Square(LeastOverlap / overlap) : Worst, FormattableString.Invariant($"only {overlap:P0} of the head is seen in both")),
        ];
        var worst = criteria.MaxBy(c => c.Score);
        return new RegistrationAssessment(gain, gainU, information, overlap, inconsistencyMm, u) { Score = Math.Min(Worst, worst.Score), Reason = worst.Reason };
    }

    private static double Longest(Grid g) => Math.Max(g.SpacingMm.X, Math.Max(g.SpacingMm.Y, g.SpacingMm.Z));

    /// <summary>Corners of the inner half of an image.</summary>
    public static IEnumerable<Vector3> InnerCorners(Grid g) =>
        Enumerable.Range(0, 8).Select(c => g.ToPatient((0.25 + 0.5 * (c & 1)) * (g.Nx - 1), (0.25 + 0.5 * (c >> 1 & 1)) * (g.Ny - 1), (0.25 + 0.5 * (c >> 2 & 1)) * (g.Nz - 1)));

    private static double Square(double x) => x * x;

    /// <summary>The change of the information, and its spread over blocks.</summary>
    private static (double Gain, double U) Gain(InformationAt before, InformationAt after)
    {
        var changes = Enumerable.Range(0, after.BlockShares.Length).Where(b => after.BlockCounts[b] > 0 || before.BlockCounts[b] > 0).Select(b => after.BlockShares[b] - before.BlockShares[b]).ToList();
        var gain = after.Information - before.Information;
        var mean = gain / Math.Max(1, changes.Count);
        return (gain, changes.Count > 1 ? Math.Sqrt(changes.Sum(c => Square(c - mean)) * changes.Count / (changes.Count - 1.0)) : 0);
    }

    /// <summary>Share of the voxels brighter than the mean that lie inside the other image.</summary>
    private static double HeadInside(Volume image, Grid other, RigidTransform transform)
    {
        var g = image.Grid;
        var mean = image.Values.Average(v => (double)v);
        var (head, inside) = (0, 0);
        for (var n = 0; n < image.Values.Length; n += 7)
        {
            if (image.Values[n] > mean)
            {
                head++;
                var i = other.ToIndex(transform.Apply(g.ToPatient(n % g.Nx, n / g.Nx % g.Ny, n / g.Nx / g.Ny)));
                inside += i.X >= -0.5 && i.X <= other.Nx - 0.5 && i.Y >= -0.5 && i.Y <= other.Ny - 0.5 && i.Z >= -0.5 && i.Z <= other.Nz - 0.5 ? 1 : 0;
            }
        }

        return head > 0 ? inside / (double)head : 0;
    }
}
