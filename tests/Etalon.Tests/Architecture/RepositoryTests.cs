using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Etalon.Metrology;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Architecture;

/// <summary>Rules of the tree that people forget.</summary>
public sealed class RepositoryTests
{
    /// <summary>The data's path, left to right; a project may use only what stands before it.</summary>
    private static readonly string[] Order =
    [
        "Metrology", "Numerics", "Dicom", "Imaging", "Cases", "Assays", "Comparability", "Change", "Treatment", "Twin", "Planning", "Phantoms", "Study", "Cli",
    ];

    /// <summary>Projects that use nothing of ours.</summary>
    private static readonly string[] Ground = ["Metrology", "Numerics", "Dicom"];

    [Fact]
    public void A_project_uses_only_what_stands_before_it()
    {
        var projects = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories).ToList();
        Assert.NotEmpty(projects);
        foreach (var path in projects)
        {
            var name = Path.GetFileNameWithoutExtension(path)["Etalon.".Length..];
            var place = Array.IndexOf(Order, name);
            Assert.True(place >= 0, $"{name} stands in no order");
            foreach (var reference in XDocument.Load(path).Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/'))["Etalon.".Length..]))
            {
                var used = Array.IndexOf(Order, reference);
                Assert.True(used >= 0 && used < place && !Ground.Contains(name), $"{name} may not use {reference}");
            }
        }
    }

    [Fact]
    public void What_is_built_uses_only_what_stands_before_it()
    {
        foreach (var assembly in Ours())
        {
            var name = Name(assembly);
            Assert.All(assembly.GetReferencedAssemblies().Select(a => a.Name!).Where(n => n.StartsWith("Etalon.", StringComparison.Ordinal)), used =>
                Assert.True(Array.IndexOf(Order, used["Etalon.".Length..]) < Array.IndexOf(Order, name), $"{name} uses {used}"));
        }
    }

    [Fact]
    public void No_source_file_is_longer_than_500_lines() =>
        Assert.All(Sources("*.cs"), path => Assert.True(File.ReadLines(path).Count() <= 500, $"{Path.GetFileName(path)} has {File.ReadLines(path).Count()} lines"));

