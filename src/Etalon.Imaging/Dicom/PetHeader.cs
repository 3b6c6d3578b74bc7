using System.Globalization;
using Etalon.Dicom;

namespace Etalon.Imaging.Dicom;

/// <summary>What one PET object says that its standardised uptake value depends on. Missing is null, never a guess.</summary>
public sealed record PetHeader
{
    /// <summary>Units (0054,1001): BQML, GML, CNTS, CM2ML, …</summary>
    public string? Units { get; init; }

    /// <summary>SUVType (0054,1006): BW, LBM, BSA, IBW, …</summary>
    public string? SuvType { get; init; }

    /// <summary>DecayCorrection (0054,1102): START, ADMIN or NONE.</summary>
    public string? DecayCorrection { get; init; }

    /// <summary>CorrectedImage (0028,0051).</summary>
    public IReadOnlyList<string> Corrections { get; init; } = [];

    /// <summary>PatientWeight, kg.</summary>
    public double? WeightKg { get; init; }

    /// <summary>PatientSize, m.</summary>
    public double? HeightM { get; init; }

    /// <summary>PatientSex: M, F or O.</summary>
    public string? Sex { get; init; }

    /// <summary>RadionuclideTotalDose as stated; the standard's unit in PET objects is Bq.</summary>
    public double? Dose { get; init; }

    /// <summary>RadionuclideHalfLife, s.</summary>
    public double? HalfLifeS { get; init; }

    /// <summary>Radiopharmaceutical as stated; hostile text.</summary>
    public string? Radiopharmaceutical { get; init; }

    /// <summary>RadiopharmaceuticalStartDateTime, local to the scanner.</summary>
    public DateTime? InjectionDateTime { get; init; }

    /// <summary>RadiopharmaceuticalStartTime, which has no date.</summary>
    public TimeSpan? InjectionTime { get; init; }

    /// <summary>SeriesDate and SeriesTime.</summary>
    public DateTime? Series { get; init; }

    /// <summary>AcquisitionDate and AcquisitionTime of this object.</summary>
    public DateTime? Acquisition { get; init; }

    /// <summary>GE: start of the scan, private (0009,xx0D) of GEMS_PETD_01.</summary>
    public DateTime? GeScan { get; init; }

    /// <summary>FrameReferenceTime, s after the series' reference time.</summary>
    public double? FrameReferenceTimeS { get; init; }

    /// <summary>ActualFrameDuration, s.</summary>
    public double? FrameDurationS { get; init; }

    /// <summary>Philips: SUV per count, private (7053,xx00).</summary>
    public double? PhilipsSuvFactor { get; init; }

    /// <summary>Philips: Bq/mL per count, private (7053,xx09).</summary>
    public double? PhilipsActivityFactor { get; init; }

    /// <summary>Reads the header of an object.</summary>
    /// <exception cref="DicomException">A sequence of the object is damaged.</exception>
    public static PetHeader Read(DicomFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var d = file.Dataset;
        var drug = d.GetSequence(Tags.RadiopharmaceuticalInformationSequence) is [var first, ..] ? first : DicomDataset.Empty;
        return new PetHeader
        {
            Units = Word(d.GetString(Tags.Units)),
            SuvType = Word(d.GetString(Tags.SuvType)),
            DecayCorrection = Word(d.GetString(Tags.DecayCorrection)),
            Corrections = [.. d.GetStrings(Tags.CorrectedImage).Select(Word).OfType<string>()],
            WeightKg = d.GetDouble(Tags.PatientWeight),
            HeightM = d.GetDouble(Tags.PatientSize),
            Sex = Word(d.GetString(Tags.PatientSex)),
            Dose = drug.GetDouble(Tags.RadionuclideTotalDose),
            HalfLifeS = drug.GetDouble(Tags.RadionuclideHalfLife),
            Radiopharmaceutical = drug.GetString(Tags.Radiopharmaceutical)
                ?? (drug.GetSequence(Tags.RadiopharmaceuticalCodeSequence) is [var code, ..] ? code.GetString(Tags.CodeMeaning) : null),
            InjectionDateTime = DicomTime.Instant(drug.GetString(Tags.RadiopharmaceuticalStartDateTime)),
            InjectionTime = DicomTime.OfDay(drug.GetString(Tags.RadiopharmaceuticalStartTime)),
            Series = DicomTime.Instant(d.GetString(Tags.SeriesDate), d.GetString(Tags.SeriesTime)),
            Acquisition = DicomTime.Instant(d.GetString(Tags.AcquisitionDate), d.GetString(Tags.AcquisitionTime)) ?? DicomTime.Instant(d.GetString(Tags.AcquisitionDateTime)),
            GeScan = d.TryGetPrivate(0x0009, "GEMS_PETD_01", 0x0D, out var ge) && Text(ge) is { } text ? DicomTime.Instant(text) : null,
            FrameReferenceTimeS = d.GetDouble(Tags.FrameReferenceTime) / 1000,
            FrameDurationS = d.GetDouble(Tags.ActualFrameDuration) / 1000,
            PhilipsSuvFactor = Philips(d, 0x00),
            PhilipsActivityFactor = Philips(d, 0x09),
        };
    }

    /// <summary>A defined term: capitals, digits and underscores, sixteen at most, so that nothing else of an object reaches a message.</summary>
    private static string? Word(string? text)
    {
        var word = new string([.. (text ?? "").ToUpperInvariant().Where(c => char.IsAsciiLetterOrDigit(c) || c == '_').Take(16)]);
        return word.Length == 0 ? null : word;
    }

    /// <summary>By its creator; some writers copy the element without the creator, and then it stands at its usual place.</summary>
    private static double? Philips(DicomDataset d, byte element)
    {
        var found = d.TryGetPrivate(0x7053, "Philips PET Private Group", element, out var e) || d.TryGet(new DicomTag(0x7053, (ushort)(0x1000 | element)), out e) ? e : null;
        return found?.ReadDoubles(DicomVr.DS) is [var value, ..] && value > 0 ? value
            : found is not null && double.TryParse(Text(found), CultureInfo.InvariantCulture, out var parsed) && parsed > 0 ? parsed : null;
    }

    private static string? Text(DicomElement element) =>
        element.ReadStrings() is [var text, ..] ? text : System.Text.Encoding.ASCII.GetString(element.Bytes.Span).Trim(' ', '\0');
}
