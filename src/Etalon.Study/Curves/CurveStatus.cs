using Etalon.Assays;

namespace Etalon.Study.Curves;

/// <summary>Words of statuses.</summary>
internal static class CurveStatus
{
    /// <summary>The word of a status.</summary>
    public static string Of(VoxelStatus status) => status switch
    {
        VoxelStatus.Ok => CurveAnswer.Ok,
        VoxelStatus.SignalTooLow => "signal-too-low",
        VoxelStatus.NotPhysical => "not-physical",
        VoxelStatus.AtBound => "at-bound",
        VoxelStatus.NotIdentifiable => "not-identifiable",
        VoxelStatus.InputMissing => "input-missing",
        _ => "not-converged",
    };
}
