using System.Security.Cryptography;
using System.Text;

namespace Etalon.Cases;

/// <summary>Names for people that lead back to nobody without the identifier itself.</summary>
public static class Pseudonym
{
    /// <summary>A pseudonym of an identifier: the same one gives the same pseudonym.</summary>
    public static string Of(string identifier) =>
        "P-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("etalon-pseudonym-1:" + identifier)))[..8];
}
