using Etalon.Imaging;

namespace Etalon.Assays.Maps;

/// <summary>One volume of a series with what sets it apart. Missing is null, never a guess.</summary>
public sealed record MapFrame
{
    private readonly Func<float[]> _load;

    /// <summary>A volume in memory.</summary>
    /// <param name="values">Real values, x fastest, on the grid of the series.</param>
    public MapFrame(float[] values) => _load = () => values;

    /// <summary>A volume that is read when it is asked for.</summary>
    /// <param name="load">Gives the values, the same array each time.</param>
    public MapFrame(Func<float[]> load) => _load = load;

    /// <summary>Real values, x fastest, on the grid of the series.</summary>
    /// <exception cref="Cases.CaseException">They cannot be read.</exception>
    public float[] Values => _load();

    /// <summary>b-value, s/mm².</summary>
    public double? BValue { get; init; }

    /// <summary>Direction of the diffusion gradient, patient axes.</summary>
    public Vector3? Gradient { get; init; }

    /// <summary>Echo time, s.</summary>
    public double? EchoTimeS { get; init; }

    /// <summary>Repetition time, s.</summary>
    public double? RepetitionTimeS { get; init; }

    /// <summary>Inversion time, s.</summary>
    public double? InversionTimeS { get; init; }

    /// <summary>Flip angle, degrees.</summary>
    public double? FlipAngleDeg { get; init; }

    /// <summary>When the acquisition of the volume began, s after the first volume of its series.</summary>
    public double? TimeS { get; init; }
}
