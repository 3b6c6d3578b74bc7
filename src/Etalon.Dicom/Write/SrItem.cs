namespace Etalon.Dicom;

/// <summary>A content item of a structured report that is being composed (PS3.3 C.17.3).</summary>
public sealed class SrItem
{
    private readonly DicomDatasetBuilder item;
    private readonly List<SrItem> children = [];

    private SrItem(string valueType, DicomCode? name)
    {
        item = new DicomDatasetBuilder().Set(Tags.ValueType, valueType);
        if (name is not null)
        {
            item.SetCode(Tags.ConceptNameCodeSequence, name);
        }
    }

    /// <summary>A container of separate items.</summary>
    /// <param name="name">Its heading.</param>
    /// <param name="template">Number of its template in PS3.16; null where it follows none of its own.</param>
    public static SrItem Container(DicomCode name, string? template = null)
    {
        var container = new SrItem("CONTAINER", name);
        container.item.Set(Tags.ContinuityOfContent, "SEPARATE");
        if (template is not null)
        {
            container.item.SetSequence(Tags.ContentTemplateSequence, new DicomDatasetBuilder().Set(Tags.MappingResource, "DCMR").Set(Tags.TemplateIdentifier, template));
        }

        return container;
    }

    /// <summary>A coded answer.</summary>
    public static SrItem Code(DicomCode name, DicomCode value)
    {
        var code = new SrItem("CODE", name);
        code.item.SetCode(Tags.ConceptCodeSequence, value);
        return code;
    }

    /// <summary>A text; control characters and backslashes become spaces.</summary>
    public static SrItem Text(DicomCode name, string value)
    {
        var text = new SrItem("TEXT", name);
        text.item.Set(Tags.TextValue, DicomText.Fit(value, DicomVr.UT));
        return text;
    }

    /// <summary>A UID.</summary>
    public static SrItem Uid(DicomCode name, string value)
    {
        var uid = new SrItem("UIDREF", name);
        uid.item.Set(Tags.Uid, value);
        return uid;
    }

    /// <summary>A number with its unit, as a decimal string and, exactly, as a double.</summary>
    public static SrItem Number(DicomCode name, double value, DicomCode unit)
    {
        var number = new SrItem("NUM", name);
        number.item.SetSequence(Tags.MeasuredValueSequence, new DicomDatasetBuilder()
            .SetCode(Tags.MeasurementUnitsCodeSequence, unit)
            .Set(Tags.NumericValue, value)
            .Set(Tags.FloatingPointValue, value));
        return number;
    }

    /// <summary>A number that could not be had, with the reason (CID 42).</summary>
    public static SrItem NoNumber(DicomCode name, DicomCode qualifier)
    {
        var number = new SrItem("NUM", name);
        number.item.SetSequence(Tags.MeasuredValueSequence).SetCode(new DicomTag(0x0040, 0xA301), qualifier);
        return number;
    }

    /// <summary>A reference to an image, or to a segment of a segmentation.</summary>
    public static SrItem Image(DicomCode? name, string sopClassUid, string sopInstanceUid, int? segment = null)
    {
        var image = new SrItem("IMAGE", name);
        var reference = new DicomDatasetBuilder().Set(Tags.ReferencedSopClassUid, sopClassUid).Set(Tags.ReferencedSopInstanceUid, sopInstanceUid);
        if (segment is { } number)
        {
            reference.Set(Tags.ReferencedSegmentNumber, number);
        }

        image.item.SetSequence(Tags.ReferencedSopSequence, reference);
        return image;
    }

    /// <summary>Adds a child by CONTAINS.</summary>
    public SrItem Contains(SrItem child) => Add("CONTAINS", child);

    /// <summary>Adds a child by HAS CONCEPT MOD.</summary>
    public SrItem HasConceptModifier(SrItem child) => Add("HAS CONCEPT MOD", child);

    /// <summary>Adds a child by HAS OBS CONTEXT.</summary>
    public SrItem HasObservationContext(SrItem child) => Add("HAS OBS CONTEXT", child);

    /// <summary>Adds a child by HAS ACQ CONTEXT.</summary>
    public SrItem HasAcquisitionContext(SrItem child) => Add("HAS ACQ CONTEXT", child);

    /// <summary>Adds a child by HAS PROPERTIES.</summary>
    public SrItem HasProperties(SrItem child) => Add("HAS PROPERTIES", child);

    /// <summary>Takes the root's own attributes and all below it into an object.</summary>
    public void AddTo(DicomDatasetBuilder dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        foreach (var tag in item.ElementTags)
        {
            dataset.TakeFrom(item, tag);
        }

        if (children.Count > 0)
        {
            dataset.SetSequence(Tags.ContentSequence, children.Select(c => c.ToItem()));
        }
    }

    private DicomDatasetBuilder ToItem()
    {
        var result = new DicomDatasetBuilder();
        AddTo(result);
        return result;
    }

    private SrItem Add(string relationship, SrItem child)
    {
        ArgumentNullException.ThrowIfNull(child);
        child.item.Set(Tags.RelationshipType, relationship);
        children.Add(child);
        return this;
    }
}
