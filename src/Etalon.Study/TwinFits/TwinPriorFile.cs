using System.Text.Json;
using Etalon.Cases;
using Etalon.Metrology;
using Etalon.Twin;
using MathNet.Numerics.LinearAlgebra;

namespace Etalon.Study;

/// <summary>Reads and writes priors of the twin (docs/schemas/twin-prior.schema.json), starts, and posteriors to learn priors from.</summary>
public static class TwinPriorFile
{
    /// <summary>Schema of a prior.</summary>
    public const string Schema = "etalon-twin-prior-1";

    private const double LargestLogSd = 10;

    /// <summary>The priors that are meant by a name or a file, in the order D, k, α, drugs; null where the file cannot be used.</summary>
    internal static IReadOnlyList<ParameterPrior>? Priors(string prior, IReadOnlyList<string> drugs, List<Finding> findings)
    {
        if (prior is TwinFitSettings.DefaultPrior or TwinFitSettings.FlatPrior)
        {
            return prior == TwinFitSettings.FlatPrior ? TwinPrior.Flat(drugs) : TwinPrior.Default(drugs);
        }

        var name = Path.GetFileName(prior);
        if (Open(prior, name, Schema, findings) is not { } document)
        {
            return null;
        }

        using (document)
        {
            var read = new Dictionary<string, ParameterPrior>(StringComparer.Ordinal);
            foreach (var given in document.RootElement.GetProperty("parameters").EnumerateObject())
            {
                var (median, width) = (Number(given.Value, "median"), Number(given.Value, "log_sd"));
                if (median is not (> 0 and < 1e6) || width is not (> 0 and <= LargestLogSd))
                {
                    findings.Add(Unusable(name, Severity.Error, $"parameter '{JsonInput.Short(given.Name)}' without a median above 0 and a log_sd above 0, at most {LargestLogSd}", "both, as numbers"));
                    return null;
                }

                var source = given.Value.TryGetProperty("source", out var s) && s.ValueKind == JsonValueKind.String ? JsonInput.Short(s.GetString()!) : "a file without a source";
                read[given.Name] = new ParameterPrior(given.Name, "", "", median.Value, width.Value, new Source($"prior-file-{given.Name}", source, "prior from a file"));
            }

            var known = TwinPrior.Default(drugs);
            foreach (var unknown in read.Keys.Where(k => known.All(p => p.Name != k)))
            {
                findings.Add(Unusable(name, Severity.Warning, $"parameter '{JsonInput.Short(unknown)}', which this twin does not have", string.Join(", ", known.Select(p => p.Name))));
            }

            foreach (var missing in known.Where(p => !read.ContainsKey(p.Name)))
            {
                findings.Add(Unusable(name, Severity.Warning, $"no prior of {missing.Name}; the default was taken", "one of each parameter"));
            }

            return known.Select(p => read.TryGetValue(p.Name, out var r) ? p with { Median = r.Median, LogSd = r.LogSd, Source = r.Source } : p).ToList();
        }
    }

    /// <summary>A start from a file with <c>parameters</c>, each a number or an object with <c>mean</c> (a posterior.json); what it leaves out starts at the prior's median.</summary>
    internal static bool TryStart(string? path, IReadOnlyList<ParameterPrior> priors, List<Finding> findings, out IReadOnlyList<double>? start)
    {
        start = null;
        if (path is null)
        {
            return true;
        }

        var name = Path.GetFileName(path);
        if (Open(path, name, null, findings) is not { } document)
        {
            return false;
        }

        using (document)
        {
            var values = new List<double>();
            foreach (var prior in priors)
            {
                if (!document.RootElement.GetProperty("parameters").TryGetProperty(prior.Name, out var given))
                {
                    values.Add(prior.Median);
                    continue;
                }

                var value = given.ValueKind == JsonValueKind.Number ? given.GetDouble() : Number(given, "mean");
                if (value is not (> 0 and < 1e6))
                {
                    findings.Add(Unusable(name, Severity.Error, $"a start of {prior.Name} that is no number above 0", "a number, or an object with 'mean'"));
                    return false;
                }

                values.Add(value.Value);
            }

            start = values;
            return true;
        }
    }

