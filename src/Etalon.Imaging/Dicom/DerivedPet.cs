using System.Globalization;

namespace Etalon.Imaging.Dicom;

/// <summary>Times of a PET image that follow from others.</summary>
internal static class DerivedPet
{
    /// <summary>Fills in the instant of injection, where its day can be told, and the uptake time.</summary>
    public static void Complete(List<AcquisitionAttribute> record)
    {
        AcquisitionAttribute? Of(string name) => record.Find(a => a.Name == name && a.Value is not null);
        var series = Of("SeriesDateTime")?.Instant;
        if (Of("RadiopharmaceuticalStartDateTime") is null && series is { } day && Of("RadiopharmaceuticalStartTime")?.Value is { } text
            && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time))
        {
            var onDay = day.Date + time;
            var isBefore = onDay > day; // an injection before midnight
            DicomAcquisition.Set(record, new AcquisitionAttribute(
                "RadiopharmaceuticalStartDateTime", (isBefore ? onDay.AddDays(-1) : onDay).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture), AttributeState.Derived)
            {
                Instant = isBefore ? onDay.AddDays(-1) : onDay,
                How = isBefore ? "(0018,1072) on the day before (0008,0021), since it is later than the series" : "(0018,1072) on the day of (0008,0021)",
            });
        }

        if (Of("RadiopharmaceuticalStartDateTime")?.Instant is { } injected && Of("AcquisitionDateTime")?.Instant is { } acquired && acquired >= injected)
        {
            DicomAcquisition.Set(record, DicomAcquisition.Derived("UptakeTime", [(acquired - injected).TotalSeconds], "acquisition less injection"));
        }
    }
}
