namespace Etalon.Assays;

/// <summary>Why a voxel has no value. The codes stand in each map's sidecar.</summary>
public enum VoxelStatus : byte
{
    /// <summary>Not measured.</summary>
    Outside = 0,

    /// <summary>Value and uncertainty are valid.</summary>
    Ok = 1,

    /// <summary>Signal at or below the noise.</summary>
    SignalTooLow = 2,

    /// <summary>The fit did not converge.</summary>
    NotConverged = 3,

    /// <summary>The best value is not physical (ADC at or below 0).</summary>
    NotPhysical = 4,

    /// <summary>The best value lies at a bound of what is allowed: the data do not tell how far from it.</summary>
    AtBound = 5,

    /// <summary>The data do not tell this parameter: its uncertainty exceeds what can be true of it.</summary>
    NotIdentifiable = 6,

    /// <summary>A number that the voxel needs (T1, B1, baseline) is missing there or not possible.</summary>
    InputMissing = 7,
}
