using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Study.Simulation;

/// <summary>The images of a SPEC: all on the grid of the first, all finite.</summary>
internal sealed class SpecImages(string folder, bool allowOutside, List<Finding> findings)
{
    private const int TensorFrames = 6;

    private readonly CaseFolder _folder = new(folder, allowOutside, NiftiSpacingRule.PixDim);
    private Grid? _grid;

    /// <summary>Reads an image; null where it cannot be used, which is then a finding.</summary>
    /// <param name="name">As the SPEC names it; null was told already.</param>
    /// <param name="about">Place for findings.</param>
    /// <param name="within">Where values must be finite and at least <paramref name="least"/>; null: everywhere.</param>
    /// <param name="least">Least value allowed.</param>
    public Volume? Read(string? name, string about, Mask? within = null, double least = double.MinValue)
    {
        if (Load(name, about, 1) is not { } image)
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
        if (Load(name, about, TensorFrames) is not { } image)
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

    private LoadedImage? Load(string? name, string about, int frames)
    {
        if (name is null)
        {
            return null;
        }

        try
        {
            var image = _folder.Read(name, about, null);
            // The same remark about every image of one grid says no more than once.
            findings.AddRange(image.Findings.Where(f => !findings.Exists(known => known.Code == f.Code)));
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
            return image;
        }
        catch (CaseException e)
        {
            findings.Add(e.Finding);
            return null;
        }
    }
}
