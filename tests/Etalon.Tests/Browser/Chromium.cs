using Microsoft.Playwright;
using Xunit;

namespace Etalon.Tests.Browser;

/// <summary>Debian's chromium, driven by Playwright; nothing is downloaded. Tests are skipped where it is absent.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string? Program = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);
    private IPlaywright? _playwright;
    private IBrowser? _browser, _withoutWebGl;

    public async ValueTask InitializeAsync()
    {
        if (Program is not null)
        {
            _playwright = await Playwright.CreateAsync();
        }
    }

    /// <summary>A new page in a context of its own, with what it said and asked for.</summary>
    public async Task<WatchedPage> Open(string file, int width = 1400, int height = 900, bool script = true, bool webGl = true)
    {
        Assert.SkipWhen(Program is null, "chromium is not installed (apt-get install chromium).");
        var browser = webGl
            ? _browser ??= await Launch("--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist")
            : _withoutWebGl ??= await Launch("--disable-gpu", "--disable-3d-apis");
        var context = await browser.NewContextAsync(new BrowserNewContextOptions { JavaScriptEnabled = script, ViewportSize = new ViewportSize { Width = width, Height = height } });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(30_000);
        var watched = new WatchedPage(page);
        await page.GotoAsync(new Uri(file).AbsoluteUri);
        return watched;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var browser in new[] { _browser, _withoutWebGl })
        {
            if (browser is not null)
            {
                await browser.CloseAsync();
            }
        }

        _playwright?.Dispose();
    }

    private async Task<IBrowser> Launch(params string[] arguments) => await _playwright!.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
    {
        ExecutablePath = Program,
        Args = ["--no-sandbox", "--disable-dev-shm-usage", .. arguments],
    });
}

/// <summary>A page that remembers errors, dialogs and requests.</summary>
public sealed class WatchedPage : IAsyncDisposable
{
    public WatchedPage(IPage page)
    {
        ArgumentNullException.ThrowIfNull(page);
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                Errors.Add(message.Text);
            }
        };
        page.PageError += (_, error) => Errors.Add(error);
        page.Dialog += async (_, dialog) =>
        {
            Errors.Add($"dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
        page.Request += (_, request) => Requests.Add(request.Url);
    }

    public IPage Page { get; }

    /// <summary>Errors of the console, uncaught exceptions, dialogs.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>Every address that was asked for.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Waits until the viewer has drawn its first pictures.</summary>
    public async Task Viewer()
    {
        await Page.Locator("#images").ScrollIntoViewIfNeededAsync();
        await Page.WaitForFunctionAsync("() => document.querySelector('.viewer') && document.querySelector('.viewer-state').textContent === '' && [...document.querySelectorAll('.edge-left')].every(e => e.textContent !== '')");
    }

    public async ValueTask DisposeAsync() => await Page.Context.CloseAsync();
}
