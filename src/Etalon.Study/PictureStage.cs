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
            Anatomy = v.Anatomy ?? shared?.Volume(),
            AnatomyName = v.Anatomy is null ? "Anatomy (same for all visits)" : v.AnatomyName,
            Maps = v.Adc is { } adc ? [AdcMap(adc.Value, adc.U)] : [],
            Tumour = StudyRun.Tumour(v)?.Mask,
        }).ToList();
    }

    /// <summary>ADC in the shown unit.</summary>
    public static PictureMap AdcMap(Volume value, Volume? u)
    {
        var info = Measurands.Get("adc");
        Volume Shown(Volume v) => new(v.Grid, Array.ConvertAll(v.Values, x => (float)(x * info.ShownFactor)), null);
        return new PictureMap("ADC", info.ShownUnit, Shown(value), u is null ? null : Shown(u), (0, 3), "cividis", 1e-3);
    }
}