    [Fact]
    public void Every_finding_code_is_kebab_case_unique_and_documented()
    {
        var codes = typeof(FindingCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!).ToList();
        Assert.NotEmpty(codes);
        Assert.Equal(codes.Count, codes.Distinct().Count());
        Assert.All(codes, code => Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", code));
        Assert.SkipUnless(File.Exists(Path.Combine(Repository.Root, "docs/findings.md")), "docs/findings.md is not there.");
        var rows = Repository.Read("docs/findings.md").Split('\n').Select(l => Regex.Match(l, @"^\|\s*`([^`]+)`\s*\|", RegexOptions.None, TimeSpan.FromSeconds(1))).Where(m => m.Success).Select(m => m.Groups[1].Value).ToList();
        Assert.Empty(codes.Except(rows));
        Assert.Empty(rows.Except(codes));
    }

    [Fact]
    public void Finding_codes_come_from_the_one_list()
    {
        // A code written as text beside the list would escape the documentation.
        var literal = new Regex("new Finding\\(\\s*\"", RegexOptions.None, TimeSpan.FromSeconds(5));
        Assert.All(Sources("*.cs"), path => Assert.False(literal.IsMatch(File.ReadAllText(path)), path));
    }

    [Fact]
    public void Public_classes_are_sealed_and_say_what_they_hold_once()
    {
        var wrong = new List<string>();
        foreach (var type in Ours().SelectMany(a => a.GetExportedTypes()).Where(t => t.IsClass && !typeof(Delegate).IsAssignableFrom(t)))
        {
            if (!type.IsSealed && !type.IsAbstract)
            {
                wrong.Add($"{type.FullName} is not sealed");
            }

            if (type.IsAbstract && !type.IsSealed)
            {
                continue;
            }

            wrong.AddRange(type.GetFields(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static).Where(f => !f.IsInitOnly && !f.IsLiteral).Select(f => $"{type.FullName}.{f.Name} can be written"));
            if (IsRecord(type))
            {
                wrong.AddRange(type.GetProperties().Where(p => p.SetMethod is { IsPublic: true } set && !IsInit(set)).Select(p => $"{type.FullName}.{p.Name} has a setter"));
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Public_structs_are_read_only() =>
        Assert.All(Ours().SelectMany(a => a.GetExportedTypes()).Where(t => t is { IsValueType: true, IsEnum: false }), t => Assert.True(t.GetCustomAttribute<IsReadOnlyAttribute>() is not null, t.FullName));

    [Fact]
    public void Libraries_hold_no_static_field_that_can_change() =>
        Assert.Empty(Ours().Where(a => Name(a) != "Cli").SelectMany(a => a.GetTypes())
            .Where(t => t.GetCustomAttribute<CompilerGeneratedAttribute>() is null && !t.Name.Contains('<', StringComparison.Ordinal))
            .SelectMany(t => t.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).Where(f => !f.IsInitOnly && !f.IsLiteral && !f.Name.Contains("CachedAnonymous", StringComparison.Ordinal)))
            .Select(f => $"{f.DeclaringType!.FullName}.{f.Name}"));

    [Fact]
    public void No_tracked_file_names_a_machine_or_a_package_registry()
    {
        Assert.SkipWhen(Repository.Tracked.Count == 0, "git is not there to list the files.");
        // Put together here, so that this file does not hold them itself.
        string[] forbidden = ["/ro" + "ot/", "/ho" + "me/", "registry.npm" + "js.org", "api.nu" + "get.org", "pkgs.dev.az" + "ure.com", "regi" + "stry.yarn"];
        foreach (var name in Repository.Tracked.Where(n => !n.EndsWith(".png", StringComparison.Ordinal)))
        {
            var text = Repository.Read(name);
            Assert.All(forbidden, word => Assert.False(text.Contains(word, StringComparison.Ordinal), $"{name} holds '{word}'"));
        }
    }

    [Fact]
    public void No_image_of_a_patient_and_no_large_file_is_tracked()
    {
        Assert.SkipWhen(Repository.Tracked.Count == 0, "git is not there to list the files.");
        Assert.All(Repository.Tracked, name =>
        {
            Assert.DoesNotMatch(@"\.(nii|nii\.gz|dcm|mha|nrrd)$", name);
            Assert.True(new FileInfo(Path.Combine(Repository.Root, name)).Length < 2_000_000, $"{name} is large");
        });
    }

    [Theory]
    [InlineData("etalon")]
    [InlineData("tests/run")]
    [InlineData(".ci/run")]
    [SupportedOSPlatform("linux")]
    public void A_script_is_executable_and_begins_with_its_interpreter(string name)
    {
        var path = Path.Combine(Repository.Root, name);
        Assert.True(File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute), name);
        Assert.StartsWith("#!/usr/bin/env bash\n", File.ReadAllText(path), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Sources(string pattern) => Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), pattern, SearchOption.AllDirectories)
        .Where(p => !p.Contains("/obj/", StringComparison.Ordinal) && !p.Contains("/bin/", StringComparison.Ordinal));

    private static IEnumerable<Assembly> Ours() => Directory.EnumerateFiles(AppContext.BaseDirectory, "Etalon.*.dll").Where(p => Order.Contains(Path.GetFileNameWithoutExtension(p)["Etalon.".Length..]))
        .Append(Path.Combine(AppContext.BaseDirectory, "etalon.dll")).Select(Assembly.LoadFrom);

    private static string Name(Assembly assembly) => assembly.GetName().Name is { } n && n.StartsWith("Etalon.", StringComparison.Ordinal) ? n["Etalon.".Length..] : "Cli";

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));
}
