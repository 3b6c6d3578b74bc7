using Etalon.Metrology;

namespace Etalon.Comparability;

/// <summary>Effects in words, with the measurand's unit.</summary>
public static class EffectText
{
    /// <summary>How large an effect is: <c>+3.8 %, u 2.1 % (0.042 10⁻³ mm²/s)</c>.</summary>
    /// <param name="effect">The effect.</param>
    /// <param name="value">A value, in the measurand's UCUM unit, at which it is shown.</param>
    /// <param name="info">The measurand.</param>
    public static string Of(AttributeEffect effect, double value, MeasurandInfo info)
    {
        ArgumentNullException.ThrowIfNull(effect);
        ArgumentNullException.ThrowIfNull(info);
        return effect.IsCalibratedOut ? "taken out by calibration"
            : effect.Effect.Shape == EffectShape.OtherMeasurand ? "another measurand"
            : effect.Effect.U is not { } u ? "no bound"
            : effect.Effect.Shape == EffectShape.Bounded ? $"up to {Percent(u)} ({Shown(u * value, info)})"
            : $"{(Math.Abs(effect.Effect.Mean) > 1e-6 ? FormattableString.Invariant($"{100 * (Math.Exp(effect.Effect.Mean) - 1):+0.0;-0.0} %, u ") : "u ")}{Percent(effect.Effect.Sd)} ({Shown(u * value, info)})";
    }

    /// <summary>A standard uncertainty of a logarithm as percent.</summary>
    public static string Percent(double logU) => FormattableString.Invariant($"{100 * (Math.Exp(logU) - 1):0.0#} %");

    /// <summary>A value as people see it.</summary>
    public static string Shown(double value, MeasurandInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        return FormattableString.Invariant($"{value * info.ShownFactor:0.###} {info.ShownUnit}");
    }
}
