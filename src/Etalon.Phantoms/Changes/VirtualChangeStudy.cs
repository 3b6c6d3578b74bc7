using System.Globalization;
using System.Text;
using Etalon.Numerics;

namespace Etalon.Phantoms.Changes;

/// <summary>What is true of one patient of a <see cref="VirtualChangeStudy"/>.</summary>
/// <param name="Patient">Identifier as in the table of scans.</param>
/// <param name="LogRatio">True ln(second / first).</param>
/// <param name="First">State of the first visit.</param>
/// <param name="Second">State of the second.</param>
public sealed record VirtualChange(string Patient, double LogRatio, VirtualState First, VirtualState Second)
{
    /// <summary>Whether the measurand changed at all.</summary>
    public bool IsChanged => LogRatio != 0;

    /// <summary>matched, upgrade, cross_scanner or uncalibrated.</summary>
    public string Stratum => First == Second ? "matched"
        : !First.IsCalibrated || !Second.IsCalibrated ? "uncalibrated"
        : First.Station == Second.Station ? "upgrade" : "cross_scanner";
}

/// <summary>A scanner between two upgrades: reading = offset + gain × truth × (1 + wCV × ε).</summary>
/// <param name="Station">The scanner.</param>
/// <param name="Software">Its software.</param>
/// <param name="Gain">Gain.</param>
/// <param name="Offset">Offset, in the unit of the reading.</param>
/// <param name="Wcv">Within-subject coefficient of variation.</param>
/// <param name="IsCalibrated">Whether phantoms were scanned in it.</param>
public sealed record VirtualState(string Station, string Software, double Gain, double Offset, double Wcv, bool IsCalibrated);

