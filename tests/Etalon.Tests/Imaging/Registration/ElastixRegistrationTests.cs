using Etalon.Imaging;
using Etalon.Imaging.Registration;
using Etalon.Numerics;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Imaging.Registration;

/// <summary>Registration by elastix and refinement: known motions, failures told, and a program that misbehaves.</summary>
[Trait("Kind", "Numeric")]
public sealed class ElastixRegistrationTests(ITestOutputHelper output)
{
    private static RegistrationResult Register(Volume a, Volume b)
    {
        var result = new ElastixRegistration().Run(a, b, TestContext.Current.CancellationToken);
        Assert.SkipWhen(result.Status == RegistrationStatus.NotInstalled, "elastix is not installed: apt-get install elastix.");
        return result;
    }

    [Theory]
    [InlineData(1, 3, -2, 4, 5, -3, 2, false)]
    [InlineData(2, -4, 1, -2, -3, 6, -5, true)]
    public void A_known_motion_is_found_to_a_hundredth_of_a_voxel_or_two_and_its_region_holds_the_truth(
        ulong seed, double rx, double ry, double rz, double tx, double ty, double tz, bool isInverted)
    {
        var (head, random) = (new HeadImages(seed), new RandomStream(seed, "noise"));
        var motion = HeadImages.Motion(rx, ry, rz, tx, ty, tz);
        var first = head.Image(HeadImages.Grid, RigidTransform.Identity, 10, random);
        var second = head.Image(HeadImages.Grid, motion, 10, random, isInverted ? v => 700 - 0.6 * v : null);

        var result = Register(first, second);

        Assert.Equal(RegistrationStatus.Ok, result.Status);
        var errors = HeadImages.Points().Select(p => (Point: p, Error: result.Transform.Apply(p) - motion.Apply(p))).ToList();
        var worst = errors.Max(e => e.Error.Length);
        var u = errors.Average(e => result.Uncertainty!.At(e.Point).RmsMm);
        var inside = errors.Count(e => result.Uncertainty!.At(e.Point).IsWithin95(e.Error)) / (double)errors.Count;
        output.WriteLine(FormattableString.Invariant($"worst {worst:0.0000} mm, u {u:0.0000} mm, {inside:P0} inside; {result.Detail}"));
        // Noise of 10 on edges of some 50 per mm at thousands of voxels leaves 0.01 mm; interpolation between voxels of 3 to 5 mm adds some per cent of these.
        Assert.InRange(worst, 0, 0.12);
        // One motion is six numbers: their regions hold all points or lose some, but not most (the study over many motions is below).
        Assert.InRange(inside, 0.5, 1);
        Assert.InRange(u, 0.003, 0.1);
    }

    [Fact]
    public void An_image_without_the_head_or_of_noise_alone_is_told_and_not_used()
    {
        var (head, random) = (new HeadImages(3), new RandomStream(3, "noise"));
        var first = head.Image(HeadImages.Grid, RigidTransform.Identity, 10, random);
        var blank = new Volume(HeadImages.Grid, new float[HeadImages.Grid.Count], null);
        var noise = new Volume(HeadImages.Grid, Enumerable.Range(0, HeadImages.Grid.Count).Select(_ => (float)(20 * random.NextNormal())).ToArray(), null);

        foreach (var nothing in new[] { blank, noise })
        {
            var result = Register(first, nothing);

            output.WriteLine($"{result.Status}: {result.Detail}");
            Assert.NotEqual(RegistrationStatus.Ok, result.Status);
            Assert.Equal(RigidTransform.Identity, result.Transform);
            Assert.Null(result.Uncertainty);
        }
    }

