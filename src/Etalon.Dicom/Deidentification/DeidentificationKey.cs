using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Etalon.Dicom.Deidentification;

/// <summary>A secret that pseudonyms, UIDs and shifts of dates follow from: the same key gives the same ones in every run, and without it nobody can tell
/// what they stand for, nor try identifiers until one fits.</summary>
public sealed class DeidentificationKey
{
    /// <summary>Fewest bytes of a key: 128 bits.</summary>
    public const int LeastBytes = 16;

    /// <summary>Most days that dates move, about ten years.</summary>
    public const int MostDays = 3650;

    private readonly byte[] secret;

    /// <summary>Takes a secret over.</summary>
    /// <param name="secret">At least <see cref="LeastBytes"/> bytes; copied.</param>
    /// <exception cref="ArgumentException">The secret is too short.</exception>
    public DeidentificationKey(ReadOnlySpan<byte> secret)
    {
        if (secret.Length < LeastBytes)
        {
            throw new ArgumentException($"{secret.Length} bytes where a key has at least {LeastBytes}.", nameof(secret));
        }

        this.secret = secret.ToArray();
    }

    /// <summary>Name of a patient in the objects written: <c>P-</c> and 16 hexadecimal digits.</summary>
    public string Patient(string identifier) => "P-" + Convert.ToHexStringLower(Digest("patient", identifier)[..8]);

    /// <summary>A dummy for any other value: ANON_ and 10 hexadecimal digits, fit for every representation of text.</summary>
    public string Code(string value) => "ANON_" + Convert.ToHexString(Digest("value", value)[..5]);

    /// <summary>The UID that stands for another one.</summary>
    public string Uid(string uid) => DicomUid.Derive("de-identified", Convert.ToHexStringLower(Digest("uid", uid)));

    /// <summary>Days that a patient's dates move back, 1 to <see cref="MostDays"/>.</summary>
    public int DaysBack(string identifier) => 1 + (int)(BinaryPrimitives.ReadUInt64BigEndian(Digest("days", identifier)) % MostDays);

    private byte[] Digest(string purpose, string value)
    {
        var text = Encoding.UTF8.GetBytes($"etalon-deidentify-1\0{purpose}\0{value}");
        return HMACSHA256.HashData(secret, text);
    }
}
