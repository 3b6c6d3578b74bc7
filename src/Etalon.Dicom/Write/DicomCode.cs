namespace Etalon.Dicom;

/// <summary>A coded concept (PS3.3 section 8.8).</summary>
/// <param name="Value">CodeValue, at most 16 characters; longer ones are written as LongCodeValue.</param>
/// <param name="Scheme">CodingSchemeDesignator, such as <c>DCM</c>, <c>SCT</c> or <c>UCUM</c>.</param>
/// <param name="Meaning">CodeMeaning, at most 64 characters.</param>
public sealed record DicomCode(string Value, string Scheme, string Meaning)
{
    private const int MaxCodeValue = 16;

    /// <summary>The item of a code sequence.</summary>
    public DicomDatasetBuilder ToItem() => new DicomDatasetBuilder()
        .Set(Value.Length <= MaxCodeValue ? Tags.CodeValue : new DicomTag(0x0008, 0x0119), Value)
        .Set(Tags.CodingSchemeDesignator, Scheme)
        .Set(Tags.CodeMeaning, DicomText.Fit(Meaning, DicomVr.LO));

    /// <summary>The concept of a code sequence item; null where the item holds none.</summary>
    public static DicomCode? Of(DicomDataset item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var value = item.GetString(Tags.CodeValue) ?? item.GetString(new DicomTag(0x0008, 0x0119)) ?? item.GetString(new DicomTag(0x0008, 0x0120));
        return value is null ? null : new DicomCode(value, item.GetString(Tags.CodingSchemeDesignator) ?? "", item.GetString(Tags.CodeMeaning) ?? "");
    }
}
