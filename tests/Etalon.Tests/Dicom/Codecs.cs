using Etalon.Dicom;
using Xunit;

namespace Etalon.Tests.Dicom;

/// <summary>The programs that decode compressed pixels.</summary>
internal static class Codecs
{
    /// <summary>Skips the test where one of them is not installed.</summary>
    public static void Require(params string[] programs)
    {
        foreach (var program in programs)
        {
            Assert.SkipWhen(ChildProgram.Find(program, null) is null, $"{program} is not installed.");
        }
    }
}
