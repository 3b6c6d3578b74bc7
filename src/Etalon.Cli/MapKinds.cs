using System.CommandLine;
using System.Globalization;
using Etalon.Assays.Dce;
using Etalon.Assays.Dsc;
using Etalon.Assays.Maps;
using Etalon.Assays.Relaxation;

namespace Etalon.Cli;

/// <summary>The kinds of <c>etalon map</c>.</summary>
internal static class MapKinds
{
    public static IReadOnlyList<MapKind> All() => [Adc(), T1(), T2(), Dce(), Dsc(), SuvMapKind.Create(), VolumeMapKind.Create()];

    private static MapKind Adc()
    {
        var method = Word("--method", "How: rician (one decay, with the floor of magnitudes), exact, weighted, linear (as scanners do), ivim, ivim-segmented or kurtosis.",
            ("rician", AdcMapMethod.Rician), ("exact", AdcMapMethod.Exact), ("weighted", AdcMapMethod.Weighted), ("linear", AdcMapMethod.Linear), ("ivim", AdcMapMethod.Ivim),
            ("ivim-segmented", AdcMapMethod.IvimSegmented), ("kurtosis", AdcMapMethod.Kurtosis));
        var directions = Word("--directions", "Mean over directions of one b: geometric or arithmetic.", ("geometric", DirectionMean.Geometric), ("arithmetic", DirectionMean.Arithmetic));
        var (low, high) = (Positive("--b-min", "Leave frames of a lower b out, s/mm2.", zero: true), Positive("--b-max", "Leave frames of a higher b out, s/mm2."));
        var noise = Noise();
        return new MapKind("adc", "Diffusion: ADC, intravoxel incoherent motion, kurtosis.", [method, directions, low, high, noise], parse => new AdcMap(new AdcMapOptions
        {
            Method = parse.GetValue(method), Directions = parse.GetValue(directions), BMin = parse.GetValue(low) ?? 0, BMax = parse.GetValue(high) ?? double.PositiveInfinity, NoiseSd = parse.GetValue(noise),
        }));
    }

    private static MapKind T1()
    {
        var method = Word("--method", "From what: auto (what there is), flip-angles or inversion.", ("auto", T1MapMethod.WhatThereIs), ("flip-angles", T1MapMethod.FlipAngles), ("inversion", T1MapMethod.InversionRecovery));
        var r1 = new Option<bool>("--r1") { Description = "Also a map of R1." };
        var noB1 = new Option<bool>("--no-b1") { Description = "Leave B1 maps of the visit aside." };
        var factor = Positive("--b1-factor", "What a value of the B1 map is multiplied with to be 1 where the nominal angle is reached, for maps without a unit.");
        var noise = Noise();
        return new MapKind("t1", "T1 from flip angles or inversion times.", [method, r1, noB1, factor, noise], parse => new T1Map(new T1MapOptions
        {
            Method = parse.GetValue(method), WithR1 = parse.GetValue(r1), UseB1 = !parse.GetValue(noB1), B1Factor = parse.GetValue(factor), NoiseSd = parse.GetValue(noise),
        }));
    }

    private static MapKind T2()
    {
        var floor = Word<T2NoiseFloor?>("--floor", "Noise floor: auto, rician, offset or none.", ("auto", null), ("rician", T2NoiseFloor.RicianMean), ("offset", T2NoiseFloor.Offset), ("none", T2NoiseFloor.None));
        var skip = new Option<bool>("--skip-first") { Description = "Leave the shortest echo out, which lessens the bias of stimulated echoes." };
        var noise = Noise();
        return new MapKind("t2", "T2 from spin echoes.", [floor, skip, noise], parse => new T2Map(new T2MapOptions { Floor = parse.GetValue(floor), SkipFirstEcho = parse.GetValue(skip), NoiseSd = parse.GetValue(noise) }));
    }

