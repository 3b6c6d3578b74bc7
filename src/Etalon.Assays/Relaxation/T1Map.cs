using System.Globalization;
using Etalon.Assays.Maps;
using Etalon.Cases;
using Etalon.Metrology;

namespace Etalon.Assays.Relaxation;

/// <summary><c>t1</c>: T1 of every voxel from flip angles (<see cref="VfaFit"/>) or inversion times (<see cref="InversionRecoveryFit"/>).</summary>
/// <param name="options">Choices; null: the defaults.</param>
public sealed class T1Map(T1MapOptions? options = null) : IMapAssay
{
    private readonly T1MapOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Kind => "t1";

    /// <inheritdoc/>
    public MapOutcome Measure(MapInput input, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(input);
        var findings = new List<Finding>();
        try
        {
            var sources = RelaxationSeries.Sources(input);
            var flips = _options.Method == T1MapMethod.InversionRecovery ? [] : FlipSets(sources);
            var inversions = _options.Method == T1MapMethod.FlipAngles ? [] : InversionSets(sources);
            return (flips, inversions) switch
            {
                ([], []) => Refused(findings, NotFound(sources)),
                ([_, ..], [_, ..]) => Refused(findings, Both(flips[0], inversions[0])),
                ([var set, .. var others], _) => FromFlips(input, One(set, others, findings), findings, cancellation),
                (_, [var set, .. var others]) => FromInversions(One(set, others, findings), findings, cancellation),
            };
        }
        catch (CaseException e)
        {
            return Refused(findings, e.Finding);
        }
    }

    private static RelaxationSet[] FlipSets(IEnumerable<RelaxationFrame> sources) => RelaxationSeries.Sets(
        sources.Where(f => f.Frame is { RepetitionTimeS: > 0, FlipAngleDeg: > 0 and < 180 } && !(f.Frame.InversionTimeS > 0)), f => f.FlipAngleDeg,
        f => $"{RelaxationSeries.Text(f.Frame.EchoTimeS, 1e6)}|{RelaxationSeries.Text(f.Frame.RepetitionTimeS, 1e6)}", 2);

    private RelaxationSet[] InversionSets(IEnumerable<RelaxationFrame> sources) => RelaxationSeries.Sets(
        sources, f => f.InversionTimeS is > 0 and var ti ? ti : null,
        f => $"{RelaxationSeries.Text(f.Frame.EchoTimeS, 1e6)}|{RelaxationSeries.Text(f.Frame.RepetitionTimeS, 1e6)}|{RelaxationSeries.Text(f.Frame.FlipAngleDeg, 1e3)}",
        _options.Inversion == InversionModel.General ? 3 : 2);

    private static RelaxationSet One(RelaxationSet set, RelaxationSet[] others, List<Finding> findings)
    {
        if (others.Length > 0)
        {
            findings.Add(new Finding(FindingCodes.RelaxationSeriesAmbiguous, Severity.Warning, others[0].Names,
                $"another set of {others[0].Different} volumes on another grid or with other times", $"one set; {set.Names} with {set.Different} was used",
                "Give the series of one measurement alone."));
        }

        return set;
    }

    private MapOutcome FromFlips(MapInput input, RelaxationSet set, List<Finding> findings, CancellationToken cancellation)
    {
        var b1 = RelaxationB1.Find(input, set.Grid, _options, findings, out var isRefused);
        if (isRefused)
        {
            return new MapOutcome { Findings = findings };
        }

        var plan = new VfaFit([.. set.Frames.Select(f => f.Frame.FlipAngleDeg!.Value)], [.. set.Frames.Select(f => f.Frame.RepetitionTimeS!.Value)], _options.Bounds);
        var frames = set.Frames.Select(f => f.Frame.Values).ToList();
        var noise = Noise(set, frames, plan.Dof, n => plan.Fit(Column(frames, n), b1?.Values[n] ?? 1) is { Status: VoxelStatus.Ok } fit ? fit.Rss : null);
        var maps = VfaVolume.Fit(plan, set.Grid, frames, b1?.Values, noise.Sd, cancellation);
        return Outcome(set, maps, noise, findings, b1 is null ? "t1-vfa.exact-least-squares/1" : "t1-vfa.exact-least-squares.b1/1",
        [
            "Fram et al., Magn Reson Imaging 5:201-208 (1987)", "Deoni, Peters and Rutt, Magn Reson Med 53:237-241 (2005)", "Golub and Pereyra, SIAM J Numer Anal 10:413-432 (1973)",
        ], b1?.Series, [("FlipAngles", string.Join(" ", set.Frames.Select(f => Number(f.Frame.FlipAngleDeg!.Value))) + " degrees"), ("B1", b1 is null ? "not corrected" : b1.Series.Name)]);
    }

