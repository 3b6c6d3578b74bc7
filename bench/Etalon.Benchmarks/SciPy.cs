using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Etalon.Benchmarks;

/// <summary>SciPy as the peer of a benchmark, in a Python of its own with one thread.</summary>
internal static class SciPy
{
    /// <summary>Runs a script.</summary>
    /// <param name="script">Python.</param>
    /// <param name="input">Lines on its standard input.</param>
    /// <returns>The words that it prints; none where python3 or a package that it imports is absent.</returns>
    public static string[] Run(string script, IEnumerable<string> input)
    {
        var start = new ProcessStartInfo("/usr/bin/python3") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script);
        start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        try
        {
            using var process = Process.Start(start)!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            foreach (var line in input)
            {
                process.StandardInput.WriteLine(line);
            }

            process.StandardInput.Close();
            var answer = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return answer.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            return [];
        }
    }

    /// <summary>Numbers as a line of input.</summary>
    /// <param name="values">Any.</param>
    public static string Line(IEnumerable<double> values) => string.Join(' ', values.Select(v => v.ToString("R", CultureInfo.InvariantCulture)));
}
