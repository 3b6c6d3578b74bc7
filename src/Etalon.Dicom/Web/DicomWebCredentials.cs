using System.Net.Http.Headers;
using System.Text;

namespace Etalon.Dicom.Web;

/// <summary>Who asks. Nothing prints what it holds.</summary>
public sealed class DicomWebCredentials
{
    private DicomWebCredentials(AuthenticationHeaderValue header) => Header = header;

    /// <summary>The header that carries them.</summary>
    internal AuthenticationHeaderValue Header { get; }

    /// <summary>Name and password (HTTP Basic, UTF-8).</summary>
    /// <exception cref="ArgumentException">The name is empty or holds a colon, or one of both holds control characters.</exception>
    public static DicomWebCredentials Basic(string user, string password)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        ArgumentNullException.ThrowIfNull(password);
        if (user.Contains(':', StringComparison.Ordinal) || user.Concat(password).Any(char.IsControl))
        {
            throw new ArgumentException("A user's name holds no colon, and neither name nor password holds control characters.", nameof(user));
        }

        return new(new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))));
    }

    /// <summary>A token (HTTP Bearer).</summary>
    /// <exception cref="ArgumentException">The token is empty or holds other characters than visible ASCII.</exception>
    public static DicomWebCredentials Bearer(string token)
    {
        ArgumentException.ThrowIfNullOrEmpty(token);
        return token.All(letter => letter is > ' ' and < '\u007F')
            ? new(new AuthenticationHeaderValue("Bearer", token))
            : throw new ArgumentException("A token holds visible ASCII characters only.", nameof(token));
    }

    /// <inheritdoc/>
    public override string ToString() => "credentials";
}
