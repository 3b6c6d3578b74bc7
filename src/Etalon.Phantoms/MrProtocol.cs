namespace Etalon.Phantoms;

/// <summary>How the virtual scanner makes one kind of series: what sidecars and DICOM headers say of it.</summary>
internal sealed record MrProtocol
{
    public static MrProtocol T1Weighted { get; } = new()
    {
        Name = "T1 after contrast agent", Description = "T1w post contrast", SeriesNumber = 2, DelayMinutes = 0, PulseSequence = "tfl3d1", ScanningSequence = "GR", SequenceType = "MPRAGE",
        EchoTimeS = 0.0029, RepetitionTimeS = 2.0, InversionTimeS = 0.9, FlipAngleDeg = 9, PhaseEncodingDirection = "j", AcquisitionContrast = "T1", Is3D = true, EchoTrainLength = 1,
    };

    public static MrProtocol Flair { get; } = new()
    {
        Name = "FLAIR", Description = "FLAIR", SeriesNumber = 3, DelayMinutes = 5, PulseSequence = "tir2d1", ScanningSequence = "SE", SequenceType = "Turbo spin echo with inversion",
        EchoTimeS = 0.095, RepetitionTimeS = 9.0, InversionTimeS = 2.5, FlipAngleDeg = 150, PhaseEncodingDirection = "j", AcquisitionContrast = "FLUID_ATTENUATED", EchoTrainLength = 16,
    };

    public static MrProtocol Diffusion { get; } = new()
    {
        Name = "Diffusion", Description = "DWI 3 directions", SeriesNumber = 4, DelayMinutes = 9, PulseSequence = "ep_b", ScanningSequence = "EP", SequenceType = "Spin-echo echo-planar diffusion",
        EchoTimeS = Tissue.EchoTimeS, RepetitionTimeS = 5.2, FlipAngleDeg = 90, PhaseEncodingDirection = "j-", AcquisitionContrast = "DIFFUSION", EchoTrainLength = 1, TotalReadoutTimeS = 0.041,
    };

    /// <summary>ProtocolName.</summary>
    public required string Name { get; init; }

    /// <summary>SeriesDescription.</summary>
    public required string Description { get; init; }

    public required int SeriesNumber { get; init; }

    /// <summary>From the start of the session to the start of the series.</summary>
    public required int DelayMinutes { get; init; }

    public required string PulseSequence { get; init; }

    /// <summary>EP, GR or SE.</summary>
    public required string ScanningSequence { get; init; }

    public required string SequenceType { get; init; }

    public required double EchoTimeS { get; init; }

    public required double RepetitionTimeS { get; init; }

    public double? InversionTimeS { get; init; }

    public required double FlipAngleDeg { get; init; }

    /// <summary>As BIDS writes it.</summary>
    public required string PhaseEncodingDirection { get; init; }

    public double? TotalReadoutTimeS { get; init; }

    /// <summary>As enhanced objects write it.</summary>
    public required string AcquisitionContrast { get; init; }

    public required int EchoTrainLength { get; init; }

    public bool Is3D { get; init; }

    /// <summary>When the series is acquired, in a session that starts at a time.</summary>
    public DateTimeOffset StartsAt(DateTimeOffset session) => session.AddMinutes(DelayMinutes);
}
