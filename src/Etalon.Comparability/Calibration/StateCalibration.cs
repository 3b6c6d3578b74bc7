namespace Etalon.Comparability.Calibration;

/// <summary>The scale of one scanner state for one measurand: reading = offset + gain × true value.</summary>
public sealed record StateCalibration
{
    /// <summary>Key of the scanner state.</summary>
    public required string State { get; init; }

    /// <summary>Measurand code, e.g. <c>adc</c>.</summary>
    public required string Measurand { get; init; }

    /// <summary>UCUM unit of readings and offset.</summary>
    public required string Unit { get; init; }

    /// <summary>Gain.</summary>
    public required double Gain { get; init; }

    /// <summary>Offset, in <see cref="Unit"/>.</summary>
    public required double Offset { get; init; }

    /// <summary>What is in doubt: two independent terms of sampling (level and slope), one of the reference, and those of states it was chained through.</summary>
    public required IReadOnlyList<CalibrationTerm> Terms { get; init; }

    /// <summary>First day it holds for: that of its first session.</summary>
    public required DateOnly ValidFrom { get; init; }

    /// <summary>First day it no longer holds for; null: open.</summary>
    public DateOnly? ValidTo { get; init; }

    /// <summary>Days of the sessions it rests on.</summary>
    public IReadOnlyList<DateOnly> Sessions { get; init; } = [];

    /// <summary>Number of readings it rests on.</summary>
    public int Readings { get; init; }

    /// <summary>Smallest reference value that was read.</summary>
    public double Lowest { get; init; }

    /// <summary>Largest reference value that was read.</summary>
    public double Highest { get; init; }

    /// <summary>Degrees of freedom of the sampling terms; null: infinite.</summary>
    public double? Dof { get; init; }

    /// <summary>χ² of the readings per degree of freedom, relative to the pooled scatter of all states.</summary>
    public double Scatter { get; init; } = 1;

    /// <summary>SHA-256 of each input.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    /// <summary>Method and version.</summary>
    public required string Method { get; init; }

    /// <summary>Standard uncertainty of the gain from sampling alone.</summary>
    public double GainU => Math.Sqrt(Sampling.Sum(t => t.Gain * t.Gain));

    /// <summary>Standard uncertainty of the offset from sampling alone.</summary>
    public double OffsetU => Math.Sqrt(Sampling.Sum(t => t.Offset * t.Offset));

    /// <summary>Covariance of offset and gain from sampling alone.</summary>
    public double Covariance => Sampling.Sum(t => t.Offset * t.Gain);

    /// <summary>The terms of sampling: of this state's own readings, and in a chain those of the states between as well.</summary>
    public IEnumerable<CalibrationTerm> Sampling => Terms.Where(t => t.Group.StartsWith("calibration:", StringComparison.Ordinal));

    /// <summary>Brings a reading to the reference scale.</summary>
    /// <param name="reading">In <see cref="Unit"/>.</param>
    public CorrectedReading Corrected(double reading)
    {
        var value = (reading - Offset) / Gain;
        return new CorrectedReading(value, Terms.Select(t => new CalibrationEffect(t.Source, -(t.Offset + value * t.Gain) / Gain, t.Group, t.Kind, t.Dof)).ToList());
    }
}
