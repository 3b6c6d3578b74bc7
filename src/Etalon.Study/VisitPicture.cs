using Etalon.Imaging;

namespace Etalon.Study;

/// <summary>A map to look at.</summary>
/// <param name="Name">For people.</param>
/// <param name="ShownUnit">Unit of the values.</param>
/// <param name="Value">Values in the shown unit.</param>
/// <param name="U">Standard uncertainty in the shown unit; null where unknown.</param>
/// <param name="Range">Shared by all visits.</param>
/// <param name="Colours">Colour map.</param>
/// <param name="Step">Rounding of the picture's values, far below u.</param>
public sealed record PictureMap(string Name, string ShownUnit, Volume Value, Volume? U, (double Low, double High) Range, string Colours, double Step);

/// <summary>A further image to look at, on its own grid.</summary>
/// <param name="Name">For people.</param>
/// <param name="Value">Values.</param>
/// <param name="Range">Values from black to white.</param>
public sealed record PictureImage(string Name, Volume Value, (double Low, double High) Range);

/// <summary>What there is to see of a visit, on a grid that all visits share where they can.</summary>
public sealed record VisitPicture
{
    /// <summary>Visit.</summary>
    public required string Visit { get; init; }

    /// <summary>Anatomy; null where there is none.</summary>
    public Volume? Anatomy { get; init; }

    /// <summary>What the anatomy is.</summary>
    public string AnatomyName { get; init; } = "";

    /// <summary>Maps.</summary>
    public IReadOnlyList<PictureMap> Maps { get; init; } = [];

    /// <summary>Tumour; null where none was drawn.</summary>
    public Mask? Tumour { get; init; }

    /// <summary>Further images of the visit, each on its own grid in the same frame of reference.</summary>
    public IReadOnlyList<PictureImage> Others { get; init; } = [];

    /// <summary>Further regions with their names, each on its own grid.</summary>
    public IReadOnlyList<(string Name, Mask Mask)> Regions { get; init; } = [];
}
