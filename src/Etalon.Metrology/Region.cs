namespace Etalon.Metrology;

/// <summary>What kind of place a region is.</summary>
public enum RegionKind
{
    /// <summary>A set of voxels or a closed contour.</summary>
    Mask,

    /// <summary>A point with a location covariance, such as a biopsy.</summary>
    Point,

    /// <summary>The whole image.</summary>
    Whole,
}

/// <summary>Where in the patient a measurement was made.</summary>
/// <param name="Id">Stable over visits, e.g. <c>enhancing</c>.</param>
/// <param name="Kind">Mask, point or whole.</param>
/// <param name="Name">For people.</param>
/// <param name="Source">Which file or object it came from, relative to the input.</param>
/// <param name="Location">For points: position and covariance; else null.</param>
public sealed record Region(string Id, RegionKind Kind, string Name, string Source, PointLocation? Location = null);

/// <summary>A position that is itself uncertain.</summary>
/// <param name="Mm">x, y, z in patient coordinates (LPS), mm.</param>
/// <param name="Covariance">3 × 3, row by row, mm².</param>
public sealed record PointLocation(IReadOnlyList<double> Mm, IReadOnlyList<double> Covariance);
