using System.Collections.Immutable;

namespace Etalon.Assays.Radiomics;

/// <summary>A feature that the Image Biomarker Standardisation Initiative defines.</summary>
/// <param name="Family">Its family.</param>
/// <param name="Tag">Short name, unique.</param>
/// <param name="IbsiId">Permanent identifier of the manual; the volumes and intensities of the intensity-volume histogram share theirs.</param>
/// <param name="Name">Name in words.</param>
/// <param name="IntensityPower">Exponent of the image's unit in the unit of the feature.</param>
/// <param name="LengthPower">Exponent of mm in the unit of the feature.</param>
public sealed record RadiomicsFeature(FeatureFamily Family, string Tag, string IbsiId, string Name, int IntensityPower, int LengthPower)
{
    /// <summary>UCUM unit of the feature.</summary>
    /// <param name="intensity">UCUM unit of the image; <c>1</c> for discretised intensities.</param>
    public string Unit(string intensity)
    {
        ArgumentNullException.ThrowIfNull(intensity);
        var parts = new List<string>();
        if (intensity != "1")
        {
            // A quotient in parentheses keeps its meaning behind a point: mm2/s.(mm2/s).
            parts.AddRange(Enumerable.Repeat(intensity.Contains('/', StringComparison.Ordinal) ? $"({intensity})" : intensity, IntensityPower));
        }

        if (LengthPower > 0)
        {
            parts.Add(LengthPower == 1 ? "mm" : FormattableString.Invariant($"mm{LengthPower}"));
        }

        var product = string.Join('.', parts);
        return LengthPower < 0 ? $"{product}/mm" : product.Length == 0 ? "1" : parts.Count == 1 ? product.Trim('(', ')') : product;
    }
}

