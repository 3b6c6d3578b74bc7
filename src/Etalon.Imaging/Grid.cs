namespace Etalon.Imaging;

/// <summary>A regular grid of voxels in the patient. Index (0, 0, 0) is the centre of the first voxel; x runs fastest in memory.</summary>
public sealed record Grid
{
    /// <summary>Describes a grid.</summary>
    /// <param name="nx">Voxels along the first index, at least 1.</param>
    /// <param name="ny">Voxels along the second index.</param>
    /// <param name="nz">Voxels along the third index.</param>
    /// <param name="origin">Centre of voxel (0, 0, 0), LPS mm.</param>
    /// <param name="stepI">From one voxel to the next along the first index, mm.</param>
    /// <param name="stepJ">Along the second index.</param>
    /// <param name="stepK">Along the third index.</param>
    /// <exception cref="ArgumentException">A size is below 1, or the steps span no volume.</exception>
    public Grid(int nx, int ny, int nz, Vector3 origin, Vector3 stepI, Vector3 stepJ, Vector3 stepK)
    {
        if (nx < 1 || ny < 1 || nz < 1 || (Int128)nx * ny * nz > int.MaxValue)
        {
            throw new ArgumentException($"A grid of {nx} x {ny} x {nz} voxels is not possible.");
        }

        var volume = Math.Abs(stepI.Dot(stepJ.Cross(stepK)));
        if (!(volume > 1e-12 * stepI.Length * stepJ.Length * stepK.Length) || !double.IsFinite(volume) || !double.IsFinite(origin.Length))
        {
            throw new ArgumentException("The steps of a grid must be finite and span a volume.");
        }

        (Nx, Ny, Nz, Origin, StepI, StepJ, StepK) = (nx, ny, nz, origin, stepI, stepJ, stepK);
    }

    /// <summary>Voxels along the first index (columns of a slice).</summary>
    public int Nx { get; }

    /// <summary>Voxels along the second index (rows of a slice).</summary>
    public int Ny { get; }

    /// <summary>Voxels along the third index (slices).</summary>
    public int Nz { get; }

    /// <summary>Centre of voxel (0, 0, 0), LPS mm.</summary>
    public Vector3 Origin { get; }

    /// <summary>Step of the first index, mm.</summary>
    public Vector3 StepI { get; }

    /// <summary>Step of the second index, mm.</summary>
    public Vector3 StepJ { get; }

    /// <summary>Step of the third index, mm.</summary>
    public Vector3 StepK { get; }

    /// <summary>Number of voxels.</summary>
    public int Count => Nx * Ny * Nz;

    /// <summary>Distance between neighbours along each index, mm.</summary>
    public Vector3 SpacingMm => new(StepI.Length, StepJ.Length, StepK.Length);

    /// <summary>Volume of one voxel, mL.</summary>
    public double VoxelVolumeMl => Math.Abs(StepI.Dot(StepJ.Cross(StepK))) / 1000;

    /// <summary>Place in memory of a voxel.</summary>
    public int Index(int i, int j, int k) => i + Nx * (j + Ny * k);

    /// <summary>Patient position of a (fractional) voxel index, LPS mm.</summary>
    public Vector3 ToPatient(double i, double j, double k) => Origin + i * StepI + j * StepJ + k * StepK;

    /// <summary>Fractional voxel index of a patient position.</summary>
    public Vector3 ToIndex(Vector3 patient)
    {
        var d = patient - Origin;
        var determinant = StepI.Dot(StepJ.Cross(StepK));
        return new Vector3(
            d.Dot(StepJ.Cross(StepK)) / determinant, d.Dot(StepK.Cross(StepI)) / determinant, d.Dot(StepI.Cross(StepJ)) / determinant);
    }

    /// <summary>Whether both grids have the same voxels: equal sizes, and corner positions within a tolerance.</summary>
    /// <param name="other">The other grid.</param>
    /// <param name="toleranceMm">Largest distance of corresponding corner voxels. The default is 0.01 mm: NIfTI stores single precision.</param>
    public bool IsSameAs(Grid other, double toleranceMm = 0.01)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Nx != other.Nx || Ny != other.Ny || Nz != other.Nz)
        {
            return false;
        }

        return Corners().Zip(other.Corners()).All(pair => (pair.First - pair.Second).Length <= toleranceMm);
    }

    /// <summary>Size and spacing in words, e.g. <c>90 x 116 x 36 voxels of 1.5 x 1.5 x 3 mm</c>.</summary>
    public override string ToString()
    {
        var s = SpacingMm;
        return FormattableString.Invariant($"{Nx} x {Ny} x {Nz} voxels of {s.X:0.####} x {s.Y:0.####} x {s.Z:0.####} mm");
    }

    private IEnumerable<Vector3> Corners()
    {
        for (var c = 0; c < 8; c++)
        {
            yield return ToPatient((c & 1) * (Nx - 1), ((c >> 1) & 1) * (Ny - 1), ((c >> 2) & 1) * (Nz - 1));
        }
    }
}