    [Fact]
    public void An_image_that_lies_right_already_stays_and_voxels_that_are_no_numbers_do_no_harm()
    {
        var (head, random) = (new HeadImages(7), new RandomStream(7, "noise"));
        var first = head.Image(HeadImages.Grid, RigidTransform.Identity, 0, random);
        // Air that a tool wrote as "not a number".
        var second = new Volume(first.Grid, Array.ConvertAll(first.Values, v => v < 1 ? float.NaN : v), null);

        var result = Register(first, second);

        Assert.Equal(RegistrationStatus.Ok, result.Status);
        // Nothing moved, and there is no noise: a hundredth of the smallest voxel.
        Assert.InRange(HeadImages.Points().Max(p => (result.Transform.Apply(p) - p).Length), 0, 0.03);
    }

    [Fact]
    public void The_same_images_give_the_same_transform()
    {
        var (head, random) = (new HeadImages(5), new RandomStream(5, "noise"));
        var first = head.Image(HeadImages.Grid, RigidTransform.Identity, 10, random);
        var second = head.Image(HeadImages.Grid, HeadImages.Motion(1, 2, -1, 2, 0, 1), 10, random);

        var (one, two) = (Register(first, second), Register(first, second));

        Assert.Equal(one.Transform, two.Transform);
        Assert.Equal(one.Uncertainty!.Covariance, two.Uncertainty!.Covariance);
    }

    [Fact]
    public void A_program_that_fails_or_writes_nonsense_is_a_status()
    {
        using var folder = new TempFolder();
        foreach (var (name, script, said) in new[]
        {
            ("fails", "exit 3", "without a transform"),
            ("silent", "exit 0", "without a transform"),
            ("nonsense", "while [ $# -gt 1 ]; do [ \"$1\" = -out ] && echo '(TransformParameters 1 2 x)' > \"$2/TransformParameters.0.txt\"; shift; done", "without a transform"),
        })
        {
            var result = new ElastixRegistration(Script(folder, name, script)).Run(Small(), Small(), TestContext.Current.CancellationToken);

            Assert.Equal(RegistrationStatus.Failed, result.Status);
            Assert.Contains(said, result.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_program_that_hangs_is_killed_and_its_folder_deleted()
    {
        using var folder = new TempFolder();
        var program = Script(folder, "hangs", $"pwd > '{folder["where"]}'; sleep 300 & echo $! > '{folder["child"]}'; wait");

        var result = new ElastixRegistration(program, TimeSpan.FromSeconds(2)).Run(Small(), Small(), TestContext.Current.CancellationToken);

        Assert.Equal(RegistrationStatus.Failed, result.Status);
        Assert.Contains("still running", result.Detail, StringComparison.Ordinal);
        AssertNothingIsLeft(folder);
    }

    [Fact]
    public async Task Cancelling_kills_the_program_and_leaves_nothing()
    {
        using var folder = new TempFolder();
        var program = Script(folder, "hangs", $"pwd > '{folder["where"]}'; sleep 300 & echo $! > '{folder["child"]}'; wait");
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var run = Task.Run(() => new ElastixRegistration(program).Run(Small(), Small(), cancel.Token), TestContext.Current.CancellationToken);
        while (!File.Exists(folder["child"]) && !run.IsCompleted)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        AssertNothingIsLeft(folder);
    }

    private static void AssertNothingIsLeft(TempFolder folder)
    {
        Assert.False(Directory.Exists(File.ReadAllText(folder["where"]).Trim()), "the folder of the run is still there");
        var child = File.ReadAllText(folder["child"]).Trim();
        // A killed process may stay as a zombie until its parent looks; it holds nothing.
        Assert.True(!Directory.Exists($"/proc/{child}") || File.ReadAllText($"/proc/{child}/stat").Contains(") Z", StringComparison.Ordinal), "its child still runs");
    }

    private static Volume Small() => new HeadImages(1).Image(HeadImages.Grid, RigidTransform.Identity, 0, new RandomStream(1, "none"));

    private static string Script(TempFolder folder, string name, string lines)
    {
        Assert.SkipUnless(File.Exists("/bin/sh") && Directory.Exists("/proc/self"), "Needs a shell and /proc.");
        var path = folder.Write(name, "#!/bin/sh\n" + lines + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }
}
