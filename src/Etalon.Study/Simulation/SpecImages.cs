using System.Text.Json;
using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Study.Simulation;

/// <summary>The images of a SPEC: all on the grid of the first, all finite.</summary>
internal sealed class SpecImages(string folder, bool allowOutside, List<Finding> findings)
{
    private const int TensorFrames = 6;

    private readonly CaseFolder _folder = new(folder, allowOutside, NiftiSpacingRule.PixDim);
    private readonly Dictionary<string, LoadedImage> _known = new(StringComparer.Ordinal);
    private Grid? _grid;

    /// <summary>Paths of all images that were read.</summary>
    public IReadOnlyList<string> Paths => [.. _known.Keys];

    /// <summary>Reads an image; null where it cannot be used, which is then a finding.</summary>
    /// <param name="name">As the SPEC names it; null was told already.</param>
    /// <param name="about">Place for findings.</param>
    /// <param name="within">Where values must be finite and at least <paramref name="least"/>; null: everywhere.</param>
    /// <param name="least">Least value allowed.</param>
    /// <param name="unit">UCUM code of the unit in which the values count; null: they have none.</param>
    public Volume? Read(string? name, string about, Mask? within = null, double least = double.MinValue, string? unit = null)
    {
        if (Load(name, about, 1, unit) is not { } image)
        {
            return null;
        }

        var values = image.Frames[0];
        var wrong = Enumerable.Range(0, values.Length).Count(n => within?.Inside[n] != false && !(float.IsFinite(values[n]) && values[n] >= least));
        if (wrong > 0)
        {
            var limit = least == float.Epsilon ? " above 0" : least > double.MinValue ? FormattableString.Invariant($" at least {least}") : "";
            findings.Add(SpecFields.Invalid(about, FormattableString.Invariant($"{wrong} voxels{(within is null ? "" : " of the domain")} that are not finite{limit}"), $"finite values{limit}"));
            return null;
        }

        return new Volume(image.Grid, values, null);
    }

    /// <summary>Six frames (xx, yy, zz, xy, xz, yz in patient axes, mm²/day) as tensors along the grid's axes.</summary>
    public float[]? Tensors(string? name, string about, Mask domain)
    {
        if (Load(name, about, TensorFrames, "mm2/d") is not { } image)
        {
            return null;
        }

        var packed = new float[TensorFrames * image.Grid.Count];
        for (var n = 0; n < image.Grid.Count; n++)
        {
            for (var f = 0; f < TensorFrames; f++)
            {
                packed[TensorFrames * n + f] = image.Frames[f][n];
            }
        }

        try
        {
            var along = Etalon.Twin.TensorDiffusion.AlongAxes(image.Grid, packed);
            _ = new Etalon.Twin.TensorDiffusion(domain, along);
            return along;
        }
        catch (ArgumentException e)
        {
            findings.Add(SpecFields.Invalid(about, e.Message, "six frames of finite, positive semi-definite tensors on axes at right angles"));
            return null;
        }
    }

    private LoadedImage? Load(string? name, string about, int frames, string? unit)
    {
        if (name is null)
        {
            return null;
        }

        try
        {
            // Thirty fractions often name one map.
            var path = _folder.Resolve(name, about);
            var image = _known.TryGetValue(path, out var known) ? known : _known[path] = _folder.Read(name, about, null);
            // The same remark about every image of one grid says no more than once.
            findings.AddRange(image.Findings.Where(f => !findings.Exists(told => told.Code == f.Code)));
            if (image.Frames.Count != frames)
            {
                findings.Add(SpecFields.Invalid(about, $"{image.Frames.Count} frames", frames == 1 ? "one frame" : $"{frames} frames"));
                return null;
            }

            if (_grid is not null && !_grid.IsSameAs(image.Grid))
            {
                findings.Add(new Finding(
                    FindingCodes.GridsDiffer, Severity.Error, about, image.Grid.ToString(), $"the domain's {_grid}", "Resample it to the domain's grid; nothing was simulated."));
                return null;
            }

            _grid ??= image.Grid;
            return unit is null || IsIn(unit, name, about) ? image : null;
        }
        catch (CaseException e)
        {
            findings.Add(e.Finding);
            return null;
        }
    }

    /// <summary>Whether a sidecar, if there is one and it states a unit, states this one: values are never converted unseen.</summary>
    private bool IsIn(string unit, string name, string about)
    {
        var stem = name.EndsWith(".nii.gz", StringComparison.Ordinal) ? name[..^7] : Path.ChangeExtension(name, null);
        if (_folder.Text($"{stem}.json", about) is not { Length: > 0 })
        {
            return true;
        }

        using var sidecar = JsonInput.Read(_folder.Resolve($"{stem}.json", about), $"{about}: {_folder.Shown($"{stem}.json")}");
        if (sidecar.RootElement.ValueKind != JsonValueKind.Object || !sidecar.RootElement.TryGetProperty("Units", out var stated) || stated.ValueKind == JsonValueKind.Null
            || (stated.ValueKind == JsonValueKind.String && IsSame(stated.GetString()!, unit)))
        {
            return true;
        }

        findings.Add(SpecFields.Invalid(about, $"a sidecar that states Units {JsonInput.Short(stated.GetRawText())}", $"values in {unit}, and a sidecar that says so or states no Units"));
        return false;
    }

    private static bool IsSame(string stated, string unit) =>
        stated == unit || (Unit.TryParse(stated, out var a) && Unit.TryParse(unit, out var b) && a!.Equals(b));
}
