using Etalon.Metrology;

namespace Etalon.Imaging.Dicom;

/// <summary>How many objects of a series were left out because their SOPInstanceUID was there before.</summary>
/// <param name="Repeated">Those that hold the same.</param>
/// <param name="Contradicted">Those that hold something else.</param>
public readonly record struct ObjectRepeats(int Repeated, int Contradicted)
{
    /// <summary>What is said of them.</summary>
    /// <param name="about">Name of the series.</param>
    public IEnumerable<Finding> Findings(string about)
    {
        if (Contradicted > 0)
        {
            yield return new Finding(
                FindingCodes.ObjectContradicted, Severity.Error, about, $"{Contradicted} objects with the SOPInstanceUID of another one and other content", "one content for one identifier",
                "The first of each was used. Find out which is right; export again from the archive.");
        }

        if (Repeated > 0)
        {
            yield return new Finding(FindingCodes.ObjectRepeated, Severity.Info, about, $"{Repeated} objects that stand in the input twice", "each object once", "Each was used once.");
        }
    }
}
