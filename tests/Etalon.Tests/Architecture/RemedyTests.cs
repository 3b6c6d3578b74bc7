using System.Text.RegularExpressions;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Architecture;

/// <summary>A remedy says what a user can do; limits of the library are no options of the command.</summary>
public sealed class RemedyTests
{
    [Fact]
    public void No_remedy_asks_a_user_to_raise_a_limit_of_the_library()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories).ToList();
        Assert.True(sources.Count > 300);
        Assert.Empty(sources.Where(s => Regex.IsMatch(File.ReadAllText(s), "\"[^\"\\n]*raise [^\"\\n]*in the options", RegexOptions.None, TimeSpan.FromSeconds(5))).Select(Path.GetFileName));
    }
}
