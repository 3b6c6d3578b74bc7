using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Etalon.Study.Report;

/// <summary>
/// Renders report.html: one self-contained file. What stands in it as plain HTML (answer, pictures, table, findings) is what a reader sees
/// without scripts; the bundle under ui/ replaces it by the whole page.
/// </summary>
public static class ReportHtml
{
    /// <summary>Whether the page's script was built into this Etalon.</summary>
    public static bool HasScript => Resource("report.js") is not null;

    /// <summary>Renders the page of a model.</summary>
    public static byte[] Render(JsonObject model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var html = new StringBuilder();
        html.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.Append("<meta name=\"referrer\" content=\"no-referrer\">\n");
        // Nothing may be fetched: what the page needs is in it.
        html.Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval' blob:; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; connect-src data: blob:; worker-src blob:; form-action 'none'; base-uri 'none'\">\n");
        html.Append("<title>Etalon report: ").Append(Text(model["subject"])).Append("</title>\n<style>\n").Append(Resource("report.css") ?? FallbackStyle).Append("\n</style>\n</head>\n<body>\n<div id=\"etalon\">\n");
        Fallback(html, model);
        html.Append("</div>\n<script type=\"application/json\" id=\"etalon-model\">").Append(ForScriptBlock(model)).Append("</script>\n");
        if (Resource("report.js") is { } script)
        {
            html.Append("<script>\n").Append(script.Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase)).Append("\n</script>\n");
        }

        html.Append("</body>\n</html>\n");
        return Encoding.UTF8.GetBytes(html.ToString());
    }

    private const string FallbackStyle =
        "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}table{border-collapse:collapse;font-variant-numeric:tabular-nums}"
        + "td,th{padding:.2rem .6rem;text-align:left;border-bottom:1px solid #ddd;vertical-align:top}img{max-width:100%;background:#111}";

    /// <summary>JSON that cannot end its script block or open a comment: &lt;, &gt; and &amp; are written as escapes.</summary>
    internal static string ForScriptBlock(JsonNode model) => model.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.Default });

    private static string Text(JsonNode? node) => WebUtility.HtmlEncode(node?.ToString() ?? "");

    private static void Fallback(StringBuilder html, JsonObject model)
    {
        var answer = model["answer"]!;
        html.Append("<main class=\"etalon\">\n<p>Research software, not for clinical use.</p>\n<h1>").Append(Text(answer["sentence"])).Append("</h1>\n<p class=\"limit\">").Append(Text(answer["limit"])).Append("</p>\n<p>Fitness: <strong>")
            .Append(Text(answer["seal"]!["verdict"])).Append("</strong> for ").Append(Text(answer["seal"]!["purpose"])).Append("</p>\n");
        foreach (var image in model["images"]!.AsArray().Where(i => i!["still"] is not null))
        {
            html.Append("<figure><img alt=\"").Append(Text(image!["stillAlt"])).Append("\" src=\"data:image/png;base64,").Append(Text(image["still"])).Append("\"><figcaption>Visit ")
                .Append(Text(image["visit"])).Append("</figcaption></figure>\n");
        }

        html.Append("<h2>Measurements (± expanded uncertainty, k = 2)</h2>\n<table><thead><tr><th>Visit</th><th>Region</th><th>Measurand</th><th>Value</th><th>Unit</th><th>95 %</th><th>Verdict</th></tr></thead><tbody>\n");
        foreach (var row in model["rows"]!.AsArray())
        {
            var cells = new[] { row!["visit"], row["region"], row["title"], row["status"]!.ToString() == "ok" ? row["shown"] : row["status"], row["shownUnit"], row["shownInterval"], row["verdict"] };
            html.Append("<tr>").AppendJoin("", cells.Select(c => $"<td>{Text(c)}</td>")).Append("</tr>\n");
        }

        html.Append("</tbody></table>\n<p>Pictures: the patient's right is on the left, marked R and L; the map beside the anatomy is the first of its visit.</p>\n<h2>Findings</h2>\n<ul>\n");
        foreach (var f in model["results"]!["findings"]!.AsArray())
        {
            html.Append("<li><strong>").Append(Text(f!["severity"])).Append(' ').Append(Text(f["code"])).Append("</strong>: ").Append(Text(f["about"])).Append(": found ").Append(Text(f["found"]))
                .Append("; expected ").Append(Text(f["expected"])).Append(". ").Append(Text(f["remedy"])).Append("</li>\n");
        }

        html.Append("</ul>\n</main>\n");
    }

    private static string? Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name);
        if (stream is null)
        {
            return null;
        }

        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
