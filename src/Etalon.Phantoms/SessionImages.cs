using System.Text.Json.Nodes;
using Etalon.Imaging;

namespace Etalon.Phantoms;

/// <summary>All that one session in the virtual scanner gives, and what a reader outlined on it.</summary>
internal sealed record SessionImages
{
    /// <summary>Letters and digits.</summary>
    public required string Subject { get; init; }

    /// <summary>Letters and digits, unique for the subject.</summary>
    public required string Session { get; init; }

    public required ScannerState State { get; init; }

    /// <summary>When the session starts.</summary>
    public required DateTimeOffset Time { get; init; }

    public required DiffusionScan Diffusion { get; init; }

    public AnatomicalScan? Anatomy { get; init; }

    /// <summary>On the grid of the diffusion scan.</summary>
    public required IReadOnlyList<(string Label, Mask Mask)> Masks { get; init; }

    public bool IsPhantom { get; init; }
}

/// <summary>A layout of files that a virtual study is written in.</summary>
internal interface IStudyFolder
{
    /// <summary>Writes one session.</summary>
    void Write(SessionImages session);

    /// <summary>Writes what belongs to a whole study: the treatment of its patient, what etalon.json and truth.json say, and when each subject was scanned.</summary>
    void Close(StudyDescription study);
}

/// <summary>What belongs to a whole study.</summary>
/// <param name="Study">etalon.json.</param>
/// <param name="Truth">truth.json.</param>
/// <param name="Treatment">treatment.json of the patient.</param>
/// <param name="Sessions">Of each subject, in order.</param>
internal sealed record StudyDescription(
    JsonObject Study, JsonObject Truth, JsonObject Treatment, IReadOnlyList<(string Subject, string Session, DateTimeOffset Time)> Sessions);
