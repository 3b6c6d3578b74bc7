using Etalon.Assays.Diffusion;
using Etalon.Cases;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;

namespace Etalon.Assays.Maps;

/// <summary>Diffusion maps of the diffusion series of a visit: ADC, IVIM or kurtosis.</summary>
public sealed class AdcMap : IMapAssay
{
    private readonly AdcMapOptions _options;

    /// <summary>Makes one.</summary>
    /// <exception cref="ArgumentException">The range of b is empty, or the noise or threshold is not above 0.</exception>
    public AdcMap(AdcMapOptions? options = null)
    {
        _options = options ?? new AdcMapOptions();
        if (!(_options.BMin >= 0 && _options.BMax > _options.BMin) || _options.NoiseSd is not (null or > 0) || !(_options.IvimThreshold > 0))
        {
            throw new ArgumentException(FormattableString.Invariant($"b from {_options.BMin} to {_options.BMax}, noise {_options.NoiseSd}, threshold {_options.IvimThreshold} cannot be."), nameof(options));
        }
    }

    /// <inheritdoc/>
    public string Kind => "adc";

    /// <inheritdoc/>
    public MapOutcome Measure(MapInput input, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(input);
        var findings = new List<Finding>();
        if (Choose(input, findings) is not { } series || Usable(series, findings) is not { } frames)
        {
            return new MapOutcome { Findings = findings };
        }

        var shells = new ShellSet(frames.BValues, frames.Frames, _options.Directions);
        if (!Suffices(shells, series, findings))
        {
            return new MapOutcome { Findings = findings, Inputs = [series] };
        }

        var noise = _options.NoiseSd ?? NoiseEstimate.FromDiffusion(frames.Grid, frames.BValues, frames.Frames, frames.Gradients);
        if (noise is null)
        {
            TellNoise(series, shells, findings);
        }

        return new MapOutcome
        {
            Maps = Fit(frames, shells, noise, cancellation),
            Method = MethodName,
            Constants = Constants(noise),
            Sources = Sources,
            Inputs = [series],
            Facts = Facts(frames, shells, noise),
            Findings = findings,
        };
    }

    private string MethodName => _options.Method switch
    {
        AdcMapMethod.Linear => "adc.linear",
        AdcMapMethod.Weighted => "adc.weighted",
        AdcMapMethod.Exact => "adc.exact",
        AdcMapMethod.Rician => "adc.rician-likelihood",
        AdcMapMethod.Ivim => "adc.ivim",
        AdcMapMethod.IvimSegmented => "adc.ivim-segmented",
        AdcMapMethod.Kurtosis => "adc.kurtosis",
        _ => throw new InvalidOperationException(),
    } + "/1";

    private bool IsIvim => _options.Method is AdcMapMethod.Ivim or AdcMapMethod.IvimSegmented;

    private int LeastShells => IsIvim ? 4 : _options.Method == AdcMapMethod.Kurtosis ? 3 : 2;

    /// <summary>The magnitude series with the most different b-values, of these the one with the most frames; the others are told.</summary>
    private static MapSeries? Choose(MapInput input, List<Finding> findings)
    {
        static int Different(MapSeries s) => s.Frames.Select(f => f.BValue).Where(b => b is not null).Distinct().Count();
        var found = input.Series.Where(s => s.Component == ImageComponent.Magnitude && s.Content.Length == 0 && Different(s) >= 2)
            .OrderByDescending(Different).ThenByDescending(s => s.Frames.Count).ThenBy(s => s.Name, StringComparer.Ordinal).ToList();
        if (found.Count == 0)
        {
            findings.Add(new Finding(
                FindingCodes.DiffusionSeriesMissing, Severity.Error, "diffusion map", $"{input.Series.Count} series, none of magnitudes with two different b-values", "a diffusion series",
                "Give the series that the scanner's own map was made from; for NIfTI give its .bval file."));
            return null;
        }

        if (found.Count > 1)
        {
            findings.Add(new Finding(
                FindingCodes.DiffusionSeriesChosen, Severity.Info, found[0].Name, $"{found.Count} diffusion series: {string.Join(", ", found.Select(s => s.Name))}", "one",
                "The one with the most b-values, then frames, was taken. Give one series alone to choose."));
        }

        return found[0];
    }

