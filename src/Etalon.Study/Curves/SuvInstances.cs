using System.Globalization;
using System.Text.Json;
using Etalon.Imaging.Dicom;

namespace Etalon.Study.Curves;

/// <summary>Reads headers of PET objects from JSON objects of DICOM keywords: flat, or with the sequences of the standard as lists of objects.</summary>
internal static class SuvInstances
{
    private static readonly string[] Nests = ["RadiopharmaceuticalInformationSequence", "RadionuclideCodeSequence", "PhilipsPETPrivateGroup"];

    /// <summary>The header of one instance.</summary>
    /// <exception cref="CurveException">A field is of another kind than its keyword.</exception>
    public static PetHeader Header(JsonElement instance)
    {
        var drugs = Items(instance, Nests[0]) is { Count: > 0 } items ? items : [instance];
        var zone = Text(instance, "TimezoneOffsetFromUTC");
        var injections = drugs.Select(d => Injection(d, zone)).ToList();
        var philips = instance.TryGetProperty(Nests[2], out var group) && group.ValueKind == JsonValueKind.Object ? group : instance;
        return new PetHeader
        {
            Units = Word(Text(instance, "Units")),
            SuvType = Word(Text(instance, "SUVType")),
            DecayCorrection = Word(Text(instance, "DecayCorrection")),
            Corrections = [.. Texts(instance, "CorrectedImage").Select(Word).OfType<string>()],
            WeightKg = Number(instance, "PatientWeight"),
            HeightM = Number(instance, "PatientSize"),
            Sex = Word(Text(instance, "PatientSex")),
            Dose = injections[0].Dose,
            HalfLifeS = injections[0].HalfLifeS,
            Nuclide = injections[0].Nuclide,
            InjectionDateTime = injections[0].DateTime,
            InjectionTime = injections[0].Time,
            FurtherInjections = [.. injections.Skip(1)],
            Series = DicomTime.Instant(Text(instance, "SeriesDate"), Text(instance, "SeriesTime")),
            Acquisition = DicomTime.Instant(Text(instance, "AcquisitionDate"), Text(instance, "AcquisitionTime")) ?? DicomTime.InZone(Text(instance, "AcquisitionDateTime"), zone),
            GeScan = DicomTime.InZone(Text(instance, "GEPrivatePostInjectionDateTime") ?? Text(instance, "0009100D"), zone),
            FrameReferenceTimeS = Number(instance, "FrameReferenceTime") / 1000,
            FrameDurationS = Number(instance, "ActualFrameDuration") / 1000,
            PhilipsSuvFactor = Positive(Number(philips, "SUVScaleFactor") ?? Number(instance, "70531000")),
            PhilipsActivityFactor = Positive(Number(philips, "ActivityConcentrationScaleFactor") ?? Number(instance, "70531009")),
            Intercept = Number(instance, "RescaleIntercept"),
        };
    }

    private static PetInjection Injection(JsonElement d, string? zone) => new()
    {
        Dose = Number(d, "RadionuclideTotalDose"),
        HalfLifeS = Number(d, "RadionuclideHalfLife"),
        DateTime = DicomTime.InZone(Text(d, "RadiopharmaceuticalStartDateTime"), zone),
        Time = DicomTime.OfDay(Text(d, "RadiopharmaceuticalStartTime")),
        Nuclide = Items(d, Nests[1]) is [var code, ..] ? PetNuclide.Of(Text(code, "CodeValue"), Text(code, "CodeMeaning")) : null,
    };

    /// <summary>A factor of 0 of Philips means that there is none (conformance statement).</summary>
    private static double? Positive(double? value) => value > 0 ? value : null;

    private static List<JsonElement> Items(JsonElement json, string keyword)
    {
        if (!json.TryGetProperty(keyword, out var e))
        {
            return [];
        }

        return e.ValueKind switch
        {
            JsonValueKind.Object => [e],
            JsonValueKind.Array => [.. e.EnumerateArray().Where(i => i.ValueKind == JsonValueKind.Object)],
            _ => [],
        };
    }

    private static string? Text(JsonElement json, string keyword) => Texts(json, keyword) is [var first, ..] ? first : null;

    private static List<string> Texts(JsonElement json, string keyword)
    {
        if (!json.TryGetProperty(keyword, out var e))
        {
            return [];
        }

        return e.ValueKind switch
        {
            JsonValueKind.Null => [],
            JsonValueKind.Number => [e.GetRawText()],
            JsonValueKind.String => [.. e.GetString()!.Split('\\').Select(t => t.Trim()).Where(t => t.Length > 0)],
            JsonValueKind.Array when e.EnumerateArray().All(i => i.ValueKind is JsonValueKind.String or JsonValueKind.Number) =>
                [.. e.EnumerateArray().Select(i => i.ValueKind == JsonValueKind.String ? i.GetString()!.Trim() : i.GetRawText())],
            _ => throw new CurveException(keyword, e.ValueKind.ToString().ToLowerInvariant(), "a text or a number"),
        };
    }

    private static double? Number(JsonElement json, string keyword) => Text(json, keyword) is not { } text ? null
        : double.TryParse(text, CultureInfo.InvariantCulture, out var v) && double.IsFinite(v) ? v : throw new CurveException(keyword, text.Length <= 40 ? $"'{text}'" : "a long text", "a finite number");

    /// <summary>A defined term: capitals, digits and underscores, sixteen at most.</summary>
    private static string? Word(string? text)
    {
        var word = new string([.. (text ?? "").ToUpperInvariant().Where(c => char.IsAsciiLetterOrDigit(c) || c == '_').Take(16)]);
        return word.Length == 0 ? null : word;
    }
}
