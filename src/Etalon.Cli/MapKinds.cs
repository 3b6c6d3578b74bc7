namespace Etalon.Cli;

/// <summary>The kinds of <c>etalon map</c>.</summary>
internal static class MapKinds
{
    public static IReadOnlyList<MapKind> All() =>
    [
        SuvMapKind.Create(),
        VolumeMapKind.Create(),
    ];
}
