using System.Globalization;
using Etalon.Assays.Radiomics;
using Etalon.Imaging;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Assays.Radiomics;

/// <summary>
/// Features of a breast lesion (0.66 x 0.66 x 2.1 mm) against the baselines of pyradiomics, where both define them alike: bins of 25 from the multiple of 25 below the least intensity, no interpolation.
/// </summary>
[Trait("Kind", "Numeric")]
public sealed class PyradiomicsTests
{
    private static readonly Dictionary<string, string> Tags = new(StringComparer.Ordinal)
    {
        ["shape_MeshVolume"] = "morph_vol", ["shape_VoxelVolume"] = "morph_approx_vol", ["shape_SurfaceArea"] = "morph_area", ["shape_SurfaceVolumeRatio"] = "morph_av", ["shape_Sphericity"] = "morph_sphericity",
        ["shape_Maximum3DDiameter"] = "morph_diam", ["shape_Elongation"] = "morph_pca_elongation", ["shape_Flatness"] = "morph_pca_flatness",
        ["glcm_JointAverage"] = "cm_joint_avg", ["glcm_SumAverage"] = "cm_sum_avg", ["glcm_JointEntropy"] = "cm_joint_entr", ["glcm_ClusterShade"] = "cm_clust_shade", ["glcm_MaximumProbability"] = "cm_joint_max",
        ["glcm_Idmn"] = "cm_inv_diff_mom_norm", ["glcm_JointEnergy"] = "cm_energy", ["glcm_Contrast"] = "cm_contrast", ["glcm_DifferenceEntropy"] = "cm_diff_entr", ["glcm_InverseVariance"] = "cm_inv_var",
        ["glcm_DifferenceVariance"] = "cm_diff_var", ["glcm_Idn"] = "cm_inv_diff_norm", ["glcm_Idm"] = "cm_inv_diff_mom", ["glcm_Correlation"] = "cm_corr", ["glcm_Autocorrelation"] = "cm_auto_corr",
        ["glcm_SumEntropy"] = "cm_sum_entr", ["glcm_SumSquares"] = "cm_joint_var", ["glcm_ClusterProminence"] = "cm_clust_prom", ["glcm_Imc1"] = "cm_info_corr_1", ["glcm_Imc2"] = "cm_info_corr_2",
        ["glcm_DifferenceAverage"] = "cm_diff_avg", ["glcm_Id"] = "cm_inv_diff", ["glcm_ClusterTendency"] = "cm_clust_tend",
        ["glrlm_ShortRunEmphasis"] = "rlm_sre", ["glrlm_LongRunEmphasis"] = "rlm_lre", ["glrlm_LowGrayLevelRunEmphasis"] = "rlm_lgre", ["glrlm_HighGrayLevelRunEmphasis"] = "rlm_hgre",
        ["glrlm_ShortRunLowGrayLevelEmphasis"] = "rlm_srlge", ["glrlm_ShortRunHighGrayLevelEmphasis"] = "rlm_srhge", ["glrlm_LongRunLowGrayLevelEmphasis"] = "rlm_lrlge", ["glrlm_LongRunHighGrayLevelEmphasis"] = "rlm_lrhge",
        ["glrlm_GrayLevelNonUniformity"] = "rlm_glnu", ["glrlm_GrayLevelNonUniformityNormalized"] = "rlm_glnu_norm", ["glrlm_RunLengthNonUniformity"] = "rlm_rlnu", ["glrlm_RunLengthNonUniformityNormalized"] = "rlm_rlnu_norm",
        ["glrlm_RunPercentage"] = "rlm_r_perc", ["glrlm_GrayLevelVariance"] = "rlm_gl_var", ["glrlm_RunVariance"] = "rlm_rl_var", ["glrlm_RunEntropy"] = "rlm_rl_entr",
        ["glszm_SmallAreaEmphasis"] = "szm_sze", ["glszm_LargeAreaEmphasis"] = "szm_lze", ["glszm_LowGrayLevelZoneEmphasis"] = "szm_lgze", ["glszm_HighGrayLevelZoneEmphasis"] = "szm_hgze",
        ["glszm_SmallAreaLowGrayLevelEmphasis"] = "szm_szlge", ["glszm_SmallAreaHighGrayLevelEmphasis"] = "szm_szhge", ["glszm_LargeAreaLowGrayLevelEmphasis"] = "szm_lzlge", ["glszm_LargeAreaHighGrayLevelEmphasis"] = "szm_lzhge",
        ["glszm_GrayLevelNonUniformity"] = "szm_glnu", ["glszm_SizeZoneNonUniformity"] = "szm_zsnu", ["glszm_ZonePercentage"] = "szm_z_perc", ["glszm_GrayLevelVariance"] = "szm_gl_var", ["glszm_ZoneVariance"] = "szm_zs_var",
        ["glszm_ZoneEntropy"] = "szm_zs_entr",
        ["ngtdm_Coarseness"] = "ngt_coarseness", ["ngtdm_Contrast"] = "ngt_contrast", ["ngtdm_Busyness"] = "ngt_busyness", ["ngtdm_Complexity"] = "ngt_complexity", ["ngtdm_Strength"] = "ngt_strength",
        ["gldm_SmallDependenceEmphasis"] = "ngl_lde", ["gldm_LargeDependenceEmphasis"] = "ngl_hde", ["gldm_LowGrayLevelEmphasis"] = "ngl_lgce", ["gldm_HighGrayLevelEmphasis"] = "ngl_hgce",
        ["gldm_GrayLevelNonUniformity"] = "ngl_glnu", ["gldm_DependenceNonUniformity"] = "ngl_dcnu", ["gldm_DependenceVariance"] = "ngl_dc_var", ["gldm_DependenceEntropy"] = "ngl_dc_entr",
    };

