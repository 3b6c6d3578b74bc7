using Etalon.Assays;
using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Study;

/// <summary>Gathers what there is to see of each visit.</summary>
internal static class PictureStage
{
    /// <summary>Pictures on the grid of each visit's own images.</summary>
    public static IReadOnlyList<VisitPicture> OnOwnGrids(
        PatientCase patient, IReadOnlyList<VisitImages> visits, List<Finding> findings, CancellationToken cancellation = default)
    {
        if (patient.Layout == "dicom")
        {
            return visits.Select(v => OfDicom(v, cancellation)).ToList();
        }

        var shared = patient.Shared.Where(i => i.Kind is ImageKind.T1Post or ImageKind.T1 or ImageKind.Flair).Select(i => VisitLoader.TryLoad(i, findings, cancellation)).FirstOrDefault(i => i is not null);
        return visits.Select(v => new VisitPicture
        {
            Visit = v.Visit.Id,
            Anatomy = v.Anatomy ?? (shared is null ? null : VisitLoader.ToAnatomy(shared)),
            AnatomyName = v.Anatomy is null ? "Anatomy (same for all visits)" : v.AnatomyName,
            Maps = v.Adc is { } adc ? [AdcMap(adc.Value, adc.IsUKnown ? adc.U : null)] : [],
            Tumour = StudyRun.Tumour(v)?.Mask,
        }).ToList();
    }

    /// <summary>Every image of the visit on its own grid; all lie in patient coordinates, so that a region is seen on each.</summary>
    private static VisitPicture OfDicom(VisitImages visit, CancellationToken cancellation)
    {
        // Loading was tried before, and trouble told.
        var ignored = new List<Finding>();
        var images = visit.Visit.Images.Where(i => i.Kind is ImageKind.Ct or ImageKind.T1 or ImageKind.T1Post or ImageKind.Flair or ImageKind.Other)
            .Take(6).Select(i => (Image: i, Loaded: VisitLoader.TryLoad(i, ignored, cancellation))).Where(i => i.Loaded is not null).Select(i => Picture(i.Image, i.Loaded!.Volume())).ToList();
        var maps = new List<PictureMap>();
        if (visit.Adc is { } adc)
        {
            maps.Add(AdcMap(adc.Value, adc.IsUKnown ? adc.U : null));
        }

        if (visit.Suv is { } suv)
        {
            var small = PictureFit.Small(suv.Value);
            maps.Add(new PictureMap("SUV (body weight)", "g/mL", new Volume(small.Grid, small.Values, null), null, (0, 10), "magma", 1e-3));
        }

        return new VisitPicture
        {
            Visit = visit.Visit.Id,
            Maps = maps,
            Tumour = StudyRun.Tumour(visit)?.Mask,
            Others = images,
            Regions = [.. visit.Regions.Where(r => r.Mask.Count > 0 && r.Mask.Count < r.Mask.Grid.Count && !r.IsTransferred).Take(6).Select(r => (r.Kind == RegionKind.Whole ? "Region measured" : r.Id, r.Mask))],
        };
    }

    private static PictureImage Picture(ImageReference image, Volume volume)
    {
        var small = PictureFit.Small(volume);
        var name = image.Kind switch { ImageKind.Ct => "CT", ImageKind.T1 => "T1-weighted", ImageKind.T1Post => "T1 post contrast", ImageKind.Flair => "FLAIR or T2-weighted", _ => "MR" };
        // A soft tissue window for CT; other images have no scale of their own.
        return new PictureImage($"{name}, {image.Name}", small, image.Kind == ImageKind.Ct ? (-160, 240) : (0, Report.ImagesModel.Top(small)));
    }

    /// <summary>Pictures on the grid of the first visit, so that one cursor means one place in all of them.</summary>
    public static IReadOnlyList<VisitPicture> Aligned(IReadOnlyList<VisitPicture> own, IReadOnlyList<AlignedVisit> aligned, Grid grid) => own.Select(picture =>
    {
        var visit = aligned.FirstOrDefault(a => a.Images.Visit.Id == picture.Visit);
        return visit is null ? picture : picture with
        {
            Anatomy = visit.Anatomy ?? picture.Anatomy,
            Maps = [AdcMap(new Volume(grid, visit.Adc, null), visit.Images.Adc?.IsUKnown == true ? new Volume(grid, visit.AdcU, null) : null)],
            Tumour = visit.Tumour,
        };
    }).ToList();

    /// <summary>ADC in the shown unit.</summary>
    public static PictureMap AdcMap(Volume value, Volume? u)
    {
        var info = Measurands.Get("adc");
        Volume Shown(Volume v) => new(v.Grid, Array.ConvertAll(v.Values, x => (float)(x * info.ShownFactor)), null);
        return new PictureMap("ADC", info.ShownUnit, Shown(value), u is null ? null : Shown(u), (0, 3), "cividis", 1e-3);
    }
}
