using System.Globalization;
using Etalon.Dicom;

namespace Etalon.Imaging.Dicom;

/// <summary>
/// Reads what the uptake value of a PET frame depends on: from the top level (PET Image, PS3.3 C.8.9), from the sequences in which a converted
/// object keeps it (Legacy Converted Enhanced PET), or from functional groups and the modules of Enhanced PET (C.8.22).
/// </summary>
internal static class PetHeaderReader
{
    private const string EnhancedPet = "1.2.840.10008.5.1.4.1.1.130";
    private const double BqPerMBq = 1e6;

    private static readonly DicomTag UnassignedShared = new(0x0020, 0x9170);
    private static readonly DicomTag UnassignedPerFrame = new(0x0020, 0x9171);
    private static readonly DicomTag RadiopharmaceuticalUsageSequence = new(0x0018, 0x9737);
    private static readonly DicomTag RadiopharmaceuticalAgentNumber = new(0x0018, 0x9729);

    /// <summary>Reads one frame.</summary>
    /// <exception cref="DicomException">A sequence of the object is damaged.</exception>
    public static PetHeader Read(DicomDataset d, int frame)
    {
        var shared = d.GetSequence(Tags.SharedFunctionalGroupsSequence) is [var first, ..] ? first : DicomDataset.Empty;
        var perFrame = d.GetSequence(Tags.PerFrameFunctionalGroupsSequence);
        var groups = new FrameGroups(d, shared, frame < perFrame.Count ? perFrame[frame] : DicomDataset.Empty);
        var isEnhanced = d.GetString(Tags.SopClassUid) == EnhancedPet;
        var header = isEnhanced ? Enhanced(d, groups) : Classic(d, groups);
        if (Mapping(groups) is { } mapped)
        {
            header = header with { Units = mapped.Units, SuvType = mapped.Type };
        }

        return TryScale(groups) is { } scale ? header with { Slope = scale.Slope, Intercept = scale.Intercept } : header;
    }

    private static PetHeader Classic(DicomDataset d, FrameGroups groups)
    {
        // A converted object keeps attributes that no functional group has in the unassigned ones.
        string? Text(DicomTag tag) => d.GetString(tag) ?? groups.Text(UnassignedPerFrame, tag) ?? groups.Text(UnassignedShared, tag);
        IReadOnlyList<string> Texts(DicomTag tag) => d.Contains(tag) ? d.GetStrings(tag) : Item(groups, UnassignedPerFrame, tag)?.GetStrings(tag) ?? Item(groups, UnassignedShared, tag)?.GetStrings(tag) ?? [];
        double? Number(DicomTag tag) => d.GetDouble(tag) ?? Item(groups, UnassignedPerFrame, tag)?.GetDouble(tag) ?? Item(groups, UnassignedShared, tag)?.GetDouble(tag);
        var drugs = Sequence(d, groups, Tags.RadiopharmaceuticalInformationSequence);
        var injections = drugs.Select(x => Injection(d, x, 1)).ToList();
        var header = WithInjections(injections) with
        {
            Units = Word(Text(Tags.Units)),
            SuvType = Word(Text(Tags.SuvType)),
            DecayCorrection = Word(Text(Tags.DecayCorrection)),
            Corrections = [.. Texts(Tags.CorrectedImage).Select(Word).OfType<string>()],
            Radiopharmaceutical = drugs is [var drug, ..] ? Name(drug) : null,
            Series = DicomTime.Instant(d.GetString(Tags.SeriesDate), d.GetString(Tags.SeriesTime)),
            Acquisition = DicomTime.Instant(Text(Tags.AcquisitionDate), Text(Tags.AcquisitionTime)) ?? DicomTime.Instant(Text(Tags.AcquisitionDateTime)) ?? DicomTime.Instant(groups.Text(Tags.FrameContentSequence, Tags.FrameAcquisitionDateTime)),
            GeScan = Ge(d) is { } scan ? DicomTime.Instant(Plain(scan)) : null,
            FrameReferenceTimeS = Number(Tags.FrameReferenceTime) / 1000,
            FrameDurationS = (Number(Tags.ActualFrameDuration) ?? groups.Number(Tags.FrameContentSequence, Tags.FrameAcquisitionDuration)) / 1000,
            PhilipsSuvFactor = Philips(d, 0x00),
            PhilipsActivityFactor = Philips(d, 0x09),
        };
        return WithPatient(header, d);
    }

