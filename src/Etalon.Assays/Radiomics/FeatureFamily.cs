namespace Etalon.Assays.Radiomics;

/// <summary>Families of features, in the order of the reference manual of the Image Biomarker Standardisation Initiative (IBSI).</summary>
public enum FeatureFamily
{
    /// <summary>Shape of the region, and where its intensities lie within it.</summary>
    Morphology,

    /// <summary>Peaks within a sphere of 1 mL.</summary>
    LocalIntensity,

    /// <summary>Statistics of intensities as they are.</summary>
    IntensityStatistics,

    /// <summary>Statistics of discretised intensities.</summary>
    IntensityHistogram,

    /// <summary>Intensity-volume histogram.</summary>
    IntensityVolumeHistogram,

    /// <summary>Grey level co-occurrence matrix.</summary>
    Glcm,

    /// <summary>Grey level run length matrix.</summary>
    Glrlm,

    /// <summary>Grey level size zone matrix.</summary>
    Glszm,

    /// <summary>Grey level distance zone matrix.</summary>
    Gldzm,

    /// <summary>Neighbourhood grey tone difference matrix.</summary>
    Ngtdm,

    /// <summary>Neighbouring grey level dependence matrix.</summary>
    Ngldm,
}

/// <summary>How the matrices of slices and directions become one value of a feature.</summary>
public enum FeatureAggregation
{
    /// <summary>The family has no matrix.</summary>
    None,

    /// <summary>A matrix for each direction of each slice; the features are averaged.</summary>
    SlicesAveraged,

    /// <summary>The directions of a slice are merged; the features of slices are averaged.</summary>
    SlicesMerged,

    /// <summary>The slices of a direction are merged; the features of directions are averaged.</summary>
    DirectionsMerged,

    /// <summary>All slices and directions are merged.</summary>
    SlicesAndDirectionsMerged,

    /// <summary>A matrix for each of thirteen directions in space; the features are averaged.</summary>
    VolumeAveraged,

    /// <summary>The thirteen directions in space are merged.</summary>
    VolumeMerged,

    /// <summary>A matrix for each slice, for families without directions; the features are averaged.</summary>
    Slices,

    /// <summary>The matrices of slices are merged, for families without directions.</summary>
    AcrossSlices,

    /// <summary>One matrix of the volume, for families without directions.</summary>
    Volume,
}

/// <summary>Names of families and aggregations in tables.</summary>
public static class FeatureNames
{
    /// <summary>Name of a family, as the tables of reference values spell it.</summary>
    public static string Code(this FeatureFamily family) => family switch
    {
        FeatureFamily.Morphology => "morphology",
        FeatureFamily.LocalIntensity => "local_intensity",
        FeatureFamily.IntensityStatistics => "intensity_statistics",
        FeatureFamily.IntensityHistogram => "intensity_histogram",
        FeatureFamily.IntensityVolumeHistogram => "intensity_volume_histogram",
        FeatureFamily.Glcm => "glcm",
        FeatureFamily.Glrlm => "glrlm",
        FeatureFamily.Glszm => "glszm",
        FeatureFamily.Gldzm => "gldzm",
        FeatureFamily.Ngtdm => "ngtdm",
        FeatureFamily.Ngldm => "ngldm",
        _ => throw new ArgumentOutOfRangeException(nameof(family), family, "No such family."),
    };

    /// <summary>Name of an aggregation, as the tables of reference values spell it; empty for families without a matrix.</summary>
    public static string Code(this FeatureAggregation aggregation) => aggregation switch
    {
        FeatureAggregation.None => "",
        FeatureAggregation.SlicesAveraged => "2D, averaged",
        FeatureAggregation.SlicesMerged => "2D, slice-merged",
        FeatureAggregation.DirectionsMerged => "2.5D, direction-merged",
        FeatureAggregation.SlicesAndDirectionsMerged => "2.5D, merged",
        FeatureAggregation.VolumeAveraged => "3D, averaged",
        FeatureAggregation.VolumeMerged => "3D, merged",
        FeatureAggregation.Slices => "2D",
        FeatureAggregation.AcrossSlices => "2.5D",
        FeatureAggregation.Volume => "3D",
        _ => throw new ArgumentOutOfRangeException(nameof(aggregation), aggregation, "No such aggregation."),
    };
}
