using Etalon.Metrology;

namespace Etalon.Imaging;

/// <summary>Why a NIfTI file cannot be used; becomes a <see cref="Finding"/>.</summary>
public sealed class NiftiException : Exception
{
    /// <summary>States what is wrong.</summary>
    public NiftiException(string code, string found, string expected, string remedy)
        : base($"found {found}; expected {expected}. {remedy}")
    {
        (Code, Found, Expected, Remedy) = (code, found, expected, remedy);
    }

    /// <summary>One of <see cref="FindingCodes"/>.</summary>
    public string Code { get; }

    /// <summary>What is there.</summary>
    public string Found { get; }

    /// <summary>What should be there.</summary>
    public string Expected { get; }

    /// <summary>What would mend it.</summary>
    public string Remedy { get; }

    /// <summary>As a finding about a place.</summary>
    public Finding ToFinding(string about) => new(Code, Severity.Error, about, Found, Expected, Remedy);
}
