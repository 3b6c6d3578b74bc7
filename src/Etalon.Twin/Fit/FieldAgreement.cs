namespace Etalon.Twin;

/// <summary>How well a predicted density field agrees with a measured one.</summary>
/// <param name="Dice">Dice coefficient of the regions with density above one half; null where neither has one, since nothing then agrees or disagrees.</param>
/// <param name="Ccc">Concordance correlation (Lin 1989) over voxels where either is above the detection limit; null with fewer than two.</param>
/// <param name="CellsErrorPercent">Predicted minus measured cells, percent of measured; null where none was measured.</param>
public sealed record FieldAgreement(double? Dice, double? Ccc, double? CellsErrorPercent)
{
    /// <summary>Compares a state with an observation.</summary>
    /// <param name="predicted">Density on the model's voxels.</param>
    /// <param name="observed">What was measured.</param>
    /// <param name="detectionLimit">Density above which a scan would count cells, the same as the forecast's.</param>
    public static FieldAgreement Between(ReadOnlySpan<double> predicted, DensityObservation observed, double detectionLimit)
    {
        ArgumentNullException.ThrowIfNull(observed);
        var (both, a, b) = (0, 0, 0);
        var (n, sx, sy, sxx, syy, sxy, visible) = (0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < predicted.Length; i++)
        {
            var y = observed.IsTumour[i] ? observed.Density[i] : 0;
            var x = predicted[i];
            visible += x > detectionLimit ? x : 0;
            both += x > 0.5 && y > 0.5 ? 1 : 0;
            a += x > 0.5 ? 1 : 0;
            b += y > 0.5 ? 1 : 0;
            if (x > detectionLimit || y > 0)
            {
                (n, sx, sy, sxx, syy, sxy) = (n + 1, sx + x, sy + y, sxx + x * x, syy + y * y, sxy + x * y);
            }
        }

        double? dice = a + b == 0 ? null : 2.0 * both / (a + b);
        double? error = observed.Cells > 0 ? 100 * (visible / observed.Cells - 1) : null;
        if (n < 2)
        {
            return new FieldAgreement(dice, null, error);
        }

        var (mx, my) = (sx / n, sy / n);
        var covariance = sxy / n - mx * my;
        var ccc = 2 * covariance / (sxx / n - mx * mx + (syy / n - my * my) + (mx - my) * (mx - my));
        return new FieldAgreement(dice, double.IsFinite(ccc) ? ccc : null, error);
    }
}
