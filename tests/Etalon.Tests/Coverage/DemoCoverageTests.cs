using System.Globalization;
using Etalon.Cases;
using Etalon.Phantoms;
using Etalon.Study;
using Xunit;

namespace Etalon.Tests.Coverage;

/// <summary>Whether the intervals of the virtual patient hold what they promise, over many patients.</summary>
[Trait("Kind", "Numeric")]
public sealed class DemoCoverageTests(ITestOutputHelper output)
{
    private const int Seeds = 200;
    private static readonly string[] Measured = ["adc.mean", "volume"];

    [Fact]
    public void Intervals_of_200_virtual_patients_cover_the_truth_as_often_as_they_say()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("ETALON_FULL") == "1", "A study of some minutes: ./etalon test --full runs it.");
        var hits = Study(Seeds, TestContext.Current.CancellationToken);
        var share = Report(hits);
        // The bar of the project for 8 intervals in each of 200 patients; 95 % ± 3 standard errors of 200 independent patients would be 90.4 to 99.6 %.
        Assert.InRange(share, 0.91, 0.98);
    }

    [Fact]
    public void Intervals_of_a_few_virtual_patients_cover_the_truth_mostly()
    {
        var share = Report(Study(6, TestContext.Current.CancellationToken));
        // 48 intervals: fewer than 38 of 48 would have a probability below 1e-4 were they independent and 95 % each; visits of one patient share terms.
        Assert.True(share >= 38.0 / 48, $"{share:P1} of intervals cover the truth.");
    }

    private double Report(List<(string Measurand, string Visit, bool Hit)> hits)
    {
        foreach (var group in hits.GroupBy(h => h.Measurand).Concat(hits.GroupBy(h => $"{h.Measurand} at visit {h.Visit}")))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{group.Key}: {group.Count(h => h.Hit)} of {group.Count()} ({100.0 * group.Count(h => h.Hit) / group.Count():0.0} %)"));
        }

        var share = hits.Count(h => h.Hit) / (double)hits.Count;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"pooled: {100 * share:0.0} %"));
        return share;
    }

    private static List<(string Measurand, string Visit, bool Hit)> Study(int seeds, CancellationToken cancellation)
    {
        var results = new List<(string, string, bool)>[seeds];
        Parallel.For(0, seeds, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancellation }, n => results[n] = OnePatient((ulong)(1000 + n), cancellation));
        return results.SelectMany(r => r).ToList();
    }

    private static List<(string Measurand, string Visit, bool Hit)> OnePatient(ulong seed, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("etalon-coverage-").FullName;
        try
        {
            VirtualStudy.Write(new VirtualPatientOptions { Seed = seed, Size = StudySize.Small }, folder, null, cancellation);
            var patient = CaseReader.Read(folder, new CaseOptions(), cancellation);
            var result = StudyRun.Execute(patient, new StudyOptions { WithTwin = false, WithRegistration = false, Threads = 1 }, null, cancellation);
            return result.Measurements
                .Where(m => Measured.Contains(m.Measurand))
                .Select(m => (m.Measurand, m.Visit, m.Interval is { } i && patient.Truth!.ByVisit[m.Visit][m.Measurand] is var truth && i.Lower <= truth && truth <= i.Upper))
                .ToList();
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }
}