/// <summary>All features, in the order of the manual.</summary>
/// <remarks>
/// Names and identifiers: Zwanenburg et al., Radiology 295:328 (2020), and the reference manual of the initiative. Tags are those of its tables, but for the few that its tables give
/// to two features: <c>ih_P10</c>, <c>ivh_V90</c> and <c>ivh_I90</c> are set beside <c>ih_P90</c>, <c>ivh_V10</c> and <c>ivh_I10</c>.
/// Enclosing boxes and ellipsoids of least volume have no reference values and are left out.
/// </remarks>
public static class FeatureCatalogue
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<RadiomicsFeature> All { get; } =
    [
        // Morphology
        Of(FeatureFamily.Morphology, "morph_vol", "RNU0", "Volume (mesh)", length: 3),
        Of(FeatureFamily.Morphology, "morph_approx_vol", "YEKZ", "Volume (voxel counting)", length: 3),
        Of(FeatureFamily.Morphology, "morph_area", "C0JK", "Surface area (mesh)", length: 2),
        Of(FeatureFamily.Morphology, "morph_av", "2PR5", "Surface to volume ratio", length: -1),
        Of(FeatureFamily.Morphology, "morph_comp_1", "SKGS", "Compactness 1"),
        Of(FeatureFamily.Morphology, "morph_comp_2", "BQWJ", "Compactness 2"),
        Of(FeatureFamily.Morphology, "morph_sph_dispr", "KRCK", "Spherical disproportion"),
        Of(FeatureFamily.Morphology, "morph_sphericity", "QCFX", "Sphericity"),
        Of(FeatureFamily.Morphology, "morph_asphericity", "25C7", "Asphericity"),
        Of(FeatureFamily.Morphology, "morph_com", "KLMA", "Centre of mass shift", length: 1),
        Of(FeatureFamily.Morphology, "morph_diam", "L0JK", "Maximum 3D diameter", length: 1),
        Of(FeatureFamily.Morphology, "morph_pca_major", "TDIC", "Major axis length", length: 1),
        Of(FeatureFamily.Morphology, "morph_pca_minor", "P9VJ", "Minor axis length", length: 1),
        Of(FeatureFamily.Morphology, "morph_pca_least", "7J51", "Least axis length", length: 1),
        Of(FeatureFamily.Morphology, "morph_pca_elongation", "Q3CK", "Elongation"),
        Of(FeatureFamily.Morphology, "morph_pca_flatness", "N17B", "Flatness"),
        Of(FeatureFamily.Morphology, "morph_v_dens_aabb", "PBX1", "Volume density (axis-aligned bounding box)"),
        Of(FeatureFamily.Morphology, "morph_a_dens_aabb", "R59B", "Area density (axis-aligned bounding box)"),
        Of(FeatureFamily.Morphology, "morph_v_dens_aee", "6BDE", "Volume density (approximate enclosing ellipsoid)"),
        Of(FeatureFamily.Morphology, "morph_a_dens_aee", "RDD2", "Area density (approximate enclosing ellipsoid)"),
        Of(FeatureFamily.Morphology, "morph_v_dens_conv_hull", "R3ER", "Volume density (convex hull)"),
        Of(FeatureFamily.Morphology, "morph_a_dens_conv_hull", "7T7F", "Area density (convex hull)"),
        Of(FeatureFamily.Morphology, "morph_integ_int", "99N0", "Integrated intensity", intensity: 1, length: 3),
        Of(FeatureFamily.Morphology, "morph_moran_i", "N365", "Moran's I index"),
        Of(FeatureFamily.Morphology, "morph_geary_c", "NPT7", "Geary's C measure"),

        // LocalIntensity
        Of(FeatureFamily.LocalIntensity, "loc_peak_local", "VJGA", "Local intensity peak", intensity: 1),
        Of(FeatureFamily.LocalIntensity, "loc_peak_global", "0F91", "Global intensity peak", intensity: 1),

        // IntensityStatistics
        Of(FeatureFamily.IntensityStatistics, "stat_mean", "Q4LE", "Mean intensity", intensity: 1),
        Of(FeatureFamily.IntensityStatistics, "stat_var", "ECT3", "Intensity variance", intensity: 2),
        Of(FeatureFamily.IntensityStatistics, "stat_skew", "KE2A", "Intensity skewness"),
        Of(FeatureFamily.IntensityStatistics, "stat_kurt", "IPH6", "(Excess) intensity kurtosis"),
        Of(FeatureFamily.IntensityStatistics, "stat_median", "Y12H", "Median intensity", intensity: 1),
        Of(FeatureFamily.IntensityStatistics, "stat_min", "1GSF", "Minimum intensity", intensity: 1),
        Of(FeatureFamily.IntensityStatistics, "stat_p10", "QG58", "10th intensity percentile", intensity: 1),
        Of(FeatureFamily.IntensityStatistics, "stat_p90", "8DWT", "90th intensity percentile", intensity: 1),
        Of(FeatureFamily.IntensityStatistics, "stat_max", "84IY", "Maximum intensity", intensity: 1),
        Of(FeatureFamily.IntensityStatistics, "stat_iqr", "SALO", "Intensity interquartile range", intensity: 1),
        Of(FeatureFamily.IntensityStatistics, "stat_range", "2OJQ", "Intensity range", intensity: 1),
        Of(FeatureFamily.IntensityStatistics, "stat_mad", "4FUA", "Intensity-based mean absolute deviation", intensity: 1),
        Of(FeatureFamily.IntensityStatistics, "stat_rmad", "1128", "Intensity-based robust mean absolute deviation", intensity: 1),
        Of(FeatureFamily.IntensityStatistics, "stat_medad", "N72L", "Intensity-based median absolute deviation", intensity: 1),
        Of(FeatureFamily.IntensityStatistics, "stat_cov", "7TET", "Intensity-based coefficient of variation"),
        Of(FeatureFamily.IntensityStatistics, "stat_qcod", "9S40", "Intensity-based quartile coefficient of dispersion"),
        Of(FeatureFamily.IntensityStatistics, "stat_energy", "N8CA", "Intensity-based energy", intensity: 2),
        Of(FeatureFamily.IntensityStatistics, "stat_rms", "5ZWQ", "Root mean square intensity", intensity: 1),

        // IntensityHistogram
        Of(FeatureFamily.IntensityHistogram, "ih_mean", "X6K6", "Mean discretised intensity"),
        Of(FeatureFamily.IntensityHistogram, "ih_var", "CH89", "Discretised intensity variance"),
        Of(FeatureFamily.IntensityHistogram, "ih_skew", "88K1", "Discretised intensity skewness"),
        Of(FeatureFamily.IntensityHistogram, "ih_kurt", "C3I7", "(Excess) discretised intensity kurtosis"),
        Of(FeatureFamily.IntensityHistogram, "ih_median", "WIFQ", "Median discretised intensity"),
        Of(FeatureFamily.IntensityHistogram, "ih_min", "1PR8", "Minimum discretised intensity"),
        Of(FeatureFamily.IntensityHistogram, "ih_P10", "GPMT", "10th discretised intensity percentile"),
        Of(FeatureFamily.IntensityHistogram, "ih_P90", "OZ0C", "90th discretised intensity percentile"),
        Of(FeatureFamily.IntensityHistogram, "ih_max", "3NCY", "Maximum discretised intensity"),
        Of(FeatureFamily.IntensityHistogram, "ih_mode", "AMMC", "Intensity histogram mode"),
        Of(FeatureFamily.IntensityHistogram, "ih_iqr", "WR0O", "Discretised intensity interquartile range"),
        Of(FeatureFamily.IntensityHistogram, "ih_range", "5Z3W", "Discretised intensity range"),
        Of(FeatureFamily.IntensityHistogram, "ih_mad", "D2ZX", "Intensity histogram mean absolute deviation"),
        Of(FeatureFamily.IntensityHistogram, "ih_rmad", "WRZB", "Intensity histogram robust mean absolute deviation"),
        Of(FeatureFamily.IntensityHistogram, "ih_medad", "4RNL", "Intensity histogram median absolute deviation"),
        Of(FeatureFamily.IntensityHistogram, "ih_cov", "CWYJ", "Intensity histogram coefficient of variation"),
        Of(FeatureFamily.IntensityHistogram, "ih_qcod", "SLWD", "Intensity histogram quartile coefficient of dispersion"),
        Of(FeatureFamily.IntensityHistogram, "ih_entropy", "TLU2", "Discretised intensity entropy"),
        Of(FeatureFamily.IntensityHistogram, "ih_uniformity", "BJ5W", "Discretised intensity uniformity"),
        Of(FeatureFamily.IntensityHistogram, "ih_max_grad", "12CE", "Maximum histogram gradient"),
        Of(FeatureFamily.IntensityHistogram, "ih_max_grad_gl", "8E6O", "Maximum histogram gradient intensity"),
        Of(FeatureFamily.IntensityHistogram, "ih_min_grad", "VQB3", "Minimum histogram gradient"),
        Of(FeatureFamily.IntensityHistogram, "ih_min_grad_gl", "RHQZ", "Minimum histogram gradient intensity"),

        // IntensityVolumeHistogram
        Of(FeatureFamily.IntensityVolumeHistogram, "ivh_V10", "BC2M", "Volume at intensity fraction 10 %"),
        Of(FeatureFamily.IntensityVolumeHistogram, "ivh_V90", "BC2M", "Volume at intensity fraction 90 %"),
        Of(FeatureFamily.IntensityVolumeHistogram, "ivh_I10", "GBPN", "Intensity at volume fraction 10 %", intensity: 1),
        Of(FeatureFamily.IntensityVolumeHistogram, "ivh_I90", "GBPN", "Intensity at volume fraction 90 %", intensity: 1),
        Of(FeatureFamily.IntensityVolumeHistogram, "ivh_V10minusV90", "DDTU", "Volume fraction difference between intensity fractions"),
        Of(FeatureFamily.IntensityVolumeHistogram, "ivh_I10minusI90", "CNV2", "Intensity fraction difference between volume fractions", intensity: 1),

        // Glcm
        Of(FeatureFamily.Glcm, "cm_joint_max", "GYBY", "Joint maximum"),
        Of(FeatureFamily.Glcm, "cm_joint_avg", "60VM", "Joint average"),
        Of(FeatureFamily.Glcm, "cm_joint_var", "UR99", "Joint variance"),
        Of(FeatureFamily.Glcm, "cm_joint_entr", "TU9B", "Joint entropy"),
        Of(FeatureFamily.Glcm, "cm_diff_avg", "TF7R", "Difference average"),
        Of(FeatureFamily.Glcm, "cm_diff_var", "D3YU", "Difference variance"),
        Of(FeatureFamily.Glcm, "cm_diff_entr", "NTRS", "Difference entropy"),
        Of(FeatureFamily.Glcm, "cm_sum_avg", "ZGXS", "Sum average"),
        Of(FeatureFamily.Glcm, "cm_sum_var", "OEEB", "Sum variance"),
        Of(FeatureFamily.Glcm, "cm_sum_entr", "P6QZ", "Sum entropy"),
        Of(FeatureFamily.Glcm, "cm_energy", "8ZQL", "Angular second moment"),
        Of(FeatureFamily.Glcm, "cm_contrast", "ACUI", "Contrast"),
        Of(FeatureFamily.Glcm, "cm_dissimilarity", "8S9J", "Dissimilarity"),
        Of(FeatureFamily.Glcm, "cm_inv_diff", "IB1Z", "Inverse difference"),
        Of(FeatureFamily.Glcm, "cm_inv_diff_norm", "NDRX", "Normalised inverse difference"),
        Of(FeatureFamily.Glcm, "cm_inv_diff_mom", "WF0Z", "Inverse difference moment"),
        Of(FeatureFamily.Glcm, "cm_inv_diff_mom_norm", "1QCO", "Normalised inverse difference moment"),
        Of(FeatureFamily.Glcm, "cm_inv_var", "E8JP", "Inverse variance"),
        Of(FeatureFamily.Glcm, "cm_corr", "NI2N", "Correlation"),
        Of(FeatureFamily.Glcm, "cm_auto_corr", "QWB0", "Autocorrelation"),
        Of(FeatureFamily.Glcm, "cm_clust_tend", "DG8W", "Cluster tendency"),
        Of(FeatureFamily.Glcm, "cm_clust_shade", "7NFM", "Cluster shade"),
        Of(FeatureFamily.Glcm, "cm_clust_prom", "AE86", "Cluster prominence"),
        Of(FeatureFamily.Glcm, "cm_info_corr_1", "R8DG", "Information correlation 1"),
        Of(FeatureFamily.Glcm, "cm_info_corr_2", "JN9H", "Information correlation 2"),

        // Glrlm
        Of(FeatureFamily.Glrlm, "rlm_sre", "22OV", "Short runs emphasis"),
        Of(FeatureFamily.Glrlm, "rlm_lre", "W4KF", "Long runs emphasis"),
        Of(FeatureFamily.Glrlm, "rlm_lgre", "V3SW", "Low grey level run emphasis"),
        Of(FeatureFamily.Glrlm, "rlm_hgre", "G3QZ", "High grey level run emphasis"),
        Of(FeatureFamily.Glrlm, "rlm_srlge", "HTZT", "Short run low grey level emphasis"),
        Of(FeatureFamily.Glrlm, "rlm_srhge", "GD3A", "Short run high grey level emphasis"),
        Of(FeatureFamily.Glrlm, "rlm_lrlge", "IVPO", "Long run low grey level emphasis"),
        Of(FeatureFamily.Glrlm, "rlm_lrhge", "3KUM", "Long run high grey level emphasis"),
        Of(FeatureFamily.Glrlm, "rlm_glnu", "R5YN", "Grey level non-uniformity"),
        Of(FeatureFamily.Glrlm, "rlm_glnu_norm", "OVBL", "Normalised grey level non-uniformity"),
        Of(FeatureFamily.Glrlm, "rlm_rlnu", "W92Y", "Run length non-uniformity"),
        Of(FeatureFamily.Glrlm, "rlm_rlnu_norm", "IC23", "Normalised run length non-uniformity"),
        Of(FeatureFamily.Glrlm, "rlm_r_perc", "9ZK5", "Run percentage"),
        Of(FeatureFamily.Glrlm, "rlm_gl_var", "8CE5", "Grey level variance"),
        Of(FeatureFamily.Glrlm, "rlm_rl_var", "SXLW", "Run length variance"),
        Of(FeatureFamily.Glrlm, "rlm_rl_entr", "HJ9O", "Run entropy"),

        // Glszm
        Of(FeatureFamily.Glszm, "szm_sze", "5QRC", "Small zone emphasis"),
        Of(FeatureFamily.Glszm, "szm_lze", "48P8", "Large zone emphasis"),
        Of(FeatureFamily.Glszm, "szm_lgze", "XMSY", "Low grey level zone emphasis"),
        Of(FeatureFamily.Glszm, "szm_hgze", "5GN9", "High grey level zone emphasis"),
        Of(FeatureFamily.Glszm, "szm_szlge", "5RAI", "Small zone low grey level emphasis"),
        Of(FeatureFamily.Glszm, "szm_szhge", "HW1V", "Small zone high grey level emphasis"),
        Of(FeatureFamily.Glszm, "szm_lzlge", "YH51", "Large zone low grey level emphasis"),
        Of(FeatureFamily.Glszm, "szm_lzhge", "J17V", "Large zone high grey level emphasis"),
        Of(FeatureFamily.Glszm, "szm_glnu", "JNSA", "Grey level non-uniformity"),
        Of(FeatureFamily.Glszm, "szm_glnu_norm", "Y1RO", "Normalised grey level non-uniformity"),
        Of(FeatureFamily.Glszm, "szm_zsnu", "4JP3", "Zone size non-uniformity"),
        Of(FeatureFamily.Glszm, "szm_zsnu_norm", "VB3A", "Normalised zone size non-uniformity"),
        Of(FeatureFamily.Glszm, "szm_z_perc", "P30P", "Zone percentage"),
        Of(FeatureFamily.Glszm, "szm_gl_var", "BYLV", "Grey level variance"),
        Of(FeatureFamily.Glszm, "szm_zs_var", "3NSA", "Zone size variance"),
        Of(FeatureFamily.Glszm, "szm_zs_entr", "GU8N", "Zone size entropy"),

        // Gldzm
        Of(FeatureFamily.Gldzm, "dzm_sde", "0GBI", "Small distance emphasis"),
        Of(FeatureFamily.Gldzm, "dzm_lde", "MB4I", "Large distance emphasis"),
        Of(FeatureFamily.Gldzm, "dzm_lgze", "S1RA", "Low grey level zone emphasis"),
        Of(FeatureFamily.Gldzm, "dzm_hgze", "K26C", "High grey level zone emphasis"),
        Of(FeatureFamily.Gldzm, "dzm_sdlge", "RUVG", "Small distance low grey level emphasis"),
        Of(FeatureFamily.Gldzm, "dzm_sdhge", "DKNJ", "Small distance high grey level emphasis"),
        Of(FeatureFamily.Gldzm, "dzm_ldlge", "A7WM", "Large distance low grey level emphasis"),
        Of(FeatureFamily.Gldzm, "dzm_ldhge", "KLTH", "Large distance high grey level emphasis"),
        Of(FeatureFamily.Gldzm, "dzm_glnu", "VFT7", "Grey level non-uniformity"),
        Of(FeatureFamily.Gldzm, "dzm_glnu_norm", "7HP3", "Normalised grey level non-uniformity"),
        Of(FeatureFamily.Gldzm, "dzm_zdnu", "V294", "Zone distance non-uniformity"),
        Of(FeatureFamily.Gldzm, "dzm_zdnu_norm", "IATH", "Normalised zone distance non-uniformity"),
        Of(FeatureFamily.Gldzm, "dzm_z_perc", "VIWW", "Zone percentage"),
        Of(FeatureFamily.Gldzm, "dzm_gl_var", "QK93", "Grey level variance"),
        Of(FeatureFamily.Gldzm, "dzm_zd_var", "7WT1", "Zone distance variance"),
        Of(FeatureFamily.Gldzm, "dzm_zd_entr", "GBDU", "Zone distance entropy"),

        // Ngtdm
        Of(FeatureFamily.Ngtdm, "ngt_coarseness", "QCDE", "Coarseness"),
        Of(FeatureFamily.Ngtdm, "ngt_contrast", "65HE", "Contrast"),
        Of(FeatureFamily.Ngtdm, "ngt_busyness", "NQ30", "Busyness"),
        Of(FeatureFamily.Ngtdm, "ngt_complexity", "HDEZ", "Complexity"),
        Of(FeatureFamily.Ngtdm, "ngt_strength", "1X9X", "Strength"),

        // Ngldm
        Of(FeatureFamily.Ngldm, "ngl_lde", "SODN", "Low dependence emphasis"),
        Of(FeatureFamily.Ngldm, "ngl_hde", "IMOQ", "High dependence emphasis"),
        Of(FeatureFamily.Ngldm, "ngl_lgce", "TL9H", "Low grey level count emphasis"),
        Of(FeatureFamily.Ngldm, "ngl_hgce", "OAE7", "High grey level count emphasis"),
        Of(FeatureFamily.Ngldm, "ngl_ldlge", "EQ3F", "Low dependence low grey level emphasis"),
        Of(FeatureFamily.Ngldm, "ngl_ldhge", "JA6D", "Low dependence high grey level emphasis"),
        Of(FeatureFamily.Ngldm, "ngl_hdlge", "NBZI", "High dependence low grey level emphasis"),
        Of(FeatureFamily.Ngldm, "ngl_hdhge", "9QMG", "High dependence high grey level emphasis"),
        Of(FeatureFamily.Ngldm, "ngl_glnu", "FP8K", "Grey level non-uniformity"),
        Of(FeatureFamily.Ngldm, "ngl_glnu_norm", "5SPA", "Normalised grey level non-uniformity"),
        Of(FeatureFamily.Ngldm, "ngl_dcnu", "Z87G", "Dependence count non-uniformity"),
        Of(FeatureFamily.Ngldm, "ngl_dcnu_norm", "OKJI", "Normalised dependence count non-uniformity"),
        Of(FeatureFamily.Ngldm, "ngl_dc_perc", "6XV8", "Dependence count percentage"),
        Of(FeatureFamily.Ngldm, "ngl_gl_var", "1PFV", "Grey level variance"),
        Of(FeatureFamily.Ngldm, "ngl_dc_var", "DNX2", "Dependence count variance"),
        Of(FeatureFamily.Ngldm, "ngl_dc_entr", "FCBV", "Dependence count entropy"),
        Of(FeatureFamily.Ngldm, "ngl_dc_energy", "CAS9", "Dependence count energy"),
    ];

    private static readonly Dictionary<FeatureFamily, ImmutableArray<RadiomicsFeature>> Families = All.GroupBy(f => f.Family).ToDictionary(g => g.Key, g => g.ToImmutableArray());

    /// <summary>The features of a family.</summary>
    public static ImmutableArray<RadiomicsFeature> Of(FeatureFamily family) => Families[family];

    private static RadiomicsFeature Of(FeatureFamily family, string tag, string id, string name, int intensity = 0, int length = 0) => new(family, tag, id, name, intensity, length);
}
