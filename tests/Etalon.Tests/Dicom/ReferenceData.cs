using Etalon.Tests.Support;

namespace Etalon.Tests.Dicom;

/// <summary>The DICOM part of the reference data.</summary>
internal static class ReferenceData
{
    /// <summary>Path below the DICOM reference data; skips the test when it is absent.</summary>
    public static string Path(string relative = "") => SharedData.Path("dicom", relative).TrimEnd('/');

    /// <summary>Rows of a table of tab-separated values, without its heading.</summary>
    public static IReadOnlyList<string[]> Table(string relative) =>
        [.. File.ReadLines(Path(relative)).Skip(1).Where(line => line.Length > 0).Select(line => line.Split('\t'))];
}
