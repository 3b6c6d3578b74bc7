using System.Text.Json.Nodes;
using Etalon.Study.Report;
using Etalon.Tests.Cases;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Browser;

/// <summary>A report whose every text is meant to run as script, asked of a real browser.</summary>
public sealed class HostileReportTests(DemoStudy demo, Chromium chromium) : IClassFixture<Chromium>
{
    private const string Attack = HostileTextTests.Hostile + "<img src=x onerror=alert(2)><svg onload=alert(3)>]]>--><style>*{display:none}</style>javascript:alert(4)";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Hostile_text_is_shown_as_text(bool script)
    {
        var report = await File.ReadAllTextAsync(demo.Report, TestContext.Current.CancellationToken);
        var from = report.IndexOf("id=\"etalon-model\">", StringComparison.Ordinal) + "id=\"etalon-model\">".Length;
        var model = JsonNode.Parse(report[from..report.IndexOf("</script", from, StringComparison.Ordinal)])!.AsObject();
        // The words of the data, wherever they are shown.
        model["subject"] = Attack;
        model["answer"]!["sentence"] = Attack;
        model["answer"]!["limit"] = Attack;
        model["notices"] = new JsonArray(Attack);
        foreach (var visit in model["visits"]!.AsArray())
        {
            (visit!["label"], visit["scannerState"]) = (Attack, Attack);
        }

        foreach (var row in model["rows"]!.AsArray())
        {
            (row!["region"], row["title"], row["method"]) = (Attack, Attack, Attack);
        }

        foreach (var image in model["images"]!.AsArray())
        {
            image!["stillAlt"] = "\" onload=\"alert(5)" + Attack;
        }

        foreach (var finding in model["results"]!["findings"]!.AsArray())
        {
            (finding!["about"], finding["found"], finding["remedy"]) = (Attack, Attack, Attack);
        }

        foreach (var drug in model["treatment"]!["drugs"]!.AsArray())
        {
            (drug!["name"], drug["unit"]) = (Attack, Attack);
        }

        using var folder = new TempFolder();
        var path = folder.Write("report.html", ReportHtml.Render(model));
        await using var page = await chromium.Open(path, script: script);
        if (script && ReportHtml.HasScript)
        {
            await page.Viewer();
            // Plots carry styles of their own, which name their class and hide nothing.
            var born = "() => [...document.querySelectorAll('#etalon script, #etalon style, img[src=x], svg[onload], [onerror], [onload]')].filter(e => !/^\\s*:where/.test(e.textContent)).map(e => e.outerHTML)";
            Assert.Empty(await page.Page.EvaluateAsync<string[]>(born));
        }

        Assert.Empty(page.Errors);
        Assert.All(page.Requests, url => Assert.Matches("^(file|data|blob):", url));
        Assert.Contains("<script>alert(1)</script>", await page.Page.InnerTextAsync("h1"), StringComparison.Ordinal);
        Assert.True(await page.Page.Locator("h1").IsVisibleAsync());
        Assert.Contains("alert", await page.Page.TitleAsync(), StringComparison.Ordinal);
    }
}
