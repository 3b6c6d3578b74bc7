using Etalon.Dicom;

namespace Etalon.Imaging.Dicom;

/// <summary>
/// Persons whom objects name, at every depth: the patient, those who referred, performed and read, with the identifiers of the patient and of orders.
/// All of it is to be taken out of texts, none of it to be shown.
/// </summary>
public sealed class NamedPersons
{
    /// <summary>Kept of each kind; what a hostile object holds beyond that is not.</summary>
    private const int Most = 4096;

    private const int LongestText = 400;

    /// <summary>Shorter accession numbers and codes are met in every header.</summary>
    private const int LeastOfAnOrder = 4;

    private static readonly DicomTag OtherPatientIds = new(0x0010, 0x1000);
    private static readonly DicomTag PersonIdentificationCodeSequence = new(0x0040, 0x1101);

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _identifiers = new(StringComparer.Ordinal);

    /// <summary>Names as they stand (PN, and the meaning of codes that identify persons).</summary>
    public IReadOnlyCollection<string> Names => _names;

    /// <summary>Identifiers of patients, accession numbers and codes of persons.</summary>
    public IReadOnlyCollection<string> Identifiers => _identifiers;

    /// <summary>Takes whom an object names. What is damaged in it is passed over.</summary>
    public void Take(DicomDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        Take(dataset, isPerson: false);
    }

    /// <summary>Takes whom others name.</summary>
    public void UnionWith(NamedPersons others)
    {
        ArgumentNullException.ThrowIfNull(others);
        foreach (var name in others._names)
        {
            Add(_names, name);
        }

        foreach (var identifier in others._identifiers)
        {
            Add(_identifiers, identifier);
        }
    }

    private void Take(DicomDataset dataset, bool isPerson)
    {
        foreach (var element in dataset.Elements)
        {
            if (element.IsSequence || element.Vr == DicomVr.SQ)
            {
                foreach (var item in Items(element))
                {
                    Take(item, element.Tag == PersonIdentificationCodeSequence);
                }
            }
            else if (element.Vr == DicomVr.PN || (isPerson && element.Tag == Tags.CodeMeaning))
            {
                AddAll(_names, element, 1);
            }
            else if (element.Tag == Tags.PatientId || element.Tag == OtherPatientIds)
            {
                AddAll(_identifiers, element, 1);
            }
            else if (element.Tag == Tags.AccessionNumber || (isPerson && element.Tag == Tags.CodeValue))
            {
                AddAll(_identifiers, element, LeastOfAnOrder);
            }
        }
    }

    private static IReadOnlyList<DicomDataset> Items(DicomElement element)
    {
        try
        {
            return element.ReadItems();
        }
        catch (DicomException)
        {
            return [];
        }
    }

    private static void AddAll(HashSet<string> texts, DicomElement element, int least)
    {
        foreach (var text in element.ReadStrings() ?? [])
        {
            if (text.Trim() is { } plain && plain.Length >= least && plain.Any(char.IsLetterOrDigit))
            {
                Add(texts, plain);
            }
        }
    }

    private static void Add(HashSet<string> texts, string text)
    {
        if (texts.Count < Most)
        {
            texts.Add(text.Length <= LongestText ? text : text[..LongestText]);
        }
    }
}