    /// <summary>Frames with a b-value in the range, copies left out; null where nothing can be measured.</summary>
    private LoadedImage? Usable(MapSeries series, List<Finding> findings)
    {
        var kept = series.Frames.Where(f => f.BValue is { } b && b >= _options.BMin && b <= _options.BMax).ToList();
        var image = new LoadedImage
        {
            Grid = series.Grid,
            Frames = kept.ConvertAll(f => f.Values),
            BValues = kept.ConvertAll(f => f.BValue!.Value),
            Gradients = kept.ConvertAll(f => f.Gradient),
            StorageU = series.StorageU,
            Sha256 = series.Sha256,
        };
        return kept.Count == 0 ? image : RepeatedVolumes.LeftOut(image, series.Name, findings);
    }

    private bool Suffices(ShellSet shells, MapSeries series, List<Finding> findings)
    {
        var isSegmented = _options.Method == AdcMapMethod.IvimSegmented;
        if (shells.B.Length >= LeastShells && (!isSegmented || IvimSegmented.CanFit(shells.B, _options.IvimThreshold)))
        {
            return true;
        }

        findings.Add(new Finding(
            FindingCodes.FieldInvalid, Severity.Error, series.Name,
            FormattableString.Invariant($"b-values {string.Join(", ", shells.B.Select(b => b.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture)))} from {_options.BMin} to {_options.BMax} s/mm²"),
            isSegmented ? FormattableString.Invariant($"four different ones, two of them from {_options.IvimThreshold} s/mm² on and one below") : $"at least {LeastShells} different ones",
            "Widen the range of b, or choose a method that needs fewer."));
        return false;
    }

    private void TellNoise(MapSeries series, ShellSet shells, List<Finding> findings) => findings.Add(new Finding(
        FindingCodes.NoiseUnknown, Severity.Warning, series.Name, "no repeated frames, no air that follows Rayleigh's distribution, and too little that differs between neighbouring voxels",
        "an image that shows its noise",
        shells.B.Length > LeastShells
            ? "The noise of each voxel was taken from the residuals of its own fit, which tell it poorly. Give the noise, repeats, or images before masking."
            : "The uncertainty of single voxels is not known. Give the noise, repeats, or images before masking."));

    private List<NamedMap> Fit(LoadedImage frames, ShellSet shells, double? noise, CancellationToken cancellation)
    {
        var names = Names();
        var fit = VoxelFit.Create(_options, shells, noise);
        var count = frames.Grid.Count;
        var values = names.Select(_ => new float[count]).ToArray();
        var us = names.Select(_ => new float[count]).ToArray();
        var statuses = names.Select(_ => new VoxelStatus[count]).ToArray();
        const int Block = 1 << 12;
        Parallel.For(0, (count + Block - 1) / Block, new ParallelOptions { CancellationToken = cancellation }, block =>
        {
            Span<double> signal = stackalloc double[shells.B.Length], value = stackalloc double[names.Length], u = stackalloc double[names.Length];
            Span<VoxelStatus> status = stackalloc VoxelStatus[names.Length];
            for (var n = block * Block; n < Math.Min(count, (block + 1) * Block); n++)
            {
                if (shells.Gather(n, signal))
                {
                    fit.Fit(signal, value, u, status);
                }
                else
                {
                    status.Fill(VoxelStatus.SignalTooLow);
                }

                for (var m = 0; m < names.Length; m++)
                {
                    var isOk = status[m] == VoxelStatus.Ok && double.IsFinite(value[m]) && double.IsFinite(u[m]);
                    statuses[m][n] = isOk || status[m] != VoxelStatus.Ok ? status[m] : VoxelStatus.NotConverged;
                    (values[m][n], us[m][n]) = isOk ? ((float)value[m], (float)u[m]) : (0, 0);
                }
            }
        });
        var isKnown = noise is not null || shells.B.Length > LeastShells;
        return [.. names.Select((name, m) => new NamedMap(
            name.Name, name.Measurand, name.Description,
            new ParametricMap(new(frames.Grid, values[m], Unit.Parse(name.Unit)), new(frames.Grid, us[m], Unit.Parse(name.Unit)), statuses[m], noise) { IsUKnown = isKnown }))];
    }

