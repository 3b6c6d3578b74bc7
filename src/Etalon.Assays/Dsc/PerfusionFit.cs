namespace Etalon.Assays.Dsc;

/// <summary>What the deconvolution of one curve gave. Valid where <see cref="Status"/> is Ok. Standard uncertainties are k = 1.</summary>
public readonly record struct PerfusionFit
{
    /// <summary>Whether the numbers are valid.</summary>
    public VoxelStatus Status { get; init; }

    /// <summary>Blood volume, mL/(100 mL).</summary>
    public double Cbv { get; init; }

    /// <summary>Standard uncertainty of <see cref="Cbv"/>.</summary>
    public double CbvU { get; init; }

    /// <summary>Blood flow, mL/(100 mL·min).</summary>
    public double Cbf { get; init; }

    /// <summary>Standard uncertainty of <see cref="Cbf"/>.</summary>
    public double CbfU { get; init; }

    /// <summary>Mean transit time CBV/CBF, s.</summary>
    public double MttS { get; init; }

    /// <summary>Standard uncertainty of <see cref="MttS"/>.</summary>
    public double MttU { get; init; }

    /// <summary>Of a deconvolution, the part of <see cref="CbfU"/> that comes from not knowing how transit times are distributed.</summary>
    public double CbfShapeU { get; init; }

    /// <summary>Delay behind the artery, s; of a deconvolution, where the residue function has its maximum.</summary>
    public double DelayS { get; init; }

    /// <summary>Of the model of transit times, their form λ; 0 elsewhere.</summary>
    public double Form { get; init; }

    /// <summary>The way of sampling that fits best, or that was asked for.</summary>
    public Convolution Convolution { get; init; }

    /// <summary>Frequencies kept; 0 where none were cut.</summary>
    public int Frequencies { get; init; }

    /// <summary>Oscillation index of the residue function of a deconvolution.</summary>
    public double OscillationIndex { get; init; }

    /// <summary>Noise of one sample that was used, in the unit of the curve.</summary>
    public double NoiseSd { get; init; }
}
