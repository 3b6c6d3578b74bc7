namespace Etalon.Assays.Radiomics;

/// <summary>Value of a feature.</summary>
/// <param name="Feature">Which.</param>
/// <param name="Aggregation">How matrices became one value.</param>
/// <param name="Value">In the feature's unit; null where it is not defined for this region.</param>
public sealed record FeatureValue(RadiomicsFeature Feature, FeatureAggregation Aggregation, double? Value)
{
    /// <summary>Pairs the features of a family with their values, in the order of the catalogue.</summary>
    /// <param name="family">The family.</param>
    /// <param name="aggregation">How.</param>
    /// <param name="values">A number for each feature, NaN where it is not defined; null: none is.</param>
    internal static IEnumerable<FeatureValue> Of(FeatureFamily family, FeatureAggregation aggregation, double[]? values) =>
        FeatureCatalogue.Of(family).Select((f, n) => new FeatureValue(f, aggregation, values is not null && double.IsFinite(values[n]) ? values[n] : null));
}
