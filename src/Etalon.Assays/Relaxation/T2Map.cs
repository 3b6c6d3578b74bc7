using System.Globalization;
using Etalon.Assays.Maps;
using Etalon.Cases;
using Etalon.Metrology;

namespace Etalon.Assays.Relaxation;

/// <summary>Choices of a T2 map.</summary>
public sealed record T2MapOptions
{
    /// <summary>What is done about the noise floor; null: the Rician mean where the noise is known, else nothing.</summary>
    public T2NoiseFloor? Floor { get; init; }

    /// <summary>Whether the shortest echo is left out, which lessens the bias of stimulated echoes. The default is false.</summary>
    public bool SkipFirstEcho { get; init; }

    /// <summary>Standard deviation of the noise in the unit of the images; null: it is estimated.</summary>
    public double? NoiseSd { get; init; }

    /// <summary>T2 that are allowed.</summary>
    public RelaxationBounds Bounds { get; init; } = RelaxationBounds.OfT2;
}

/// <summary><c>t2</c>: T2 of every voxel from spin echoes (<see cref="T2Fit"/>).</summary>
/// <param name="options">Choices; null: the defaults.</param>
public sealed class T2Map(T2MapOptions? options = null) : IMapAssay
{
    private readonly T2MapOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Kind => "t2";

    /// <inheritdoc/>
    public MapOutcome Measure(MapInput input, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(input);
        var findings = new List<Finding>();
        try
        {
            var frames = RelaxationSeries.Sources(input).Where(f => f.Frame.EchoTimeS > 0 && !(f.Frame.InversionTimeS > 0)).ToList();
            var gradient = frames.Where(f => IsGradientEcho(f.Series)).ToList();
            var sets = RelaxationSeries.Sets(frames.Except(gradient), f => f.EchoTimeS,
                f => $"{RelaxationSeries.Text(f.Frame.RepetitionTimeS, 1e6)}|{RelaxationSeries.Text(f.Frame.FlipAngleDeg, 1e3)}", 2);
            if (sets is not [var set, .. var others])
            {
                return new MapOutcome { Findings = [NotFound(frames.Count, gradient)] };
            }

            if (others.Length > 0)
            {
                findings.Add(new Finding(FindingCodes.RelaxationSeriesAmbiguous, Severity.Warning, others[0].Names, $"another set of {others[0].Different} echo times", $"one set; {set.Names} with {set.Different} was used",
                    "Give the series of one measurement alone."));
            }

            return Measure(set, findings, cancellation);
        }
        catch (CaseException e)
        {
            return new MapOutcome { Findings = [.. findings, e.Finding] };
        }
    }

    private MapOutcome Measure(RelaxationSet set, List<Finding> findings, CancellationToken cancellation)
    {
        var first = set.Frames[0].Frame.EchoTimeS;
        var used = set.Frames.Where(f => !_options.SkipFirstEcho || f.Frame.EchoTimeS > first).ToList();
        var needed = _options.Floor == T2NoiseFloor.Offset ? 3 : 2;
        if (used.Select(f => f.Frame.EchoTimeS).Distinct().Count() is var left && left < needed)
        {
            return new MapOutcome
            {
                Findings = [.. findings, new Finding(FindingCodes.RelaxationSeriesNotFound, Severity.Error, set.Names, $"{left} echo times that may be used", $"{needed} or more", "Supply more echoes, keep the first, or fit no constant.")],
            };
        }

        double[] te = [.. used.Select(f => f.Frame.EchoTimeS!.Value)];
        var frames = used.Select(f => f.Frame.Values).ToList();
        var noise = Noise(set, te, frames);
        var floor = _options.Floor ?? (noise.Sd is null ? T2NoiseFloor.None : T2NoiseFloor.RicianMean);
        if (floor == T2NoiseFloor.RicianMean && noise.Sd is null)
        {
            return new MapOutcome
            {
                Findings = [.. findings, new Finding(FindingCodes.RelaxationSeriesNotFound, Severity.Error, set.Names, "noise that cannot be estimated", "the noise, which a Rician floor needs", "State the noise, or take another floor.")],
            };
        }

        var plan = new T2Fit(te, floor, _options.Bounds);
        var map = RelaxationVolume.Fit(set.Grid, frames, plan.Dof, noise.Sd, signal => plan.Fit(signal, noise.Sd), cancellation);
        return new MapOutcome
        {
            Maps = [new NamedMap("T2map", "t2", "Transverse relaxation time", map)],
            Method = floor switch { T2NoiseFloor.RicianMean => "t2.rician-mean/1", T2NoiseFloor.Offset => "t2.offset/1", _ => "t2.exponential/1" },
            Constants = RelaxationVolume.Constants(_options.Bounds, "T2", _options.NoiseSd),
            Sources = floor == T2NoiseFloor.RicianMean ? ["Gudbjartsson and Patz, Magn Reson Med 34:910-914 (1995)"] : [],
            Inputs = set.Series,
            Facts =
            [
                ("EchoTimes", string.Join(" ", te.Select(Number)) + " s"),
                ("Noise", noise.Sd is { } sd ? $"{Number(sd)}, {noise.How}" : noise.How),
            ],
            Findings = findings,
        };
    }

    private (double? Sd, string How) Noise(RelaxationSet set, double[] te, List<float[]> frames)
    {
        if (_options.NoiseSd is { } sd)
        {
            return (sd, "stated by the user");
        }

        if (RelaxationNoise.FromImage(set.Grid, frames[0]) is { } image)
        {
            return (image, "from the first volume: background or neighbours");
        }

        var plain = new T2Fit(te, T2NoiseFloor.None, _options.Bounds);
        double? Rss(int n)
        {
            var signal = new double[frames.Count];
            for (var f = 0; f < signal.Length; f++)
            {
                signal[f] = frames[f][n];
            }

            return plain.Fit(signal) is { Status: VoxelStatus.Ok } fit ? fit.Rss : null;
        }

        return RelaxationNoise.FromResiduals(frames, plain.Dof, Rss) is { } pooled ? (pooled, "from the residuals of bright voxels") : (null, "not known");
    }

    /// <summary>Echoes of gradients alone decay with T2*, not with T2.</summary>
    private static bool IsGradientEcho(MapSeries series) =>
        (series.Acquisition.Find("ScanningSequence")?.Value ?? series.Acquisition.Find("EchoPulseSequence")?.Value) is { } text
        && (text.Equals("GRADIENT", StringComparison.OrdinalIgnoreCase) || (text.Split('\\', ' ', ',').Contains("GR") && !text.Split('\\', ' ', ',').Contains("SE")));

    private static Finding NotFound(int volumes, List<RelaxationFrame> gradient) => new(FindingCodes.RelaxationSeriesNotFound, Severity.Error,
        gradient.Count > 0 ? string.Join(", ", gradient.Select(g => g.Series.Name).Distinct()) : "the visit",
        gradient.Count > 0 ? $"{gradient.Count} volumes of gradient echoes, which decay with T2*" : $"{volumes} magnetic resonance volumes that state an echo time, of which no two on one grid with the same TR differ in it",
        "spin echoes of two echo times or more", "Supply all echoes of the T2 measurement, with EchoTime and RepetitionTime in their headers.");

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
