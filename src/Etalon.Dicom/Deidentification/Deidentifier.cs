namespace Etalon.Dicom.Deidentification;

/// <summary>De-identifies objects by DICOM PS3.15 annex E (docs/deidentification.md). One object needs nothing of another: what belongs together stays together through the key.</summary>
public sealed class Deidentifier
{
    /// <summary>DeidentificationMethod of every object written.</summary>
    public const string Method = "Etalon: PS3.15 E basic profile 2026d";

    private static readonly DicomTag EncapsulatedDocument = new(0x0042, 0x0011);
    private const string DirectoryClass = "1.2.840.10008.1.3.10";

    private readonly DeidentificationKey key;
    private readonly DeidentificationOptions options;

    /// <summary>Takes the key and the choices that hold for all objects.</summary>
    public Deidentifier(DeidentificationKey key, DeidentificationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        this.key = key;
        this.options = options ?? new DeidentificationOptions();
    }

    /// <summary>De-identifies one object.</summary>
    /// <exception cref="DicomException">The object is damaged: a sequence, or pixel data shorter than the header says.</exception>
    public DeidentifiedObject Apply(DicomFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var source = file.Dataset;
        if (Refusal(file) is { } refusal)
        {
            return new DeidentifiedObject { Notes = [refusal] };
        }

        var notes = new List<DeidentificationNote>();
        var risk = PixelRisk.Text(source);
        if (risk == PixelRisk.Level.Likely && !options.AcceptBurnedIn)
        {
            return new DeidentifiedObject { Notes = [DeidentificationNote.PixelsRefused] };
        }

        AddIf(notes, risk != PixelRisk.Level.None, DeidentificationNote.PixelsMayIdentify);
        AddIf(notes, PixelRisk.Face(source), DeidentificationNote.FaceMayIdentify);
        var identifiers = SourceIdentifiers.Of(source);
        var patient = PatientOf(source, notes);
        var cleaner = new DatasetCleaner(key, options, patient, identifiers);
        var target = cleaner.Clean(source);
        AddIf(notes, !PixelCleaner.Clean(file, target), DeidentificationNote.PixelsNotCleaned);
        Complete(source, target, patient);
        AddIf(notes, cleaner.HasCleanedContent || source.Contains(new DicomTag(0x0070, 0x0001)) || source.Contains(new DicomTag(0x0040, 0xB020)), DeidentificationNote.ContentRemoved);
        AddIf(notes, cleaner.HasDroppedDate, DeidentificationNote.DateRemoved);
        AddIf(notes, LosesUptake(source), DeidentificationNote.CharacteristicsRemoved);
        var written = Written(file, target, identifiers, patient);
        return written.IsAccepted ? written with { Counts = cleaner.Counts, Notes = notes } : written;
    }

    private static DeidentificationNote? Refusal(DicomFile file)
    {
        var source = file.Dataset;
        var sopClass = source.GetString(Tags.SopClassUid) ?? "";
        if (sopClass == DirectoryClass || file.Meta.GetString(Tags.MediaStorageSopClassUid) == DirectoryClass)
        {
            return DeidentificationNote.DirectoryRefused;
        }

        if (source.Contains(EncapsulatedDocument) || sopClass.StartsWith("1.2.840.10008.5.1.4.1.1.104.", StringComparison.Ordinal))
        {
            return DeidentificationNote.DocumentRefused;
        }

        return sopClass.Length == 0 || source.GetString(Tags.SopInstanceUid) is null ? DeidentificationNote.InstanceNotStated : null;
    }

    /// <summary>What the pseudonym and the shift of dates follow from: the identifier; else name and birth date; else the study.</summary>
    private static string PatientOf(DicomDataset source, List<DeidentificationNote> notes)
    {
        if (source.GetString(Tags.PatientId) is { Length: > 0 } id)
        {
            return $"id:{id}";
        }

        if (source.GetString(Tags.PatientName) is { Length: > 0 } name)
        {
            return $"name:{name}:{source.GetString(Tags.PatientBirthDate)}";
        }

        notes.Add(DeidentificationNote.PatientNotStated);
        return $"study:{source.GetString(Tags.StudyInstanceUid)}";
    }

    private void Complete(DicomDataset source, DicomDatasetBuilder target, string patient)
    {
        target.Set(Tags.PatientName, key.Patient(patient))
            .Set(Tags.PatientId, key.Patient(patient))
            .Set(KnownAttributes.PatientIdentityRemoved, DicomVr.CS, "YES")
            .Set(KnownAttributes.DeidentificationMethod, DicomVr.LO, Method)
            .Set(KnownAttributes.LongitudinalTemporalInformationModified, DicomVr.CS, "MODIFIED")
            .SetSequence(KnownAttributes.DeidentificationMethodCodeSequence, Codes(source).Select(code => code.ToItem()).ToList());
    }

    /// <summary>The options that were applied (PS3.16 CID 7050).</summary>
    private IEnumerable<DicomCode> Codes(DicomDataset source)
    {
        yield return new DicomCode("113100", "DCM", "Basic Application Confidentiality Profile");
        if (source.Contains(KnownAttributes.ContentSequence))
        {
            yield return new DicomCode("113104", "DCM", "Clean Structured Content Option");
        }

        yield return new DicomCode("113105", "DCM", "Clean Descriptors Option");
        yield return new DicomCode("113107", "DCM", "Retain Longitudinal Temporal Information Modified Dates Option");
        if (options.RetainPatientCharacteristics)
        {
            yield return new DicomCode("113108", "DCM", "Retain Patient Characteristics Option");
        }

        yield return new DicomCode("113109", "DCM", "Retain Device Identity Option");
        yield return new DicomCode("113111", "DCM", "Retain Safe Private Option");
    }

    private bool LosesUptake(DicomDataset source) =>
        !options.RetainPatientCharacteristics && source.GetString(Tags.Modality) == "PT" && source.GetDouble(Tags.PatientWeight) is > 0;

    private DeidentifiedObject Written(DicomFile file, DicomDatasetBuilder target, SourceIdentifiers identifiers, string patient)
    {
        var bytes = DicomWriter.ToBytes(target, DicomWriter.TransferSyntaxFor(file));
        var again = DicomFile.Read(bytes, "written", options.Read);
        if (IdentifierSweep.Find(bytes, again, identifiers) is { } place)
        {
            return new DeidentifiedObject { Notes = [DeidentificationNote.IdentifierSurvives], Place = place };
        }

        return new DeidentifiedObject
        {
            Bytes = bytes,
            Patient = key.Patient(patient),
            StudyUid = again.Dataset.GetString(Tags.StudyInstanceUid) ?? "",
            SeriesUid = again.Dataset.GetString(Tags.SeriesInstanceUid) ?? "",
            SopUid = again.Dataset.GetString(Tags.SopInstanceUid) ?? "",
        };
    }

    private static void AddIf(List<DeidentificationNote> notes, bool condition, DeidentificationNote note)
    {
        if (condition)
        {
            notes.Add(note);
        }
    }
}
