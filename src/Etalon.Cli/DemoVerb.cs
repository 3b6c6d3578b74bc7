using System.CommandLine;
using Etalon.Cases;
using Etalon.Phantoms;
using Etalon.Study;

namespace Etalon.Cli;

/// <summary><c>etalon demo</c>: the whole path on a virtual patient with known truth.</summary>
internal static class DemoVerb
{
    public static Command Create()
    {
        var output = new Option<string>("-o", "--output") { Description = "Folder to write; a demo of before is replaced. Default: demo.", DefaultValueFactory = _ => "demo" };
        var small = new Option<bool>("--small") { Description = "Small images: quicker, for a look at what is written." };
        var dicom = new Option<bool>("--dicom") { Description = "Run on the patient's DICOM objects; otherwise on BIDS. Both are written." };
        var common = new CommonOptions();
        var command = new Command("demo", "The whole path on a virtual patient with known truth; says where the report is.") { output, small, dicom };
        common.AddTo(command);
        command.SetAction(parse => Session.Run(common.IsJson(parse), cancellation =>
        {
            var options = new VirtualPatientOptions { Seed = common.Seed(parse), Size = parse.GetValue(small) ? StudySize.Small : StudySize.Full };
            var target = parse.GetValue(output)!;
            using var folder = AtomicOutput.Begin(target, common.IsForced(parse) || parse.GetResult(output) is null or { Implicit: true });
            using var progress = new ProgressLine(common.IsJson(parse));
            var input = Path.Combine(folder.Staging, "patient");
            var objects = Path.Combine(folder.Staging, "patient-dicom");
            VirtualStudy.Write(options, new VirtualStudyPlaces(input, objects), new Making(progress), cancellation);
            var patient = CaseReader.Read(parse.GetValue(dicom) ? objects : input, new CaseOptions(), cancellation);
            // Two visits come before treatment, so a fit needs the third to learn what treatment does; the fourth is held out.
            var study = common.Study(parse) with { FitVisits = new VisitRange(1, 3) };
            var result = StudyRun.Execute(patient, study, new Rest(progress), cancellation);
            StudyWriter.Write(result, folder, cancellation);
            folder.Commit();
            progress.Dispose();
            ResultPrinter.Print(result, target, common.IsJson(parse));
            if (!common.IsJson(parse))
            {
                Console.WriteLine($"From its files: etalon run {Path.Combine(target, "patient")} --fit-visits 1-3 -o OUT");
                Console.WriteLine($"The same as DICOM: etalon run {Path.Combine(target, "patient-dicom")} --fit-visits 1-3 -o OUT");
            }

            return ExitStatus.Done;
        }));
        return command;
    }

    /// <summary>Making the patient is the first fifth of the demo.</summary>
    private sealed class Making(ProgressLine line) : IProgress<double>
    {
        public void Report(double value) => line.Report(new StudyProgress("making the virtual patient", 0.2 * value));
    }

    private sealed class Rest(ProgressLine line) : IProgress<StudyProgress>
    {
        public void Report(StudyProgress value) => line.Report(value with { Share = 0.2 + 0.8 * value.Share });
    }
}
