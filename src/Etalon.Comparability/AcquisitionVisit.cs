using Etalon.Imaging;

namespace Etalon.Comparability;

/// <summary>One series of a visit, as far as a comparison needs it.</summary>
/// <param name="Record">How it was acquired; its id names it.</param>
/// <param name="Serves">Measurands that it could serve, by what its images are.</param>
/// <param name="States">Scanner states that its source states instead of a serial number, by measurand; empty where they follow from the record.</param>
public sealed record AcquiredSeries(Acquisition Record, IReadOnlyList<string> Serves, IReadOnlyDictionary<string, string> States)
{
    /// <summary>The scanner state for a measurand: as its source states it, else as the record tells; null where the record hides its serial number.</summary>
    /// <param name="measurand">Code, with or without a statistic.</param>
    /// <param name="ledger">The ledger that makes the keys of states.</param>
    public string? StateFor(string measurand, AcquisitionLedger ledger)
    {
        ArgumentNullException.ThrowIfNull(measurand);
        return States.GetValueOrDefault(measurand.Split('.')[0]) ?? (DeviceKey.IsOne(Record["DeviceSerialNumber"]) ? null : ScannerState.Of(Record, measurand, ledger));
    }
}

/// <summary>One visit, as far as a comparison needs it.</summary>
/// <param name="Id">Unique within what is compared.</param>
/// <param name="Patient">Pseudonym.</param>
/// <param name="Series">Its series.</param>
public sealed record AcquisitionVisit(string Id, string Patient, IReadOnlyList<AcquiredSeries> Series)
{
    private static readonly Dictionary<string, string> Families = new(StringComparer.Ordinal)
    {
        ["adc"] = "adc", ["t1"] = "t1", ["t2"] = "t2", ["ktrans"] = "ktrans", ["kep"] = "ktrans", ["ve"] = "ktrans", ["vp"] = "ktrans", ["ps"] = "ktrans", ["fp"] = "ktrans",
        ["rcbv"] = "rcbv", ["cbv"] = "rcbv", ["cbf"] = "rcbv", ["mtt"] = "rcbv", ["suvbw"] = "suvbw", ["suvlbm"] = "suvbw", ["suvibw"] = "suvbw", ["suvbsa"] = "suvbw",
        ["volume"] = "volume", ["cells"] = "volume", ["diameter"] = "volume",
    };

    /// <summary>The measurand that a series serves where it serves another of the same images: <c>ktrans</c> for <c>ve</c>, <c>volume</c> for <c>diameter</c>.</summary>
    /// <param name="measurand">Code, with or without a statistic.</param>
    public static string FamilyOf(string measurand)
    {
        ArgumentNullException.ThrowIfNull(measurand);
        var code = measurand.Split('.')[0];
        return Families.GetValueOrDefault(code, code);
    }

    /// <summary>Series that could serve a measurand; where none does, all of its modality.</summary>
    /// <param name="measurand">Code, with or without a statistic.</param>
    /// <param name="isGuessed">Whether none shows by its header that it serves.</param>
    public IReadOnlyList<AcquiredSeries> For(string measurand, out bool isGuessed)
    {
        ArgumentNullException.ThrowIfNull(measurand);
        var family = FamilyOf(measurand);
        var serving = Series.Where(s => s.Serves.Contains(family, StringComparer.Ordinal)).ToList();
        isGuessed = serving.Count == 0;
        // Segmentations and screenshots state a modality of their own; what states none may be any.
        return !isGuessed ? serving : [.. Series.Where(s => family == "volume" ? s.Record["Modality"] is null or "MR" or "CT" or "PT" : (s.Record["Modality"] ?? Expected(family)) == Expected(family))];
    }

    private static string Expected(string family) => family == "suvbw" ? "PT" : "MR";
}
