namespace Etalon.Reference;

/// <summary>Examples of NIST Technical Note 1900 (Possolo, 2015).</summary>
public static class NistTechnicalNote1900
{
    /// <summary>E2: daily maximum temperatures on 22 days of May 2012, °C.</summary>
    public static IReadOnlyList<double> SurfaceTemperatures { get; } =
        [18.75, 28.25, 25.75, 28.00, 28.50, 20.75, 21.00, 22.75, 18.50, 27.25, 20.75, 26.50, 28.00, 23.25, 28.00, 21.75, 26.00, 26.50, 28.00, 33.25, 32.00, 29.50];

    /// <summary>E2: mean, u, and the ends of the 95 % interval, °C.</summary>
    public static IReadOnlyList<PublishedValue> SurfaceTemperature { get; } =
    [
        new("mean temperature", 25.6, 0.05, "NIST TN 1900 E2"), new("u", 0.872, 0.0005, "NIST TN 1900 E2"),
        new("lower end", 23.8, 0.05, "NIST TN 1900 E2"), new("upper end", 27.4, 0.05, "NIST TN 1900 E2"),
    ];
}
