using System.Buffers.Binary;

namespace Etalon.Phantoms.Dicom;

/// <summary>How signals become whole numbers: stored value = signal / slope, rounded.</summary>
internal static class StoredFrames
{
    /// <summary>The smallest slope under which a signal fits, in few enough digits for a decimal string; 1 where the signal is of whole numbers that fit as they are.</summary>
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

        // Six digits, rounded up, so that the header says exactly what was divided by.
        var digits = Math.Pow(10, 5 - Math.Floor(Math.Log10(most / largest)));
        return Math.Ceiling(most / largest * digits) / digits;
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
