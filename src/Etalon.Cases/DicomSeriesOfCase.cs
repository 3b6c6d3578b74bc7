using System.Text.RegularExpressions;
using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Imaging.Dicom.Write;
using Etalon.Metrology;

namespace Etalon.Cases;

/// <summary>One usable series of a case.</summary>
internal sealed partial record DicomSeriesOfCase
{
    public required string Name { get; init; }

    public required IReadOnlyList<DicomItem> Items { get; init; }

    public required DicomSeriesLayout Layout { get; init; }

    public required ImageComponent Component { get; init; }

    /// <summary>What the headers of its objects say wrongly, each thing once.</summary>
    public IEnumerable<Finding> HeaderFindings => Items.SelectMany(i => i.HeaderFindings).GroupBy(f => (f.Code, f.About))
        .Select(g => g.First() with { About = Name + g.Key.About + (g.Count() > 1 ? $" ({g.Count()} objects)" : "") });

    public DicomItem First => Items[0];

    public string Uid => First.SeriesUid;

    public string? FrameOfReference => Layout.FrameOfReferenceUid;

    /// <summary>Different b-values that the series holds.</summary>
    public int BValueCount => Layout.BValues.Distinct().Count();

    public bool IsDerived => Items.Any(i => i.ImageType.Contains("DERIVED"));

    /// <summary>What objects that are derived from the series say of it; null where its own UIDs are none.</summary>
    public DicomOrigin? Origin() => First.Header is { } header && DicomUid.IsValid(Uid)
        ? new DicomOrigin(DicomSeriesSource.Of([.. Items.Select(i => i.Image!)], Layout, header.StudyUid, First.Modality), header)
        : null;

    /// <summary>Whether a series holds the object or is named by a set of UIDs.</summary>
    public bool IsAmong(IReadOnlySet<string> uids) => uids.Contains(Uid) || Items.Any(i => uids.Contains(i.SopInstanceUid));

    /// <summary>What the series shows; null where it is nothing that Etalon measures or shows by itself.</summary>
    public ImageKind? Kind => First.Modality switch
    {
        "PT" => ImageKind.Suv,
        "CT" => ImageKind.Ct,
        "MR" when Component != ImageComponent.Magnitude => null,
        "MR" when IsAdc(First) => ImageKind.AdcMap,
        "MR" when BValueCount >= 2 => ImageKind.DiffusionSeries,
        "MR" when Layout.BValues.Count > 0 || IsMap() => null,
        "MR" when FlairWord().IsMatch(First.Words) => ImageKind.Flair,
        "MR" when T1Word().IsMatch(First.Words) => First.HasContrast || PostWord().IsMatch(First.Words) ? ImageKind.T1Post : ImageKind.T1,
        "MR" when T2Word().IsMatch(First.Words) => ImageKind.Flair,
        _ => null,
    };

    /// <summary>Whether an object is a map of ADC: by its type (PS3.3 C.8.13.3.1.1, value 4; older scanners write it there too) or by code.</summary>
    public static bool IsAdc(DicomItem item) => item.Modality == "MR" && (item.IsCodedAdc || item.ImageType.Any(t => t is "ADC" or "ADC_UNSPECIFIED"));

    /// <summary>Voxels with real values, b-values and PET headers.</summary>
    /// <exception cref="CaseException">An object cannot be read any more.</exception>
    public LoadedImage Load(Unit? unit, CancellationToken cancellation)
    {
        try
        {
            var voxels = DicomVolumeReader.Read(Layout, DicomObjects.Open, cancellation);
            var pet = Items.Where(i => i.Pet is not null).ToDictionary(i => i.Name, i => i.PetFrames, StringComparer.Ordinal);
            return new LoadedImage
            {
                Grid = Layout.Grid,
                Frames = voxels.Volumes,
                BValues = Layout.BValues,
                Gradients = [.. Layout.Volumes.Select(Gradient)],
                Unit = unit,
                StorageU = Layout.StorageStep / Math.Sqrt(12),
                Sha256 = voxels.Sha256,
                Pet = pet.Count == 0 ? [] : [.. Layout.Volumes[0].Select(f => pet[f.Object][f.Index])],
                IsFromScanner = true,
                Findings = DicomPixelChecks.Junk(Name, voxels.FramesWithJunk, voxels.Frames) is { } junk ? [junk] : [],
            };
        }
        catch (DicomException e)
        {
            throw new CaseException(new Finding(FindingCodes.DicomUnreadable, Severity.Error, Name, e.Found, e.Expected, e.Remedy + "."));
        }
        catch (DicomGeometryException e)
        {
            throw new CaseException(new Finding(FindingCodes.SeriesNotAVolume, Severity.Error, Name, e.Found, e.Expected, "The series was not used."));
        }
    }

    /// <summary>The direction that all slices of a volume share; null where they do not.</summary>
    private static Vector3? Gradient(IReadOnlyList<DicomFrame> slices) =>
        slices[0].Gradient is { } first && slices.All(s => s.Gradient is { } g && (g - first).Length < 0.01) ? first : null;

    private bool IsMap() => First.ImageType.Any(t => t is "FA" or "TRACEW" or "TENSOR" or "TENSOR_B0" or "LOCALIZER" or "PERFUSION" or "MTT" or "TTP" or "RELCBF" or "RELCBV");

    [GeneratedRegex(@"flair|dark.?fluid")]
    private static partial Regex FlairWord();

    [GeneratedRegex(@"(^|[^a-z0-9])t1(w|$|[^a-z0-9])|mp.?rage|bravo|fspgr")]
    private static partial Regex T1Word();

    [GeneratedRegex(@"(^|[^a-z0-9])t2(w|$|[^a-z0-9*])")]
    private static partial Regex T2Word();

    [GeneratedRegex(@"(^|[^a-z])(gd|gado|post|ce|km|kontrast)([^a-z]|$)|\+c")]
    private static partial Regex PostWord();
}