    private (string Name, string Measurand, string Unit, string Description)[] Names() => _options.Method switch
    {
        AdcMapMethod.Ivim or AdcMapMethod.IvimSegmented =>
        [
            ("Dmap", "d", "mm2/s", "Diffusion coefficient of tissue without perfusion (IVIM)"),
            ("fmap", "f", "1", "Perfusion fraction (IVIM)"),
            ("DStarmap", "d_star", "mm2/s", "Pseudo-diffusion coefficient (IVIM)"),
        ],
        AdcMapMethod.Kurtosis =>
        [
            ("MKmap", "kurtosis", "1", "Apparent kurtosis of the mean over directions"),
            ("ADCmap", "adc", "mm2/s", "Apparent diffusion coefficient at b = 0, from the fit with kurtosis"),
        ],
        _ => [("ADCmap", "adc", "mm2/s", "Apparent diffusion coefficient")],
    };

    private List<MapConstant> Constants(double? noise)
    {
        var constants = new List<MapConstant>
        {
            new("LargestAdcMm2PerS", IsIvim ? DiffusionBounds.IvimDivide : DiffusionBounds.LargestAdc, "mm2/s", IsIvim ? "OSIPI IVIM collection, default bounds" : "three times free water at 37 °C, room for noise"),
        };
        if (IsIvim)
        {
            constants.Add(new("LargestDStarMm2PerS", DiffusionBounds.LargestDStar, "mm2/s", "above the bound of the OSIPI IVIM collection, 0.2"));
        }

        if (_options.Method == AdcMapMethod.IvimSegmented)
        {
            constants.Add(new("ThresholdSPerMm2", _options.IvimThreshold, "s/mm2", _options.IvimThreshold == IvimSegmented.DefaultThreshold ? "usual choice; OSIPI IVIM collection" : "user"));
        }

        if (_options.Method == AdcMapMethod.Kurtosis)
        {
            constants.Add(new("SmallestKurtosis", DiffusionBounds.SmallestKurtosis, "1", "spherical pores: Barmpoutis and Zhuo 2011"));
            constants.Add(new("LargestKurtosis", DiffusionBounds.LargestKurtosis, "1", "above all tissue"));
        }

        if (noise is { } sd)
        {
            constants.Add(new("NoiseSd", sd, "1", _options.NoiseSd is null ? "estimated from the series" : "user"));
        }

        return constants;
    }

    private List<string> Sources =>
    [
        .. _options.Method switch
        {
            AdcMapMethod.Ivim or AdcMapMethod.IvimSegmented => ["Le Bihan et al., Radiology 168:497-505 (1988)"],
            AdcMapMethod.Kurtosis => ["Jensen et al., Magn Reson Med 53:1432-1440 (2005)"],
            _ => (string[])["Le Bihan et al., Radiology 161:401-407 (1986)"],
        },
        .. _options.Method is AdcMapMethod.Linear or AdcMapMethod.Weighted or AdcMapMethod.Exact ? (string[])[] : ["Gudbjartsson and Patz, Magn Reson Med 34:910-914 (1995)"],
    ];

    private List<(string, string)> Facts(LoadedImage frames, ShellSet shells, double? noise) =>
    [
        ("BValuesUsed", string.Join(", ", shells.B.Zip(shells.Counts, (b, c) => FormattableString.Invariant($"{b:0.##} s/mm² ({c} frames)")))),
        ("DirectionMean", shells.HasMeans ? _options.Directions.ToString().ToLowerInvariant() : "none: one frame of each b-value"),
        ("Frames", FormattableString.Invariant($"{frames.Frames.Count}")),
        ("NoiseSd", noise is { } sd ? FormattableString.Invariant($"{sd:G4}") : "from the residuals of each voxel, where there are more b-values than parameters"),
    ];
}
