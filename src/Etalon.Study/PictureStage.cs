using Etalon.Assays;
using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Study;

/// <summary>Gathers what there is to see of each visit.</summary>
internal static class PictureStage
{
    /// <summary>Pictures on the grid of each visit's own images.</summary>
    public static IReadOnlyList<VisitPicture> OnOwnGrids(PatientCase patient, IReadOnlyList<VisitImages> visits, List<Finding> findings)
    {
        var shared = patient.Shared.Where(i => i.Kind is ImageKind.T1Post or ImageKind.T1 or ImageKind.Flair).Select(i => VisitLoader.TryLoad(i, findings)).FirstOrDefault(i => i is not null);
        return visits.Select(v => new VisitPicture
        {
            Visit = v.Visit.Id,
            Anatomy = v.Anatomy ?? (shared is null ? null : VisitLoader.ToAnatomy(shared)),
            AnatomyName = v.Anatomy is null ? "Anatomy (same for all visits)" : v.AnatomyName,
            Maps = v.Adc is { } adc ? [AdcMap(adc.Value, adc.U)] : [],
            Tumour = StudyRun.Tumour(v)?.Mask,
        }).ToList();
    }

    /// <summary>Pictures on the grid of the first visit, so that one cursor means one place in all of them.</summary>
    public static IReadOnlyList<VisitPicture> Aligned(IReadOnlyList<VisitPicture> own, IReadOnlyList<AlignedVisit> aligned, Grid grid) => own.Select(picture =>
    {
        var visit = aligned.FirstOrDefault(a => a.Images.Visit.Id == picture.Visit);
        return visit is null ? picture : picture with
        {
            Anatomy = visit.Anatomy ?? picture.Anatomy,
            Maps = [AdcMap(new Volume(grid, visit.Adc, null), new Volume(grid, visit.AdcU, null))],
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