/// <summary>A study of changes whose truth is known: patients with two visits on scanners with their own gains, offsets and repeatabilities, and upgrades in between.</summary>
/// <param name="Scans">Table of the patients' scans (CSV).</param>
/// <param name="Phantom">Table of the phantom's readings (CSV).</param>
/// <param name="TestRetest">Table of test-retest pairs (CSV).</param>
/// <param name="Truth">What is true, in the order of the patients.</param>
/// <param name="States">The scanner states, two a scanner.</param>
public sealed record VirtualChangeStudy(
    string Scans, string Phantom, string TestRetest, IReadOnlyList<VirtualChange> Truth, IReadOnlyList<VirtualState> States)
{
    private static readonly DateOnly Start = new(2024, 1, 5);
    private static readonly (double Value, double U)[] Vials = [(0.13, 0.0008), (0.25, 0.001), (0.41, 0.0012), (0.6, 0.0014), (0.85, 0.0017), (1.12, 0.002)];

    /// <summary>Draws a study.</summary>
    /// <param name="seed">Fixes everything.</param>
    /// <param name="options">What it is like; null: the defaults.</param>
    public static VirtualChangeStudy Draw(ulong seed, VirtualChangeOptions? options = null)
    {
        options ??= new VirtualChangeOptions();
        var scanners = Enumerable.Range(1, options.Scanners).Select(n => Scanner(n, options, new RandomStream(seed, $"scanner {n}"))).ToList();
        var (scans, truth) = Patients(scanners, options, new RandomStream(seed, "patients"));
        return new VirtualChangeStudy(
            scans, PhantomTable(scanners, options, new RandomStream(seed, "phantom")), Retests(scanners, options, new RandomStream(seed, "test-retest")), truth,
            [.. scanners.SelectMany(s => new[] { s.Before, s.After })]);
    }

    private sealed record VirtualUpgrade(VirtualState Before, VirtualState After, DateOnly Date)
    {
        public VirtualState On(DateOnly date) => date < Date ? Before : After;
    }

    private static VirtualUpgrade Scanner(int n, VirtualChangeOptions options, RandomStream random)
    {
        var calibrated = n <= options.Scanners - options.Uncalibrated;
        var (station, gain, offset) = ($"MR{n}", 1 + options.GainSd * random.NextNormal(), options.OffsetSd * random.NextNormal());
        var wcv = options.Wcv[(int)random.NextUniform(0, options.Wcv.Count)];
        var before = new VirtualState(station, $"v{n}.0", gain, offset, wcv, calibrated);
        var after = before with
        {
            Software = $"v{n}.1",
            Gain = gain * (1 + options.UpgradeGainSd * random.NextNormal()),
            Offset = offset + 0.7 * options.OffsetSd * random.NextNormal(),
            Wcv = wcv * random.NextUniform(0.8, 1.2),
        };
        return new VirtualUpgrade(before, after, Start.AddDays((int)random.NextUniform(270, 500)));
    }

    private static (string Table, List<VirtualChange> Truth) Patients(List<VirtualUpgrade> scanners, VirtualChangeOptions options, RandomStream random)
    {
        var (table, truth) = (new StringBuilder("patient,visit,date,station,software,roi_mean_adc\n"), new List<VirtualChange>());
        for (var n = 0; n < options.Patients; n++)
        {
            var first = Start.AddDays((int)random.NextUniform(0, 540));
            var second = first.AddDays((int)random.NextUniform(14, 120));
            var scanner = (int)random.NextUniform(0, scanners.Count);
            var back = random.NextUniform() < options.SameScanner ? scanner : (int)random.NextUniform(0, scanners.Count);
            var logRatio = random.NextUniform() < options.Prevalence
                ? random.NextUniform(options.Change.Least, options.Change.Most) * (random.NextUniform() < 0.5 ? -1 : 1) : 0;
            var value = random.NextUniform(0.6, 1.6);
            var change = new VirtualChange(string.Create(CultureInfo.InvariantCulture, $"P{n:00000}"), logRatio, scanners[scanner].On(first), scanners[back].On(second));
            truth.Add(change);
            Row(1, first, change.First, value);
            Row(2, second, change.Second, value * Math.Exp(logRatio));

            void Row(int visit, DateOnly date, VirtualState state, double of) => table.Append(
                CultureInfo.InvariantCulture, $"{change.Patient},{visit},{date:yyyy-MM-dd},{state.Station},{state.Software},{Reading(state, of, random):0.00000}\n");
        }

        return (table.ToString(), truth);
    }

    private static string PhantomTable(List<VirtualUpgrade> scanners, VirtualChangeOptions options, RandomStream random)
    {
        var table = new StringBuilder("station,software,date,vial,reference_adc,reference_u,measured_adc\n");
        foreach (var scanner in scanners.Where(s => s.Before.IsCalibrated))
        {
            foreach (var (state, from, apart) in new[] { (scanner.Before, Start, 30), (scanner.After, scanner.Date.AddDays(3), 10) })
            {
                for (var session = 0; session < options.Sessions; session++)
                {
                    for (var vial = 0; vial < Vials.Length; vial++)
                    {
                        // The certificate's value is the phantom's own; its uncertainty is not drawn anew for each reading.
                        var reading = state.Offset + state.Gain * Vials[vial].Value + options.PhantomSd * random.NextNormal();
                        table.Append(
                            CultureInfo.InvariantCulture,
                            $"{state.Station},{state.Software},{from.AddDays(session * apart):yyyy-MM-dd},{vial + 1},{Vials[vial].Value},{Vials[vial].U},{reading:0.00000}\n");
                    }
                }
            }
        }

        return table.ToString();
    }

    private static string Retests(List<VirtualUpgrade> scanners, VirtualChangeOptions options, RandomStream random)
    {
        var table = new StringBuilder("station,software,subject,adc_1,adc_2\n");
        foreach (var state in scanners.SelectMany(s => new[] { s.Before, s.After }))
        {
            for (var subject = 1; subject <= options.Retests; subject++)
            {
                var value = random.NextUniform(0.6, 1.6);
                table.Append(
                    CultureInfo.InvariantCulture,
                    $"{state.Station},{state.Software},{subject},{Reading(state, value, random):0.00000},{Reading(state, value, random):0.00000}\n");
            }
        }

        return table.ToString();
    }

    private static double Reading(VirtualState state, double value, RandomStream random) =>
        state.Offset + state.Gain * value * (1 + state.Wcv * random.NextNormal());
}
