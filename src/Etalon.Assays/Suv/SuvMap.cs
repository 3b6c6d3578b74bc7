using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Assays.Suv;

/// <summary>Body-weight SUV of an image.</summary>
/// <param name="Value">g/mL.</param>
/// <param name="StorageU">Standard uncertainty from the step of the stored values, g/mL: step/√12 of the coarsest slice.</param>
/// <param name="Rule">How the factor follows from the header.</param>
/// <param name="Name">Name of the image.</param>
/// <param name="Sha256">Of its content.</param>
public sealed record SuvMap(Volume Value, double StorageU, string Rule, string Name, string Sha256)
{
    /// <summary>What had to be assumed of the header, as sentences.</summary>
    public IReadOnlyList<string> Assumptions { get; init; } = [];

    /// <summary>Method and version.</summary>
    public const string Method = "suvbw.rule-r/1";

    /// <summary>Turns a PET image into SUV; null with a finding where its header cannot support it.</summary>
    public static SuvMap? Of(LoadedImage image, string name, string visit, List<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(findings);
        var about = $"visit {visit}: {name}";
        if (image.Unit is { } unit && image.Pet.Count == 0 && unit.IsCommensurableWith(Unit.Parse("g/mL")))
        {
            return new SuvMap(image.Volume().In(Unit.Parse("g/mL")), image.StorageU, "given as SUV", name, image.Sha256);
        }

        if (image.Frames.Count > 1)
        {
            findings.Add(new Finding(FindingCodes.SuvNotPossible, Severity.Error, about, $"{image.Frames.Count} time frames", "one static image", "Give the static series; a dynamic one has no single SUV."));
            return null;
        }

        var (factor, refusal) = SuvRule.Of(image.Pet, HeldBq(image), image.DoseUnit);
        if (factor is null)
        {
            findings.Add(new Finding(FindingCodes.SuvNotPossible, Severity.Error, about, refusal!.Found, refusal.Expected, refusal.Remedy));
            return null;
        }

        foreach (var assumption in factor.Assumptions)
        {
            findings.Add(new Finding(FindingCodes.ValueAssumed, Severity.Warning, about, assumption, "a header that states it without contradiction", "Correct the header, and the SUV follows."));
        }

        var slice = image.Grid.Nx * image.Grid.Ny;
        var values = new float[image.Grid.Count];
        for (var n = 0; n < values.Length; n++)
        {
            values[n] = (float)(image.Frames[0][n] * factor.Factors[n / slice]);
        }

        return new SuvMap(new Volume(image.Grid, values, Unit.Parse("g/mL")), image.StorageU * factor.Factors.Max(), factor.Rule, name, image.Sha256) { Assumptions = factor.Assumptions };
    }

    /// <summary>Activity that the image itself holds, where its values are Bq/mL.</summary>
    private static double? HeldBq(LoadedImage image) => image.Pet is [{ Units: "BQML" }, ..] ? image.Frames[0].Sum(v => Math.Max(0.0, v)) * image.Grid.VoxelVolumeMl : null;
}
