namespace Etalon.Reference;

/// <summary>Outputs of published random number generators.</summary>
public static class RandomNumbers
{
    /// <summary>
    /// First outputs of xoshiro256** whose state is four outputs of SplitMix64 from 0: the test vector of implementations in several languages,
    /// computed with the authors' C code (prng.di.unimi.it).
    /// </summary>
    public static IReadOnlyList<ulong> Xoshiro256StarStarFromZero { get; } = [0x99EC5F36CB75F2B4, 0xBF6E1F784956452A, 0x1A5F849D4933E6E0];
}
