using System.CommandLine;

namespace Etalon.Cli;

/// <summary><c>etalon demo</c>: the whole path on a virtual patient with known truth.</summary>
internal static class DemoVerb
{
    public static Command Create() => new("demo", "The whole path on a virtual patient with known truth; says where the report is.");
}
