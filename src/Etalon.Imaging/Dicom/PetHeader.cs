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

    /// <summary>RadionuclideTotalDose of the first administration, Bq; see <see cref="PetInjection.Dose"/>.</summary>
    public double? Dose { get; init; }

    /// <summary>RadionuclideHalfLife, s.</summary>
    public double? HalfLifeS { get; init; }

    /// <summary>Radiopharmaceutical as stated; hostile text.</summary>
    public string? Radiopharmaceutical { get; init; }

    /// <summary>RadiopharmaceuticalStartDateTime; see <see cref="PetInjection.DateTime"/>.</summary>
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

    /// <summary>Administrations after the first; empty where there was one.</summary>
    public IReadOnlyList<PetInjection> FurtherInjections { get; init; } = [];

    /// <summary>Radionuclide of the first administration; see <see cref="PetInjection.Nuclide"/>.</summary>
    public string? Nuclide { get; init; }

    /// <summary>Enhanced objects: DecayCorrectionDateTime, to which all frames are corrected; null for others.</summary>
    public DateTime? DecayCorrectedTo { get; init; }

    /// <summary>Slope by which stored values become real ones; null where it is not known.</summary>
    public double? Slope { get; init; }

    /// <summary>Intercept; the standard has 0 in PET objects.</summary>
    public double? Intercept { get; init; }

    /// <summary>All administrations, the first one first.</summary>
    public IReadOnlyList<PetInjection> Injections =>
        [new PetInjection { Dose = Dose, HalfLifeS = HalfLifeS, DateTime = InjectionDateTime, Time = InjectionTime, Nuclide = Nuclide }, .. FurtherInjections];

    /// <summary>Reads the header of an object; of an enhanced one that of its first frame.</summary>
    /// <exception cref="DicomException">A sequence of the object is damaged.</exception>
    public static PetHeader Read(DicomFile file) => ReadFrame(file, 0);

    /// <summary>Reads the header of one frame.</summary>
    /// <param name="file">The object.</param>
    /// <param name="frame">Number of the frame, from 0; other than 0 in multi-frame objects alone.</param>
    /// <exception cref="DicomException">A sequence of the object is damaged.</exception>
    public static PetHeader ReadFrame(DicomFile file, int frame)
    {
        ArgumentNullException.ThrowIfNull(file);
        return PetHeaderReader.Read(file.Dataset, frame);
    }
}