    /// <summary>Enhanced PET: decay is corrected to a stated instant or not at all; doses are in MBq; the agents of a frame are named by number.</summary>
    private static PetHeader Enhanced(DicomDataset d, FrameGroups groups)
    {
        var used = groups.Sequence(RadiopharmaceuticalUsageSequence).Select(u => u.GetInt(RadiopharmaceuticalAgentNumber)).OfType<int>().ToHashSet();
        var drugs = d.GetSequence(Tags.RadiopharmaceuticalInformationSequence).Where(x => used.Count == 0 || (x.GetInt(RadiopharmaceuticalAgentNumber) is { } n && used.Contains(n))).ToList();
        var injections = drugs.Select(x => Injection(d, x, BqPerMBq)).ToList();
        var isCorrected = Word(d.GetString(Tags.DecayCorrected));
        var attenuation = Word(d.GetString(Tags.AttenuationCorrected));
        var header = WithInjections(injections) with
        {
            DecayCorrection = isCorrected switch { "YES" => "START", "NO" => "NONE", _ => null },
            DecayCorrectedTo = isCorrected == "YES" ? InZone(d, d.GetString(Tags.DecayCorrectionDateTime)) : null,
            Corrections = attenuation switch { null => [], "YES" => ["ATTN"], _ => ["NONE"] },
            Radiopharmaceutical = drugs is [var drug, ..] ? Name(drug) : null,
            Series = DicomTime.Instant(d.GetString(Tags.SeriesDate), d.GetString(Tags.SeriesTime)),
            Acquisition = InZone(d, groups.Text(Tags.FrameContentSequence, Tags.FrameAcquisitionDateTime)) ?? InZone(d, d.GetString(Tags.AcquisitionDateTime)),
            FrameDurationS = (groups.Number(Tags.FrameContentSequence, Tags.FrameAcquisitionDuration) ?? d.GetDouble(Tags.ActualFrameDuration)) / 1000,
        };
        return WithPatient(header, d);
    }

    private static PetHeader WithPatient(PetHeader header, DicomDataset d) => header with
    {
        WeightKg = d.GetDouble(Tags.PatientWeight),
        HeightM = d.GetDouble(Tags.PatientSize),
        Sex = Word(d.GetString(Tags.PatientSex)),
    };

    private static PetHeader WithInjections(List<PetInjection> injections) => injections is not [var first, ..] ? new PetHeader() : new PetHeader
    {
        Dose = first.Dose,
        HalfLifeS = first.HalfLifeS,
        InjectionDateTime = first.DateTime,
        InjectionTime = first.Time,
        Nuclide = first.Nuclide,
        FurtherInjections = [.. injections.Skip(1)],
    };

    private static PetInjection Injection(DicomDataset d, DicomDataset drug, double unitBq) => new()
    {
        Dose = drug.GetDouble(Tags.RadionuclideTotalDose) * unitBq,
        HalfLifeS = drug.GetDouble(Tags.RadionuclideHalfLife),
        DateTime = InZone(d, drug.GetString(Tags.RadiopharmaceuticalStartDateTime)),
        Time = DicomTime.OfDay(drug.GetString(Tags.RadiopharmaceuticalStartTime)),
        Nuclide = drug.GetSequence(Tags.RadionuclideCodeSequence) is [var code, ..] ? PetNuclide.Of(code.GetString(Tags.CodeValue), code.GetString(Tags.CodeMeaning)) : null,
    };

    private static string? Name(DicomDataset drug) => drug.GetString(Tags.Radiopharmaceutical)
        ?? (drug.GetSequence(Tags.RadiopharmaceuticalCodeSequence) is [var code, ..] ? code.GetString(Tags.CodeMeaning) : null);

    private static DateTime? InZone(DicomDataset d, string? dt) => DicomTime.InZone(dt, d.GetString(Tags.TimezoneOffsetFromUtc));

