using System.Globalization;
using Etalon.Assays.Maps;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;

namespace Etalon.Assays.Suv;

/// <summary>Headers of a PET series that came without objects, from the record of its sidecar (BIDS names of DICOM attributes; no times of single slices).</summary>
internal static class RecordedPet
{
    private static readonly Unit Activity = Unit.Parse("Bq/mL");

    /// <summary>The series with headers and values in Bq/mL, where its values are an activity concentration and its sidecar says how decay was corrected; else as it is.</summary>
    public static MapSeries Completed(MapSeries s)
    {
        if (s.Pet.Count > 0 || s.Unit is not { } unit || !unit.IsCommensurableWith(Activity) || s.Acquisition["DecayCorrection"] is null)
        {
            return s;
        }

        var factor = unit.FactorTo(Activity);
        return s with
        {
            Unit = Activity,
            StorageU = s.StorageU * factor,
            Frames = factor == 1 ? s.Frames : [.. s.Frames.Select(f => Scaled(f, factor))],
            Pet = [.. Enumerable.Range(0, s.Frames.Count).SelectMany(f => Enumerable.Repeat(Header(s, f), s.Grid.Nz))],
        };
    }

    private static MapFrame Scaled(MapFrame frame, double factor)
    {
        var values = new Lazy<float[]>(() => Array.ConvertAll(frame.Values, v => (float)(v * factor)));
        return new MapFrame(() => values.Value) { TimeS = frame.TimeS };
    }

    private static PetHeader Header(MapSeries s, int frame)
    {
        var r = s.Acquisition;
        double? Number(string name) => r.Find(name)?.Numbers is { Count: > 0 } n ? n[n.Count == s.Frames.Count ? frame : 0] : null;
        return new PetHeader
        {
            Units = "BQML",
            DecayCorrection = r["DecayCorrection"]?.Trim().ToUpperInvariant(),
            Corrections = [.. (r["CorrectedImage"] ?? "").Split('\\', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)],
            WeightKg = Number("PatientWeight"),
            HeightM = Number("PatientSize"),
            Sex = r["PatientSex"]?.Trim().ToUpperInvariant(),
            Dose = Number("RadionuclideTotalDose"),
            HalfLifeS = Number("RadionuclideHalfLife"),
            Nuclide = PetNuclide.Of(null, r["RadionuclideCode"]),
            InjectionDateTime = r.Find("RadiopharmaceuticalStartDateTime")?.Instant,
            InjectionTime = OfDay(r["RadiopharmaceuticalStartTime"]),
            Series = r.Find("SeriesDateTime")?.Instant,
            Acquisition = r.Find("AcquisitionDateTime")?.Instant is { } at ? at.AddSeconds(s.Frames[frame].TimeS ?? 0) : null,
            FrameReferenceTimeS = Number("FrameReferenceTime"),
            FrameDurationS = Number("ActualFrameDuration"),
        };
    }

    /// <summary>A time of day with its colons; the number of seconds that some sidecars have here is none.</summary>
    private static TimeSpan? OfDay(string? text) => text?.Contains(':', StringComparison.Ordinal) == true && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) && time >= TimeSpan.Zero && time < TimeSpan.FromDays(1) ? time : null;
}
