using System.Text;
using Etalon.Change;
using Etalon.Comparability;
using Etalon.Comparability.Calibration;
using Etalon.Metrology;
using Etalon.Phantoms.Changes;
using Etalon.Study.Changes;
using MathNet.Numerics.Distributions;
using Xunit;

namespace Etalon.Tests.Study.Changes;

/// <summary>Counts of one stratum over virtual studies.</summary>
internal sealed class StratumCount
{
    public int Pairs { get; set; }

    public int Inside { get; set; }

    public int Unchanged { get; set; }

    public int FalseChanges { get; set; }

    public int Changed { get; set; }

    public int Found { get; set; }

    public int FoundByOracle { get; set; }

    public int GradedAOrB { get; set; }

    /// <summary>Squared error of the probability of a true change, and of the oracle's.</summary>
    public double Brier { get; set; }

    public double BrierOfOracle { get; set; }

    public double Coverage => (double)Inside / Pairs;

    public double FalseRate => (double)FalseChanges / Unchanged;

    public double SensitivityOfOracles => (double)Found / FoundByOracle;

    public override string ToString() =>
        FormattableString.Invariant($"{Pairs} pairs, coverage {Coverage:0.0000}, false changes {FalseRate:0.0000}, sensitivity {SensitivityOfOracles:0.0000} and Brier score {Brier / BrierOfOracle:0.000} of the oracle's");
}

/// <summary>Virtual studies, judged as the command judges them, and held against their truth and against an oracle that knows scanners and population.</summary>
internal sealed class StudyTrials
{
    public Dictionary<string, StratumCount> Strata { get; } = new(StringComparer.Ordinal);

    /// <summary>Brier score of the probability of a true change over that of the oracle, all strata together.</summary>
    public double BrierOfOracles => Strata.Values.Sum(s => s.Brier) / Strata.Values.Sum(s => s.BrierOfOracle);

    /// <summary>For ten bins of the probability: sum of the probability, patients who changed, patients.</summary>
    public double[] Stated { get; } = new double[10];

    public int[] True { get; } = new int[10];

    public int[] Count { get; } = new int[10];

    /// <summary>Upgrades of all studies, and those that were told.</summary>
    public int Upgrades { get; private set; }

    public int UpgradesTold { get; private set; }

    /// <summary>Studies whose interval of the prevalence held it.</summary>
    public int PrevalencesInside { get; private set; }

    public void Add(ulong seed, VirtualChangeOptions options, ChangePopulationOptions? population = null)
    {
        var study = VirtualChangeStudy.Draw(seed, options);
        var findings = new List<Finding>();
        CsvTable Table(string text) => CsvTable.Parse(Encoding.UTF8.GetBytes(text), "table", findings)!;
        var (scans, calibration) = (Table(study.Scans), new CalibrationOptions());
        var states = PhantomCalibration.FromReadings(PhantomTable.Read(Table(study.Phantom), calibration, findings), calibration, findings).States;
        var input = new ChangeStudyInput(
            StudyTables.Patients(scans), StudyTables.Scans(scans, "adc", findings), TestRetestTable.Read(Table(study.TestRetest), "adc", findings), new CalibrationSet(states), "adc");
        var result = ChangeStudyRun.Execute(input, new ChangeStudyOptions { Population = population ?? new ChangePopulationOptions() }, findings, TestContext.Current.CancellationToken)!;
        PrevalencesInside += result.Study.Population!.PrevalenceInterval.Contains(options.Prevalence) ? 1 : 0;
        foreach (var station in study.Truth.SelectMany(t => new[] { t.First, t.Second }).Distinct().GroupBy(s => s.Station).Where(g => g.Count() == 2))
        {
            Upgrades++;
            UpgradesTold += result.StateChanges.Any(c => c.Station == station.Key) ? 1 : 0;
        }

        foreach (var (change, truth) in result.Study.Changes.Zip(study.Truth))
        {
            Count1(change, truth, options);
        }
    }

    private void Count1(StudiedChange change, VirtualChange truth, VirtualChangeOptions options)
    {
        Assert.Equal(truth.Patient, change.Patient);
        if (!Strata.TryGetValue(truth.Stratum, out var stratum))
        {
            Strata[truth.Stratum] = stratum = new StratumCount();
        }

        var isFound = change.Verdict is Verdict.Increase or Verdict.Decrease;
        var oracle = Oracle(change, truth);
        stratum.Pairs++;
        stratum.Inside += change.Interval.Contains(truth.LogRatio) ? 1 : 0;
        stratum.GradedAOrB += change.Grade is Grade.A or Grade.B ? 1 : 0;
        if (truth.IsChanged)
        {
            stratum.Changed++;
            stratum.Found += isFound ? 1 : 0;
            stratum.FoundByOracle += Math.Abs(oracle.LogRatio) > 1.959964 * oracle.Sd ? 1 : 0;
        }
        else
        {
            stratum.Unchanged++;
            stratum.FalseChanges += isFound ? 1 : 0;
        }

        var outcome = truth.IsChanged ? 1.0 : 0.0;
        stratum.Brier += Math.Pow(change.PTrueChange - outcome, 2);
        stratum.BrierOfOracle += Math.Pow(PTrueChange(oracle.LogRatio, oracle.Sd, options) - outcome, 2);
        var bin = Math.Min(9, (int)(10 * change.PTrueChange));
        Stated[bin] += change.PTrueChange;
        True[bin] += truth.IsChanged ? 1 : 0;
        Count[bin]++;
    }

    /// <summary>What is known to one who knows every scanner's gain, offset and repeatability.</summary>
    private static (double LogRatio, double Sd) Oracle(StudiedChange change, VirtualChange truth)
    {
        static double Value(ScanReading r, VirtualState s) => (r.Raw - s.Offset) / s.Gain;
        return (Math.Log(Value(change.To, truth.Second) / Value(change.From, truth.First)), Math.Sqrt(truth.First.Wcv * truth.First.Wcv + truth.Second.Wcv * truth.Second.Wcv));
    }

    /// <summary>With the true prevalence, and changes uniform between the true least and most.</summary>
    private static double PTrueChange(double z, double sd, VirtualChangeOptions options)
    {
        var (least, most) = options.Change;
        var slab = 0.5 / (most - least) * (Between(least, most) + Between(-most, -least));
        var none = Normal.PDF(0, sd, z);
        return options.Prevalence * slab / (options.Prevalence * slab + (1 - options.Prevalence) * none);

        double Between(double low, double high) => Normal.CDF(0, sd, high - z) - Normal.CDF(0, sd, low - z);
    }
}
