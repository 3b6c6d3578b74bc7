using System.Security.Cryptography;
using System.Text.Json;
using Etalon.Metrology;

namespace Etalon.Comparability.Calibration;

/// <summary>A calibration record as a file: written, signed, read, held against its hash and its signature.</summary>
public static class CalibrationFile
{
    /// <summary>The one kind of signature: ECDSA on the curve P-256 over SHA-256. .NET has no Ed25519.</summary>
    public const string Algorithm = "ecdsa-p256-sha256";

    private const long MaxBytes = 64 << 20;

    /// <summary>The bytes of a record.</summary>
    public static byte[] Write(CalibrationRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return CalibrationJson.Write(record);
    }

    /// <summary>The record with a signature by a private key. Its value differs each time, because ECDSA draws a number; the content does not.</summary>
    /// <param name="record">The record.</param>
    /// <param name="privateKeyPem">PEM of an EC private key on P-256.</param>
    /// <exception cref="CryptographicException">The text is no such key.</exception>
    public static CalibrationRecord Sign(CalibrationRecord record, string privateKeyPem)
    {
        ArgumentNullException.ThrowIfNull(record);
        using var key = Key(privateKeyPem);
        if (!privateKeyPem.Contains("PRIVATE KEY", StringComparison.Ordinal))
        {
            throw new CryptographicException("The key is a public one; signing takes the private one.");
        }

        var value = key.SignData(CalibrationJson.Content(record), HashAlgorithmName.SHA256);
        return record with { Signature = new CalibrationSignature(Algorithm, Fingerprint(key), Convert.ToBase64String(value)) };
    }

    /// <summary>Reads a record; null, with a finding, where it is none, was altered, or does not bear the signature that is asked for.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">How findings call it: no folder of this machine.</param>
    /// <param name="publicKeyPem">PEM of the public key that must have signed it; null: a signature is not asked for.</param>
    /// <param name="findings">Receives trouble.</param>
    /// <exception cref="CryptographicException">The text is no public key on P-256.</exception>
    public static CalibrationRecord? Read(string path, string name, string? publicKeyPem, ICollection<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        if (string.IsNullOrEmpty(path))
        {
            findings.Add(Invalid(name, "an empty path"));
            return null;
        }

        try
        {
            if (new FileInfo(path).Length > MaxBytes)
            {
                findings.Add(Invalid(name, "a file of more than 64 MiB"));
                return null;
            }

            return Parse(File.ReadAllBytes(path), name, publicKeyPem, findings);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            findings.Add(Invalid(name, $"a file that cannot be read ({e.GetType().Name})"));
            return null;
        }
    }

    /// <summary>Reads the bytes of a record; as <see cref="Read"/>.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="name">How findings call them.</param>
    /// <param name="publicKeyPem">PEM of the public key that must have signed them; null: a signature is not asked for.</param>
    /// <param name="findings">Receives trouble.</param>
    /// <exception cref="CryptographicException">The text is no public key on P-256.</exception>
    public static CalibrationRecord? Parse(ReadOnlyMemory<byte> content, string name, string? publicKeyPem, ICollection<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        CalibrationRecord record;
        string stated;
        try
        {
            using var document = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false });
            (record, stated) = CalibrationJson.Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            findings.Add(Invalid(name, e is JsonException ? e.Message : "text that is not Unicode"));
            return null;
        }

        var bytes = CalibrationJson.Content(record);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (hash != stated)
        {
            findings.Add(NotGenuine(name, $"content with the hash {hash}", $"the hash that it states, {stated}", "It was altered after it was written. Take it from its source again."));
            return null;
        }

        return publicKeyPem is null || IsSigned(record, bytes, name, publicKeyPem, findings) ? record : null;
    }

    private static bool IsSigned(CalibrationRecord record, byte[] bytes, string name, string publicKeyPem, ICollection<Finding> findings)
    {
        using var key = Key(publicKeyPem);
        if (record.Signature is not { } signature)
        {
            findings.Add(NotGenuine(name, "no signature", "one by the key that was given", "Ask its source for a signed record, or use it without --verify."));
            return false;
        }

        var value = new byte[signature.Value.Length];
        if (signature.Algorithm == Algorithm && Convert.TryFromBase64String(signature.Value, value, out var length)
            && key.VerifyData(bytes, value.AsSpan(0, length), HashAlgorithmName.SHA256))
        {
            return true;
        }

        findings.Add(NotGenuine(
            name, $"a signature ({signature.Algorithm}) by the key {signature.PublicKeySha256[..Math.Min(16, signature.PublicKeySha256.Length)]}… that does not hold",
            $"one ({Algorithm}) by the key {Fingerprint(key)[..16]}…", "It was altered, or signed by somebody else. Ask its source for the record and for the public key."));
        return false;
    }

    private static ECDsa Key(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (key.KeySize == 256)
            {
                return key;
            }
        }
        catch (ArgumentException e)
        {
            key.Dispose();
            throw new CryptographicException("The text holds no EC key in PEM.", e);
        }

        key.Dispose();
        throw new CryptographicException("The key is not on the curve P-256.");
    }

    private static string Fingerprint(ECDsa key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));

    private static Finding Invalid(string name, string found) => new(
        FindingCodes.JsonInvalid, Severity.Error, name, found, "a calibration record that 'etalon calibrate' wrote (etalon-calibration-1)", "Write it anew, or take it from its source again.");

    private static Finding NotGenuine(string name, string found, string expected, string remedy) => new(FindingCodes.CalibrationNotGenuine, Severity.Error, name, found, expected, remedy);
}
