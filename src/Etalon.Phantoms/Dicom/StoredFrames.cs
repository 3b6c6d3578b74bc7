using System.Buffers.Binary;

namespace Etalon.Phantoms.Dicom;

/// <summary>How signals become whole numbers: stored value = signal / slope, rounded.</summary>
internal static class StoredFrames
{
    /// <summary>2 to this power has 14 characters as a decimal string, of 16.</summary>
    private const int LeastExponent = -12;

    /// <summary>The smallest power of two under which a signal fits; 1 where the signal is of whole numbers that fit as they are and shall stay so.</summary>
    /// <param name="signal">At least 0.</param>
    /// <param name="largest">Largest stored value.</param>
    /// <param name="keepWhole">Whether whole numbers stay as they are.</param>
    public static double Slope(ReadOnlySpan<float> signal, int largest, bool keepWhole)
    {
        var (most, isWhole) = (0f, true);
        foreach (var v in signal)
        {
            most = Math.Max(most, v);
            isWhole &= v == MathF.Round(v);
        }

        if (most == 0 || (keepWhole && isWhole && most <= largest))
        {
            return 1;
        }

        // A power of two: whole numbers that fit come back exactly, and a decimal string holds it with all its digits.
        return Math.Pow(2, Math.Max(LeastExponent, Math.Ceiling(Math.Log2(most / (double)largest))));
    }

    /// <summary>Stores values as little-endian words.</summary>
    public static void Store(ReadOnlySpan<float> signal, double slope, Span<byte> words)
    {
        for (var n = 0; n < signal.Length; n++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(words[(2 * n)..], (ushort)Math.Round(signal[n] / slope));
        }
    }
}
