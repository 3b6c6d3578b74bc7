using System.Text;
using System.Text.RegularExpressions;
using Etalon.Tests.Support;
using Microsoft.Playwright;
using Xunit;

namespace Etalon.Tests.Browser;

/// <summary>The report of the small demo, opened from disk as a reader would open it.</summary>
public sealed class ReportPageTests(DemoStudy demo, Chromium chromium) : IClassFixture<Chromium>
{
    /// <summary>PAGE.md, a reader's minute: the answer, then these.</summary>
    private static readonly string[] Sections = ["answer", "time", "images", "measurements", "comparability", "twin", "options", "findings", "methods"];

    private static bool HasScript => Etalon.Study.Report.ReportHtml.HasScript;

    [Fact]
    public async Task It_opens_from_disk_without_an_error_and_without_the_network()
    {
        await using var page = await Open();
        await page.Viewer();
        Assert.Empty(page.Errors);
        Assert.All(page.Requests, url => Assert.Matches("^(file|data|blob):", url));
        Assert.Single(page.Requests, url => url.StartsWith("file:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Its_sections_stand_in_the_order_of_the_readers_minute()
    {
        await using var page = await Open();
        var ids = await page.Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('#etalon main > header[id], #etalon main > section[id]')].map(e => e.id)");
        Assert.Equal(Sections, ids);
        Assert.DoesNotContain("could not be shown", await page.Page.InnerTextAsync("main"), StringComparison.Ordinal);
        Assert.Contains("not for clinical use", await page.Page.InnerTextAsync("#answer"), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task One_scroll_changes_the_picture_in_every_pane_and_back_again_restores_it()
    {
        await using var page = await Open(height: 1800);
        await page.Viewer();
        var panes = page.Page.Locator(".viewer .pane");
        var count = await panes.CountAsync();
        Assert.True(count >= 4, $"{count} panes");
        var before = await Pictures(page.Page);
        var place = await page.Page.InnerTextAsync(".place");
        await page.Page.FocusAsync(".viewer");
        await page.Page.Keyboard.PressAsync("ArrowUp");
        await page.Page.Keyboard.PressAsync("ArrowUp");
        await page.Page.WaitForFunctionAsync("old => document.querySelector('.place').textContent !== old", place);
        var after = await Pictures(page.Page);
        Assert.All(Enumerable.Range(0, count), n => Assert.False(before[n].AsSpan().SequenceEqual(after[n]), $"pane {n} stood still"));
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await page.Page.WaitForFunctionAsync("old => document.querySelector('.place').textContent === old", place);
        var again = await Pictures(page.Page);
        Assert.All(Enumerable.Range(0, count), n => Assert.True(before[n].AsSpan().SequenceEqual(again[n]), $"pane {n} did not come back"));
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Every_pane_is_marked_with_the_patients_right_on_the_left()
    {
        await using var page = await Open();
        await page.Viewer();
        var marks = await page.Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('.viewer .pane')].map(p => ['left', 'right', 'top', 'bottom'].map(e => p.querySelector('.edge-' + e).textContent).join(''))");
        Assert.NotEmpty(marks);
        Assert.All(marks, m => Assert.Equal("RLAP", m)); // axial, radiological
        await page.Page.ClickAsync("button:text-is('coronal')");
        await page.Page.WaitForFunctionAsync("() => [...document.querySelectorAll('.viewer .edge-top')].every(e => e.textContent === 'S')");
        Assert.All(await page.Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('.viewer .edge-left')].map(e => e.textContent)"), m => Assert.Equal("R", m));
    }

    [Fact]
    public async Task The_value_under_the_cross_hair_is_given_with_its_unit_and_uncertainty()
    {
        await using var page = await Open();
        await page.Viewer();
        var readouts = await page.Page.Locator(".viewer .readout").AllInnerTextsAsync();
        Assert.Contains(readouts, r => r.Contains('±', StringComparison.Ordinal) && r.Contains("mm²/s", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Stills_stand_in_where_scripts_or_WebGL_are_missing(bool script, bool webGl)
    {
        await using var page = await chromium.Open(demo.Report, script: script, webGl: webGl);
        await page.Page.Locator("img").First.ScrollIntoViewIfNeededAsync();
        var stills = page.Page.Locator("img[src^='data:image/png']");
        Assert.Equal(4, await stills.CountAsync());
        for (var n = 0; n < 4; n++)
        {
            Assert.True(await stills.Nth(n).IsVisibleAsync());
            Assert.NotEqual("", await stills.Nth(n).GetAttributeAsync("alt"));
            if (script)
            {
                Assert.True(await stills.Nth(n).EvaluateAsync<int>("i => i.decode().then(() => i.naturalWidth)") > 200);
            }
        }

        var text = await page.Page.InnerTextAsync("main");
        Assert.Contains("volume", text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("not for clinical use", text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, await page.Page.Locator("canvas.gl").CountAsync());
        Assert.Empty(page.Errors);
    }

    [Theory]
    [InlineData(1400)]
    [InlineData(420)]
    public async Task Nothing_is_wider_than_the_window(int width)
    {
        await using var page = await Open(width);
        await page.Viewer();
        Assert.InRange(await page.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"), 1, width);
        // What is opened must fit as well.
        await page.Page.EvaluateAsync("() => { for (const d of document.querySelectorAll('details')) d.open = true; }");
        await page.Page.WaitForTimeoutAsync(300);
        Assert.InRange(await page.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"), 1, width);
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Printed_it_is_several_pages_of_stills_without_the_viewers_controls()
    {
        await using var page = await Open();
        await page.Viewer();
        var pdf = Encoding.Latin1.GetString(await page.Page.PdfAsync(new PagePdfOptions { Format = "A4" }));
        var pages = Regex.Count(pdf, @"/Type\s*/Page\b(?!s)", RegexOptions.None, TimeSpan.FromSeconds(10));
        Assert.InRange(pages, 2, 40);
        await page.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        Assert.Equal(0, await page.Page.Locator(".viewer button:visible, .viewer input:visible, .viewer canvas:visible, nav:visible").CountAsync());
        Assert.Equal(4, await page.Page.Locator(".stills img:visible").CountAsync());
    }

    [Fact]
    public async Task Every_plot_has_a_name_and_every_button_a_text()
    {
        await using var page = await Open();
        Assert.Equal(0, await page.Page.Locator("svg:not([aria-label]):not([aria-hidden]):not(svg svg)").CountAsync());
        Assert.Equal(0, await page.Page.EvaluateAsync<int>("() => [...document.querySelectorAll('button')].filter(b => !b.textContent.trim() && !b.getAttribute('aria-label')).length"));
        Assert.Equal(0, await page.Page.EvaluateAsync<int>("() => { const all = [...document.querySelectorAll('[id]')].map(e => e.id); return all.length - new Set(all).size; }"));
    }

    [Fact]
    public async Task Numbers_of_the_table_are_those_of_the_results()
    {
        await using var page = await Open();
        var table = await page.Page.Locator("#measurements").TextContentAsync();
        foreach (var m in demo.Results().GetProperty("measurements").EnumerateArray().Where(m => m.GetProperty("measurand").GetString() == "volume"))
        {
            // Rounded by its uncertainty, so the leading digits of the value stand in the table.
            var value = m.GetProperty("value").GetDouble().ToString("0.0", System.Globalization.CultureInfo.InvariantCulture);
            Assert.Contains(value[..^2], table, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(1400)]
    [InlineData(420)]
    public async Task A_row_opens_on_the_budget_of_its_changes(int width)
    {
        await using var page = await Open(width);
        // The last ADC has a change since the visit before and one since the first.
        await page.Page.Locator("#measurements .opener", new PageLocatorOptions { HasTextString = "mean" }).Last.ClickAsync();
        var changes = page.Page.Locator("#measurements tr.detail:not([hidden]) .change-detail:visible");
        Assert.Equal(2, await changes.CountAsync());
        for (var n = 0; n < 2; n++)
        {
            Assert.Equal(1, await changes.Nth(n).Locator("svg.budget[aria-label*='repeatability']").CountAsync());
            var text = await changes.Nth(n).InnerTextAsync();
            Assert.All(new[] { "P(true change)", "P(wrong direction)", "Minimal important change", "Limited by", "Cancels" }, t => Assert.Contains(t, text, StringComparison.Ordinal));
        }

        Assert.InRange(await page.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"), 1, width);
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task The_chain_of_calibration_is_drawn_with_its_numbers_as_a_table()
    {
        await using var page = await Open();
        await page.Page.Locator(".chain").ScrollIntoViewIfNeededAsync();
        // The virtual scanner was upgraded once and both states have phantom sessions.
        Assert.Equal(1, await page.Page.Locator(".chain svg[aria-label^='Chain of calibration: 1 scanner, 2 states tied']").CountAsync());
        Assert.Equal(2, await page.Page.Locator(".chain svg[aria-label^='Gain of ']").CountAsync());
        Assert.Equal(2, await page.Page.Locator(".chain table tbody tr").CountAsync());
        Assert.Contains("phantom reference values", await page.Page.InnerTextAsync(".chain"), StringComparison.Ordinal);
    }

    private Task<WatchedPage> Open(int width = 1400, int height = 900)
    {
        Assert.SkipUnless(HasScript, "The page's script was not built (ui/dist).");
        return chromium.Open(demo.Report, width, height);
    }

    /// <summary>What every pane shows, cross-hair and outline left out.</summary>
    private static async Task<List<byte[]>> Pictures(IPage page)
    {
        await page.AddStyleTagAsync(new PageAddStyleTagOptions { Content = "canvas.over, .edge { visibility: hidden }" });
        await page.WaitForTimeoutAsync(150);
        var pictures = new List<byte[]>();
        foreach (var pane in await page.Locator(".viewer .pane").AllAsync())
        {
            // Whole pixels of a window that does not scroll: otherwise the cut would differ, not the picture.
            var box = (await pane.BoundingBoxAsync())!;
            var clip = new Clip { X = MathF.Ceiling(box.X) + 1, Y = MathF.Ceiling(box.Y) + 1, Width = MathF.Floor(box.Width) - 3, Height = MathF.Floor(box.Height) - 3 };
            pictures.Add(await page.ScreenshotAsync(new PageScreenshotOptions { Clip = clip }));
        }

        return pictures;
    }
}
