using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Etalon.Dicom;

/// <summary>Unique identifiers (PS3.5 section 9) that follow from content, so that the same input gives the same objects.</summary>
public static class DicomUid
{
    /// <summary>Longest UID in characters.</summary>
    public const int MaxLength = 64;

    /// <summary>A UID under 2.25 (PS3.5 B.2) derived from parts: equal parts give equal UIDs, on every machine.</summary>
    /// <param name="purpose">What the UID is for, so that two kinds of objects of the same parts differ.</param>
    /// <param name="parts">What the object depends on, in order.</param>
    /// <remarks>SHA-256 over the parts, each with its length in front; the first 128 bits with version 8 and the variant of RFC 9562.</remarks>
    public static string Derive(string purpose, params ReadOnlySpan<string> parts)
    {
        ArgumentException.ThrowIfNullOrEmpty(purpose);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, "Etalon");
        Append(hash, purpose);
        foreach (var part in parts)
        {
            Append(hash, part);
        }

        Span<byte> digest = stackalloc byte[32];
        hash.GetHashAndReset(digest);
        digest[6] = (byte)((digest[6] & 0x0F) | 0x80);
        digest[8] = (byte)((digest[8] & 0x3F) | 0x80);
        return $"2.25.{new BigInteger(digest[..16], isUnsigned: true, isBigEndian: true)}";
    }

    /// <summary>Whether a text is a UID: digits and points, components without leading zeros, at most 64 characters.</summary>
    public static bool IsValid(string? uid)
    {
        if (string.IsNullOrEmpty(uid) || uid.Length > MaxLength)
        {
            return false;
        }

        foreach (var range in uid.AsSpan().Split('.'))
        {
            var component = uid.AsSpan(range);
            if (component.Length == 0 || component.ContainsAnyExceptInRange('0', '9') || (component.Length > 1 && component[0] == '0'))
            {
                return false;
            }
        }

        return true;
    }

    private static void Append(IncrementalHash hash, string part)
    {
        var bytes = Encoding.UTF8.GetBytes(part);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