    /// <summary>What the pixels are in, where a real world value mapping says so, since it is that one they are read by: <c>Bq/ml</c>, <c>g/ml{SUVbw}</c>, <c>{SUVlbm}g/ml</c>, <c>cm2/ml</c>.</summary>
    private static (string Units, string? Type)? Mapping(FrameGroups groups)
    {
        if (TryScale(groups) is not { Rule: ValueRule.RealWorldValueMap, UnitCode: { } unit })
        {
            return null;
        }

        var code = groups.Sequence(Tags.RealWorldValueMappingSequence).Select(DicomValueReader.UnitCode).FirstOrDefault(c => c?.Contains(unit, StringComparison.Ordinal) == true) ?? unit;
        var type = code.ToUpperInvariant() switch
        {
            var c when c.Contains("SUVLBM(JAMES128)", StringComparison.Ordinal) || c.Contains("SUVLBMJAMES128", StringComparison.Ordinal) => "LBMJAMES128",
            var c when c.Contains("SUVLBM(JANMA)", StringComparison.Ordinal) || c.Contains("SUVLBMJANMA", StringComparison.Ordinal) => "LBMJANMA",
            var c when c.Contains("SUVLBM", StringComparison.Ordinal) => "LBM",
            var c when c.Contains("SUVIBW", StringComparison.Ordinal) => "IBW",
            var c when c.Contains("SUVBSA", StringComparison.Ordinal) => "BSA",
            var c when c.Contains("SUVBW", StringComparison.Ordinal) => "BW",
            _ => null,
        };
        return unit.ToUpperInvariant() switch
        {
            "BQ/ML" => ("BQML", null),
            "G/ML" => ("GML", type),
            "CM2/ML" => ("CM2ML", type),
            var other => (Word(other) ?? "NONE", null),
        };
    }

    private static DicomValueScale? TryScale(FrameGroups groups)
    {
        try
        {
            return DicomValueReader.Read(groups, ImageComponent.Magnitude);
        }
        catch (DicomGeometryException)
        {
            return null;
        }
    }

    private static DicomDataset? Item(FrameGroups groups, DicomTag sequence, DicomTag tag) => groups.Sequence(sequence) is [var item, ..] && item.Contains(tag) ? item : null;

    private static IReadOnlyList<DicomDataset> Sequence(DicomDataset d, FrameGroups groups, DicomTag sequence) =>
        d.GetSequence(sequence) is { Count: > 0 } top ? top : Item(groups, UnassignedPerFrame, sequence)?.GetSequence(sequence) ?? Item(groups, UnassignedShared, sequence)?.GetSequence(sequence) ?? [];

    /// <summary>A defined term: capitals, digits and underscores, sixteen at most, so that nothing else of an object reaches a message.</summary>
    private static string? Word(string? text)
    {
        var word = new string([.. (text ?? "").ToUpperInvariant().Where(c => char.IsAsciiLetterOrDigit(c) || c == '_').Take(16)]);
        return word.Length == 0 ? null : word;
    }

    /// <summary>By its creator; where de-identification took that away, at its usual place in objects of GE.</summary>
    private static DicomElement? Ge(DicomDataset d) =>
        d.TryGetPrivate(0x0009, "GEMS_PETD_01", 0x0D, out var named) ? named
        : d.GetString(Tags.Manufacturer)?.StartsWith("GE", StringComparison.OrdinalIgnoreCase) == true && !d.Contains(new DicomTag(0x0009, 0x0010)) && d.TryGet(new DicomTag(0x0009, 0x100D), out var bare) ? bare : null;

    /// <summary>By its creator; some writers copy the element without the creator, and then it stands at its usual place.</summary>
    private static double? Philips(DicomDataset d, byte element)
    {
        var found = d.TryGetPrivate(0x7053, "Philips PET Private Group", element, out var e) || d.TryGet(new DicomTag(0x7053, (ushort)(0x1000 | element)), out e) ? e : null;
        return found?.ReadDoubles(DicomVr.DS) is [var value, ..] && value > 0 ? value
            : found is not null && double.TryParse(Plain(found), CultureInfo.InvariantCulture, out var parsed) && parsed > 0 ? parsed : null;
    }

    private static string? Plain(DicomElement element) =>
        element.ReadStrings() is [var text, ..] ? text : System.Text.Encoding.ASCII.GetString(element.Bytes.Span).Trim(' ', '\0');
}
