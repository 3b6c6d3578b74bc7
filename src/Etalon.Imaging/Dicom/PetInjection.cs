namespace Etalon.Imaging.Dicom;

/// <summary>One administration of a radiopharmaceutical. Missing is null, never a guess.</summary>
public sealed record PetInjection
{
    /// <summary>RadionuclideTotalDose, Bq: as stated in PET objects, times 10⁶ in enhanced ones, whose unit is MBq (PS3.3, C.8.9.2 and the Enhanced PET Isotope module).</summary>
    public double? Dose { get; init; }

    /// <summary>RadionuclideHalfLife, s.</summary>
    public double? HalfLifeS { get; init; }

    /// <summary>RadiopharmaceuticalStartDateTime, in the zone of the other times of the object where both zones are stated, else as written.</summary>
    public DateTime? DateTime { get; init; }

    /// <summary>RadiopharmaceuticalStartTime, which has no date.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>The radionuclide by its code or its meaning, as <c>F-18</c>; null where none is stated that is known.</summary>
    public string? Nuclide { get; init; }
}
