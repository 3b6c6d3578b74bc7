namespace Etalon.Twin;

/// <summary>How well a predicted density field agrees with a measured one.</summary>
/// <param name="Dice">Dice coefficient of the regions with density above one half; 1 where both are empty.</param>
/// <param name="Ccc">Concordance correlation (Lin 1989) over voxels where either is above the detection limit.</param>
/// <param name="CellsErrorPercent">Predicted minus measured cells, percent of measured.</param>
public sealed record FieldAgreement(double Dice, double Ccc, double CellsErrorPercent)
{
    /// <summary>Compares a state with an observation.</summary>
    public static FieldAgreement Between(ReadOnlySpan<double> predicted, DensityObservation observed)
    {
        ArgumentNullException.ThrowIfNull(observed);
        var (both, a, b) = (0, 0, 0);
        var (n, sx, sy, sxx, syy, sxy, visible) = (0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < predicted.Length; i++)
        {
            var y = observed.IsTumour[i] ? observed.Density[i] : 0;
            var x = predicted[i];
            visible += x > observed.DetectionLimit ? x : 0;
            both += x > 0.5 && y > 0.5 ? 1 : 0;
            a += x > 0.5 ? 1 : 0;
            b += y > 0.5 ? 1 : 0;
            if (x > observed.DetectionLimit || y > 0)
            {
                (n, sx, sy, sxx, syy, sxy) = (n + 1, sx + x, sy + y, sxx + x * x, syy + y * y, sxy + x * y);
            }
        }

        var dice = a + b == 0 ? 1 : 2.0 * both / (a + b);
        if (n < 2)
        {
            return new FieldAgreement(dice, 0, 0);
        }

        var (mx, my) = (sx / n, sy / n);
        var covariance = sxy / n - mx * my;
        var ccc = 2 * covariance / (sxx / n - mx * mx + (syy / n - my * my) + (mx - my) * (mx - my));
        return new FieldAgreement(dice, ccc, observed.Cells > 0 ? 100 * (visible / observed.Cells - 1) : 0);
    }
}
