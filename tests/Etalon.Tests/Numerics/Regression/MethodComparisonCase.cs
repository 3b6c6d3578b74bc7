using System.Globalization;
using System.Xml.Linq;
using Etalon.Tests.Support;

namespace Etalon.Tests.Numerics.Regression;

/// <summary>Points and reference results of the test cases of the R package mcr.</summary>
internal sealed record MethodComparisonCase(double[] X, double[] Y, IReadOnlyList<MethodComparisonCase.Result> Results)
{
    internal sealed record Result(string Name, string Method, double ErrorRatio, double[] Values)
    {
        /// <summary>Intercept with its limits, slope with its limits, in this order.</summary>
        public static readonly string[] Names = ["Intercept", "InterceptL", "InterceptU", "Slope", "SlopeL", "SlopeU"];
    }

    public static MethodComparisonCase Read(string name)
    {
        // Their document type names a file that is not part of the data.
        using var reader = System.Xml.XmlReader.Create(
            SharedData.Path("metrology", "method_comparison", name), new System.Xml.XmlReaderSettings { DtdProcessing = System.Xml.DtdProcessing.Ignore });
        var root = XDocument.Load(reader).Root!;
        var input = root.Element("InputData")!;
        var results = root.Descendants("Algorithm").Select(a => new Result(
            a.Element("Name")!.Value, a.Descendants("RegMethod").First().Value, a.Descendants("ErrorRatio").Select(Number).DefaultIfEmpty(1).First(),
            Result.Names.Select(n => a.Element("ReferenceResults")!.Element(n)).Where(e => e is not null).Select(e => Number(e!)).ToArray())).ToList();
        return new MethodComparisonCase(Numbers(input.Element("X")!.Value), Numbers(input.Element("Y")!.Value), results);
    }

    public static double[][] Columns(string name) => File.ReadLines(SharedData.Path("metrology", "method_comparison", name)).Skip(1)
        .Select(line => line.Split(',').Select(c => double.Parse(c, CultureInfo.InvariantCulture)).ToArray()).Where(row => row.All(double.IsFinite)).ToArray();

    private static double Number(XElement element) => double.Parse(element.Value, CultureInfo.InvariantCulture);

    private static double[] Numbers(string text) => text.Split(',').Select(t => double.Parse(t, CultureInfo.InvariantCulture)).ToArray();
}
