using Etalon.Assays.Radiomics;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Study.Features;

/// <summary>The images and regions of one visit, read when it is their turn.</summary>
/// <param name="Subject">Pseudonym or label.</param>
/// <param name="Visit">Session.</param>
/// <param name="Load">Reads images and regions; trouble goes into the list.</param>
internal sealed record FeatureVisit(string Subject, string Visit, Func<List<Finding>, CancellationToken, FeatureInput> Load);

/// <summary>The images and regions of one visit in memory.</summary>
/// <param name="Images">Static images with their units.</param>
/// <param name="Regions">Regions, each of which can be asked for on the grid of an image.</param>
internal sealed record FeatureInput(IReadOnlyList<RadiomicsImage> Images, IReadOnlyList<FeatureRegion> Regions);

/// <summary>A region that was drawn.</summary>
/// <param name="Name">The same at every visit.</param>
/// <param name="Sha256">Of its content.</param>
/// <param name="Drawn">As it was drawn.</param>
/// <param name="On">The region on a grid; null where it is not known there.</param>
internal sealed record FeatureRegion(string Name, string Sha256, Mask Drawn, Func<RadiomicsImage, Mask?> On);

/// <summary>What the user said of images that do not say it themselves.</summary>
/// <param name="Assumed">Units by name of image; <c>unit</c> is for all that state none.</param>
/// <param name="Findings">Receives what was assumed.</param>
internal sealed record FeatureUnits(IReadOnlyDictionary<string, Unit> Assumed, List<Finding> Findings)
{
    /// <summary>The unit of an image: its own, else the assumed one, else none.</summary>
    public Unit? Of(string name, Unit? stated)
    {
        if (stated is not null)
        {
            return stated;
        }

        var key = Assumed.Keys.FirstOrDefault(k => k.Equals(name, StringComparison.OrdinalIgnoreCase) || (k + "map").Equals(name, StringComparison.OrdinalIgnoreCase)) ?? (Assumed.ContainsKey("unit") ? "unit" : null);
        if (key is null)
        {
            return null;
        }

        var finding = new Finding(FindingCodes.ValueAssumed, Severity.Info, name, "an image that states no unit", "a stated unit", $"Taken: {Assumed[key].Code} (user).");
        lock (Findings)
        {
            if (!Findings.Contains(finding))
            {
                Findings.Add(finding);
            }
        }

        return Assumed[key];
    }
}