    /// <summary>Learns a prior from the posteriors of several patients.</summary>
    /// <param name="folders">Folders that <c>etalon twin fit</c> wrote.</param>
    /// <param name="findings">Receives what was wrong.</param>
    /// <returns>The file's content; null where nothing can be learned.</returns>
    public static byte[]? Learn(IReadOnlyList<string> folders, List<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(folders);
        ArgumentNullException.ThrowIfNull(findings);
        var patients = new List<(string Subject, List<string> Names, PatientPosterior Posterior)>();
        foreach (var folder in folders)
        {
            var name = $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))}/posterior.json";
            if (Open(Path.Combine(folder, "posterior.json"), name, TwinFitJson.Schema, findings) is not { } document)
            {
                return null;
            }

            using (document)
            {
                if (Posterior(document.RootElement) is not { } read)
                {
                    findings.Add(Unusable(name, Severity.Error, "no readable 'growth' with names, log_mean, log_covariance and prior", "a posterior.json that etalon twin fit wrote"));
                    return null;
                }

                patients.Add(read);
            }
        }

        if (patients.Count < 2 || patients.Exists(p => !p.Names.SequenceEqual(patients[0].Names)))
        {
            findings.Add(Unusable("posteriors", Severity.Error, patients.Count < 2 ? "one patient" : "patients with different parameters (drugs)", "two or more patients with the same parameters"));
            return null;
        }

        foreach (var twice in patients.GroupBy(p => p.Subject).Where(g => g.Count() > 1))
        {
            findings.Add(Unusable("posteriors", Severity.Warning, $"{twice.Count()} posteriors of one patient, {twice.Key}", "one of each patient"));
        }

        var learned = PopulationPrior.Learn(patients.Select(p => p.Posterior).ToList());
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("schema", Schema);
            json.WriteString("etalon", ResultsJson.EtalonVersion);
            json.WriteNumber("patients", learned.Patients);
            json.WriteStartObject("parameters");
            for (var p = 0; p < patients[0].Names.Count; p++)
            {
                json.WriteStartObject(patients[0].Names[p]);
                ResultsJson.Number(json, "median", Math.Exp(learned.LogMean[p]));
                ResultsJson.Number(json, "log_sd", learned.LogSd[p]);
                json.WriteString("source", $"{learned.Patients} patients fitted by Etalon, their own priors divided out");
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private static (string Subject, List<string> Names, PatientPosterior Posterior)? Posterior(JsonElement root)
    {
        try
        {
            var growth = root.GetProperty("growth");
            double[] List(string name) => growth.GetProperty(name).EnumerateArray().Select(x => x.GetDouble()).ToArray();
            var names = growth.GetProperty("names").EnumerateArray().Select(n => n.GetString()!).ToList();
            var rows = growth.GetProperty("log_covariance").EnumerateArray().Select(r => r.EnumerateArray().Select(x => x.GetDouble()).ToArray()).ToArray();
            var (mean, prior) = (List("log_mean"), List("prior_log_mean"));
            var sd = growth.GetProperty("prior_log_sd").EnumerateArray().Select(x => x.ValueKind == JsonValueKind.Null ? double.PositiveInfinity : x.GetDouble()).ToArray();
            var isWhole = mean.Length == names.Count && prior.Length == names.Count && sd.Length == names.Count && rows.Length == names.Count && rows.All(r => r.Length == names.Count);
            return isWhole ? (root.GetProperty("subject").GetString() ?? "", names, new PatientPosterior(mean, Matrix<double>.Build.DenseOfRowArrays(rows), prior, sd)) : null;
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static JsonDocument? Open(string path, string name, string? schema, List<Finding> findings)
    {
        try
        {
            var document = JsonInput.Read(path, name);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("parameters", out var parameters) && parameters.ValueKind == JsonValueKind.Object
                && (schema is null || (root.TryGetProperty("schema", out var s) && s.ValueKind == JsonValueKind.String && s.GetString() == schema)))
            {
                return document;
            }

            document.Dispose();
            findings.Add(Unusable(name, Severity.Error, "no object with 'parameters'" + (schema is null ? "" : $" and the schema {schema}"), "such an object"));
        }
        catch (CaseException e)
        {
            findings.Add(e.Finding with { Code = FindingCodes.TwinPriorUnusable });
        }

        return null;
    }

    private static double? Number(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static Finding Unusable(string about, Severity severity, string found, string expected) => new(
        FindingCodes.TwinPriorUnusable, severity, about, found, expected, "Mend the file; docs/schemas/twin-prior.schema.json says what a prior looks like.");
}
