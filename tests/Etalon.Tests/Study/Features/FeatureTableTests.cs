using System.Text;
using Etalon.Assays.Radiomics;
using Etalon.Study.Features;
using Etalon.Tests.Assays.Radiomics;
using Xunit;

namespace Etalon.Tests.Study.Features;

/// <summary>The table of features.</summary>
public sealed class FeatureTableTests
{
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("-2", "'-2")]
    [InlineData("+a", "'+a")]
    [InlineData("gtv, \"left\"", "gtv, \"left\"")]
    [InlineData("T1w", "T1w")]
    public void A_name_from_the_input_is_no_formula_and_stays_one_cell(string name, string cell)
    {
        var value = new FeatureMeasurement { Feature = FeatureCatalogue.All[0], Aggregation = FeatureAggregation.None, Unit = "mm3", Value = -1.5, NoiseU = 3, ContourU = 4 };
        var place = new FeaturePlace("X", "1", name, "gtv", "adc");
        var region = new MeasuredRegion(place, new RegionMeasurement([value], RadiomicsPresets.Find("adc")!, []), "mm2/s", "", "", "");
        var table = Encoding.UTF8.GetString(FeatureTable.Write(new FeaturesResult(new FeaturesRequest(), [region], new Dictionary<(string, string, string, string, FeatureAggregation), FeatureRepeatability>(), 0, [])));
        var lines = table.TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        var (names, cells) = (IbsiReference.Cells(lines[0]), lines[1]);
        // Cells of quotes are doubled; the reader of the tests drops them, so quotes are looked at in the line.
        Assert.Contains(cell.Replace("\"", "\"\"", StringComparison.Ordinal), cells, StringComparison.Ordinal);
        var row = names.Zip(IbsiReference.Cells(cells)).ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal);
        Assert.Equal(("-1.5", "5", "3", "4", "", "hidden", ""), (row["value"], row["u"], row["u_noise"], row["u_contour"], row["u_resampling"], row["status"], row["repeatability"]));
    }
}
