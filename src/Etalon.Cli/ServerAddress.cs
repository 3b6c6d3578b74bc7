using Etalon.Dicom.Web;

namespace Etalon.Cli;

/// <summary>The server that a person names, and the credentials from the environment.</summary>
internal static class ServerAddress
{
    public const string User = "ETALON_DICOMWEB_USER";
    public const string Password = "ETALON_DICOMWEB_PASSWORD";
    public const string Token = "ETALON_DICOMWEB_TOKEN";

    /// <summary>A client for an address.</summary>
    /// <exception cref="UsageException">The address or the credentials cannot be used.</exception>
    public static DicomWebClient Open(string address, bool isInsecureAllowed)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri))
        {
            throw new UsageException("The address of the server is none: expected https://host:port/dicom-web.");
        }

        try
        {
            return new DicomWebClient(uri, new DicomWebOptions { AllowInsecure = isInsecureAllowed, Credentials = Credentials() });
        }
        catch (DicomWebException e)
        {
            var flag = uri.Scheme == Uri.UriSchemeHttp && uri.UserInfo.Length == 0 && uri.Query.Length == 0 ? " (--insecure)" : "";
            throw new UsageException($"The address of the server: {e.Found}. Expected: {e.Expected}. {e.Remedy}{flag}.");
        }
    }

    private static DicomWebCredentials? Credentials()
    {
        string? Value(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
        var (user, password, token) = (Value(User), Value(Password), Value(Token));
        if (token is not null && (user ?? password) is not null)
        {
            throw new UsageException($"Set {Token}, or {User} and {Password}, not both.");
        }

        if ((user is null) != (password is null))
        {
            throw new UsageException($"Set both {User} and {Password}, or none.");
        }

        try
        {
            return token is not null ? DicomWebCredentials.Bearer(token) : user is not null ? DicomWebCredentials.Basic(user, password!) : null;
        }
        catch (ArgumentException)
        {
            throw new UsageException($"{(token is not null ? $"{Token} holds other characters than visible ASCII." : $"{User} holds a colon, or it or {Password} holds control characters.")}");
        }
    }
}

/// <summary>What was asked for cannot be asked for.</summary>
internal sealed class UsageException(string message) : Exception(message);
