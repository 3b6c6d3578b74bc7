using Etalon.Assays.Maps;

namespace Etalon.Assays.Relaxation;

/// <summary>From what T1 is measured.</summary>
public enum T1MapMethod
{
    /// <summary>Flip angles or inversion recovery, whichever the visit has; refused where it has both.</summary>
    WhatThereIs,

    /// <summary>Spoiled gradient echoes of several flip angles.</summary>
    FlipAngles,

    /// <summary>Several inversion times.</summary>
    InversionRecovery,
}

/// <summary>Choices of a T1 map.</summary>
public sealed record T1MapOptions
{
    /// <summary>From what. The default is what there is.</summary>
    public T1MapMethod Method { get; init; }

    /// <summary>The map of the flip angle that the spins see, for flip angles; null: the series of the visit whose content is B1 or TB1, if there is one.</summary>
    public MapSeries? B1 { get; init; }

    /// <summary>What a value of the B1 map is multiplied with to be 1 where the nominal angle is reached; null: by the unit that the map states (1 or %).</summary>
    public double? B1Factor { get; init; }

    /// <summary>Whether B1 maps of the visit are used unasked. The default is true.</summary>
    public bool UseB1 { get; init; } = true;

    /// <summary>Standard deviation of the noise in the unit of the images; null: it is estimated.</summary>
    public double? NoiseSd { get; init; }

    /// <summary>What is known of the inversion.</summary>
    public InversionModel Inversion { get; init; } = InversionModel.General;

    /// <summary>T1 that are allowed.</summary>
    public RelaxationBounds Bounds { get; init; } = RelaxationBounds.OfT1;

    /// <summary>Whether a map of R1 is made too.</summary>
    public bool WithR1 { get; init; }
}