    private static MapKind Dce()
    {
        var model = Word("--model", "extended-tofts, tofts, patlak, 2cum, 2cxm, auto (by evidence), or semi (PE1 and SER of three phases).",
            ("extended-tofts", DceMapModel.ExtendedTofts), ("tofts", DceMapModel.Tofts), ("patlak", DceMapModel.Patlak), ("2cum", DceMapModel.Uptake), ("2cxm", DceMapModel.Exchange),
            ("auto", DceMapModel.ByEvidence), ("semi", DceMapModel.Semiquantitative));
        var aif = new Option<string>("--aif") { Description = "Input function: parker, georgiou, mcgrath, or the name of a region in an artery.", DefaultValueFactory = _ => "aif" };
        var haematocrit = Positive("--haematocrit", "Haematocrit. Default: 0.45.", most: 0.9);
        var relaxivity = Positive("--relaxivity", "r1, 1/(mM s). Default: 4.5.");
        var (t1, blood) = (Positive("--t1", "T1 of tissue before contrast, s. Default: mapped from series of several flip angles."), Positive("--blood-t1", "T1 of blood before contrast, s. Default: as --t1, else 1.44."));
        var frame = Positive("--frame-seconds", "Seconds from frame to frame. Default: as the headers state.");
        var baseline = new Option<(int, int)?>("--baseline") { Description = "Frames before contrast, from 0: FIRST-LAST. Default: found in the images.", CustomParser = Range };
        var delay = new Option<double>("--delay") { Description = "Seconds by which tissue is later than the input." };
        var fit = new Option<bool>("--fit-delay") { Description = "Look for that delay, one for all voxels." };
        return new MapKind("dce", "Contrast dynamics: Ktrans, ve, vp, PS, plasma flow.", [model, aif, haematocrit, relaxivity, t1, blood, frame, baseline, delay, fit], parse => new DceMap(new DceMapOptions
        {
            Model = parse.GetValue(model),
            Population = parse.GetValue(aif) switch { "parker" => PopulationInputKind.Parker, "georgiou" => PopulationInputKind.Georgiou, "mcgrath" => PopulationInputKind.McGrath, _ => null },
            ArteryRegion = parse.GetValue(aif)!,
            Haematocrit = parse.GetValue(haematocrit),
            RelaxivityPerMmS = parse.GetValue(relaxivity),
            T1S = parse.GetValue(t1),
            BloodT1S = parse.GetValue(blood),
            FrameS = parse.GetValue(frame),
            Baseline = parse.GetValue(baseline),
            DelayS = parse.GetValue(delay),
            FitDelay = parse.GetValue(fit),
        }));
    }

    private static MapKind Dsc()
    {
        var leakage = Word("--leakage", "Correction: bsw (Boxerman, Schmainda and Weisskoff), bidirectional, or auto (by evidence).",
            ("bsw", LeakageModel.BoxermanSchmaindaWeisskoff), ("bidirectional", LeakageModel.Bidirectional), ("auto", LeakageModel.ByEvidence));
        var standardise = new Option<bool>("--standardise") { Description = "Also standardised rCBV." };
        var (frame, echo) = (Positive("--frame-seconds", "Seconds from frame to frame. Default: as the headers state, else the repetition time."), Positive("--te", "Echo time, s. Default: as the headers state."));
        return new MapKind("dsc", "Blood volume corrected for leakage; with a region 'aif' also flow and transit time.", [leakage, standardise, frame, echo], parse => new DscMap(new DscMapOptions
        {
            Leakage = new LeakageOptions { Model = parse.GetValue(leakage) }, Standardises = parse.GetValue(standardise), FrameS = parse.GetValue(frame), EchoTimeS = parse.GetValue(echo),
        }));
    }

    private static Option<double?> Noise() => Positive("--noise", "Standard deviation of the noise in the unit of the images. Default: estimated.");

    /// <summary>A number above 0, or 0 too.</summary>
    private static Option<double?> Positive(string name, string description, bool zero = false, double most = double.MaxValue) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            if (double.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) && (value > 0 || (zero && value == 0)) && value <= most)
            {
                return value;
            }

            result.AddError($"{name} {Session.Safe(result.Tokens[0].Value)}: expected a number {(zero ? "of 0 or above" : "above 0")}{(most < double.MaxValue ? FormattableString.Invariant($" up to {most}") : "")}.");
            return null;
        },
    };

    /// <summary>One of a few words; the first is the default.</summary>
    private static Option<T> Word<T>(string name, string description, params (string Text, T Value)[] words) => new(name)
    {
        Description = $"{description} Default: {words[0].Text}.",
        DefaultValueFactory = _ => words[0].Value,
        CustomParser = result =>
        {
            if (Array.FindIndex(words, w => w.Text == result.Tokens[0].Value) is >= 0 and var n)
            {
                return words[n].Value;
            }

            result.AddError($"{name} {Session.Safe(result.Tokens[0].Value)}: expected one of {string.Join(", ", words.Select(w => w.Text))}.");
            return words[0].Value;
        },
    };

    private static (int, int)? Range(System.CommandLine.Parsing.ArgumentResult result)
    {
        if (result.Tokens[0].Value.Split('-') is [var a, var b] && int.TryParse(a, CultureInfo.InvariantCulture, out var first) && int.TryParse(b, CultureInfo.InvariantCulture, out var last) && first >= 0 && last >= first)
        {
            return (first, last);
        }

        result.AddError($"--baseline {Session.Safe(result.Tokens[0].Value)}: expected FIRST-LAST, frames from 0, for example 0-4.");
        return null;
    }
}
