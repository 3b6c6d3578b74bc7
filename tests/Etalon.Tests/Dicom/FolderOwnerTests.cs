using Etalon.Dicom;
using Etalon.Study;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Dicom;

/// <summary>What killed processes left is cleared; what others still work in is not.</summary>
public sealed class FolderOwnerTests
{
    /// <summary>Above the greatest process number of Linux (2²²): never alive.</summary>
    private const string Dead = "9999999";

    private static string Place => FolderOwner.Mark.Split('.')[0];

    [Fact]
    public void Only_a_dead_process_of_this_boot_and_namespace_is_known_to_be_gone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are looked up in /proc.");
        Assert.True(FolderOwner.IsGone($"{Place}.{Dead}"));
        Assert.False(FolderOwner.IsGone(FolderOwner.Mark));
        foreach (var other in new[] { $"0123456789ab.{Dead}", Dead, $"{Place}.", $"{Place}.x", "", $".{Dead}" })
        {
            Assert.False(FolderOwner.IsGone(other), other);
        }
    }

    [Fact]
    public void A_temporary_folder_of_another_machine_or_container_is_not_swept_in_mid_decode()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are looked up in /proc.");
        var name = Guid.NewGuid().ToString("N");
        var (foreign, own) = (Path.Combine(Path.GetTempPath(), $"etalon-codec-0123456789ab.{Dead}-{name}"), Path.Combine(Path.GetTempPath(), $"etalon-codec-{Place}.{Dead}-{name}"));
        Directory.CreateDirectory(foreign);
        Directory.CreateDirectory(own);
        try
        {
            using (new PrivateFolder())
            {
                Assert.True(Directory.Exists(foreign));
                Assert.False(Directory.Exists(own));
            }
        }
        finally
        {
            Directory.Delete(foreign);
        }
    }

    [Fact]
    public void A_half_written_output_of_another_machine_or_container_is_not_swept()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are looked up in /proc.");
        using var folder = new TempFolder();
        var foreign = Directory.CreateDirectory(folder[$".out.etalon-partial-0123456789ab.{Dead}"]).FullName;
        var own = Directory.CreateDirectory(folder[$".out.etalon-partial-{Place}.{Dead}"]).FullName;
        using var output = AtomicOutput.Begin(folder["out"], force: false);
        Assert.True(Directory.Exists(foreign));
        Assert.False(Directory.Exists(own));
    }
}
