namespace Etalon.Cases;

/// <summary>Names of regions as identifiers.</summary>
public static class RegionLabel
{
    /// <summary>A name for identifiers: letters, digits and a few signs, so that no name of an object becomes markup or a path.</summary>
    public static string Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var label = new string([.. name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' ? c : '_')]).Trim('_', '.', '-');
        return label.Length == 0 ? "region" : label;
    }
}
