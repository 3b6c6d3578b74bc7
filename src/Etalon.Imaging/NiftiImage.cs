namespace Etalon.Imaging;

/// <summary>A NIfTI-1 or NIfTI-2 file read into memory: one grid and one or more frames of real values (slope and intercept applied).</summary>
/// <param name="Grid">Geometry in LPS (NIfTI's RAS is turned at the door).</param>
/// <param name="Frames">One array per frame, x fastest.</param>
/// <param name="SpatialUnitStated">Whether the header states the spatial unit; where it does not, numbers are read as mm.</param>
/// <param name="GeometryStated">Whether a qform or sform gives the orientation; where neither does, axes are taken as R, A, S.</param>
/// <param name="SpacingContradiction">Where pixdim and the affine state different spacings: both, in words; else null.</param>
public sealed record NiftiImage(
    Grid Grid, IReadOnlyList<float[]> Frames, bool SpatialUnitStated, bool GeometryStated, string? SpacingContradiction);

/// <summary>Which spacing counts where pixdim and the affine of a NIfTI file disagree.</summary>
public enum NiftiSpacingRule
{
    /// <summary>Neither: the file is refused. The default.</summary>
    Refuse,

    /// <summary>pixdim, with the directions and the origin of the affine.</summary>
    PixDim,
}