    private MapOutcome FromInversions(RelaxationSet set, List<Finding> findings, CancellationToken cancellation)
    {
        var tr = set.Frames[0].Frame.RepetitionTimeS;
        if (_options.Inversion == InversionModel.PerfectInversion && !(tr > 0))
        {
            return Refused(findings, new Finding(FindingCodes.RelaxationSeriesNotFound, Severity.Error, set.Names, "no repetition time", "RepetitionTime, which a perfect inversion needs",
                "State RepetitionTime, or use the general model."));
        }

        var frames = set.Frames.Select(f => f.Frame.Values).ToList();
        var kind = frames.Exists(f => Array.Exists(f, v => v < 0)) ? InversionSignal.Signed : InversionSignal.Magnitude;
        var plan = new InversionRecoveryFit([.. set.Frames.Select(f => f.Frame.InversionTimeS!.Value)], kind, _options.Inversion, tr, _options.Bounds, leavesNullOut: true);
        var noise = Noise(set, frames, plan.Dof, n => plan.Fit(Column(frames, n)) is { Status: VoxelStatus.Ok } fit ? fit.Rss : null);
        var maps = RelaxationVolume.Fit(set.Grid, frames, plan.Dof, noise.Sd, signal => plan.Fit(signal, noise.Sd), cancellation);
        return Outcome(set, maps, noise, findings, $"t1-ir.{(_options.Inversion == InversionModel.General ? "reduced-dimension" : "perfect-inversion")}.{(kind == InversionSignal.Signed ? "signed" : "magnitude")}/1",
            ["Barral et al., Magn Reson Med 64:1057-1067 (2010)"], null, [("InversionTimes", string.Join(" ", set.Frames.Select(f => Number(f.Frame.InversionTimeS!.Value))) + " s")]);
    }

    private (double? Sd, string How) Noise(RelaxationSet set, List<float[]> frames, int dof, Func<int, double?> rss) =>
        _options.NoiseSd is { } sd ? (sd, "stated by the user")
        : RelaxationNoise.FromResiduals(frames, dof, rss) is { } pooled ? (pooled, "from the residuals of bright voxels")
        : RelaxationNoise.FromImage(set.Grid, frames.MaxBy(f => f.Sum(v => (double)v))!) is { } image ? (image, "from one volume: background or neighbours")
        : (null, "not known");

    private MapOutcome Outcome(
        RelaxationSet set, ParametricMap map, (double? Sd, string How) noise, List<Finding> findings, string method, string[] sources, MapSeries? b1, List<(string, string)> facts)
    {
        var maps = new List<NamedMap> { new("T1map", "t1", "Longitudinal relaxation time", map) };
        if (_options.WithR1)
        {
            maps.Add(new NamedMap("R1map", "r1", "Longitudinal relaxation rate", RelaxationVolume.Inverse(map, Unit.Parse("/s"))));
        }

        facts.Add(("Noise", noise.Sd is { } sd ? $"{Number(sd)}, {noise.How}" : noise.How));
        return new MapOutcome
        {
            Maps = maps,
            Method = method,
            Constants = RelaxationVolume.Constants(_options.Bounds, "T1", _options.NoiseSd),
            Sources = sources,
            Inputs = b1 is null ? set.Series : [.. set.Series, b1],
            Facts = facts,
            Findings = findings,
        };
    }

    private static double[] Column(List<float[]> frames, int n)
    {
        var column = new double[frames.Count];
        for (var f = 0; f < column.Length; f++)
        {
            column[f] = frames[f][n];
        }

        return column;
    }

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    private static MapOutcome Refused(List<Finding> findings, Finding finding) => new() { Findings = [.. findings, finding] };

    private Finding NotFound(IReadOnlyList<RelaxationFrame> sources) => new(FindingCodes.RelaxationSeriesNotFound, Severity.Error, "the visit",
        $"{sources.Count} magnetic resonance volumes, of which no two on one grid with the same TE and TR differ in flip angle, and no {(_options.Inversion == InversionModel.General ? 3 : 2)} in inversion time",
        "spoiled gradient echoes of two flip angles or more, or three inversion times or more",
        "Supply all series of the T1 measurement, with FlipAngle, RepetitionTime and InversionTime in their headers.");

    private static Finding Both(RelaxationSet flips, RelaxationSet inversions) => new(FindingCodes.RelaxationSeriesAmbiguous, Severity.Error, $"{flips.Names}; {inversions.Names}",
        $"{flips.Different} flip angles and {inversions.Different} inversion times", "one kind of T1 measurement", "Say which: the method flip-angles or inversion-recovery.");
}
