using Etalon.Assays;
using Etalon.Metrology;

namespace Etalon.Study;

/// <summary>What is unknown of a visit's ADC scale.</summary>
/// <param name="U">Relative standard uncertainty.</param>
/// <param name="Shared">The parts of it that other visits may share, by group; relative.</param>
internal sealed record VisitScale(double U, IReadOnlyDictionary<string, double> Shared)
{
    /// <summary>That of the tumour's mean ADC, whose components are shared by all voxels; a visit without a mean has the spread between scanners.</summary>
    /// <param name="measurements">All measurements.</param>
    /// <param name="visit">The visit.</param>
    /// <param name="region">The tumour's region.</param>
    public static VisitScale Of(IReadOnlyList<Measurement> measurements, string visit, string region)
    {
        ArgumentNullException.ThrowIfNull(measurements);
        var mean = measurements.FirstOrDefault(m => m.Visit == visit && m.Measurand == "adc.mean" && m.Region?.Id == region);
        if (mean is not { IsOk: true })
        {
            return new VisitScale(LiteraturePrecision.AdcBetweenScanners.Value, new Dictionary<string, double>());
        }

        var value = mean.Value!.Value;
        // Components of one group are fully correlated, within a visit too: they add.
        var shared = mean.Components.Where(c => c.Group is not null).GroupBy(c => c.Group!, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Sum(c => c.U) / value, StringComparer.Ordinal);
        return new VisitScale(mean.U!.Value / value, shared);
    }
}
