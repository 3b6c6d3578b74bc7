using System.Globalization;

namespace Etalon.Metrology;

/// <summary>A UCUM unit: a scale to SI base units and the exponents of its dimensions.</summary>
/// <remarks>Covers the part of UCUM named in docs/conformance.md: multiplicative units, no special (logarithmic, temperature) ones.</remarks>
public sealed class Unit : IEquatable<Unit>
{
    private readonly int[] _exponents;

    internal Unit(string code, double scale, int[] exponents)
    {
        Code = code;
        Scale = scale;
        _exponents = exponents;
    }

    /// <summary>As written.</summary>
    public string Code { get; }

    /// <summary>How many of the coherent SI unit one of this is.</summary>
    public double Scale { get; }

    /// <summary>Parses a UCUM expression such as <c>mm2/s</c>, <c>mL/(100.mL.min)</c> or <c>10*-6.mm2/s</c> (also written <c>1e-6.mm2/s</c>).</summary>
    /// <exception cref="FormatException">The text is not a unit that Etalon knows; the message names the part.</exception>
    public static Unit Parse(string code) => new UnitParser(code).Parse();

    /// <summary>Parses without throwing.</summary>
    public static bool TryParse(string? code, out Unit? unit)
    {
        unit = null;
        if (string.IsNullOrWhiteSpace(code))
        {
            return false;
        }

        try
        {
            unit = Parse(code);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>Whether both measure the same kind of quantity, so that a value can be converted.</summary>
    public bool IsCommensurableWith(Unit other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return _exponents.AsSpan().SequenceEqual(other._exponents);
    }

    /// <summary>Factor that turns a value in this unit into a value in the other.</summary>
    /// <exception cref="ArgumentException">The dimensions differ.</exception>
    public double FactorTo(Unit other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return IsCommensurableWith(other)
            ? Scale / other.Scale
            : throw new ArgumentException($"'{Code}' and '{other.Code}' measure different kinds of quantity.");
    }

    /// <inheritdoc/>
    public bool Equals(Unit? other) => other is not null && Rounded.Equals(other.Rounded) && IsCommensurableWith(other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Unit);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Rounded, _exponents[0], _exponents[1], _exponents[2]);

    /// <inheritdoc/>
    public override string ToString() => Code;

    /// <summary>The scale to 14 digits: cm3 and mL are one unit, though their products of factors differ in the last place.</summary>
    private double Rounded => double.Parse(Scale.ToString("E13", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    internal static string Invariant(double x) => x.ToString("R", CultureInfo.InvariantCulture);
}