    [Fact]
    public void Features_that_both_define_alike_are_equal()
    {
        var image = NrrdImage.Read(SharedData.Path("metrology", "pyradiomics", "breast1_image.nrrd"));
        var label = NrrdImage.Read(SharedData.Path("metrology", "pyradiomics", "breast1_label.nrrd"));
        var mask = Mask.FromNonZero(label);
        var least = image.Values.Where((_, n) => mask.Inside[n]).Min();
        var settings = new RadiomicsSettings { Name = "pyradiomics", Levels = Discretisation.Size(25), LowestBin = 25 * Math.Floor(least / 25), VolumeHistogramLevels = Discretisation.Number(1000) };
        var found = RegionFeatures.Of(VoxelBox.Cut(image, mask), settings, cancellation: TestContext.Current.CancellationToken).Where(f => f.Aggregation is not FeatureAggregation.VolumeMerged).ToDictionary(f => f.Feature.Tag, f => f.Value, StringComparer.Ordinal);
        var compared = new HashSet<string>(StringComparer.Ordinal);
        foreach (var family in new[] { "shape", "glcm", "glrlm", "glszm", "ngtdm", "gldm" })
        {
            var rows = File.ReadLines(SharedData.Path("metrology", "pyradiomics", $"baseline_{family}.csv")).Select(IbsiReference.Cells).ToList();
            var column = Array.IndexOf(rows[0], "breast1");
            foreach (var row in rows.Where(r => r[0].StartsWith("original_", StringComparison.Ordinal) && Tags.ContainsKey(r[0]["original_".Length..])))
            {
                var (tag, expected) = (Tags[row[0]["original_".Length..]], double.Parse(row[column], CultureInfo.InvariantCulture));
                // Some baselines have twelve digits.
                Assert.True(Math.Abs(expected - found[tag]!.Value) <= 1e-10 * Math.Max(1, Math.Abs(expected)), $"{tag}: {found[tag]} for {row[0]} {expected}");
                compared.Add(tag);
            }
        }

        Assert.Equal(Tags.Count, compared.Count);
    }
}
