using Etalon.Cases;
using Etalon.Metrology;

namespace Etalon.Study;

/// <summary>Finds out what a path holds and reads it as a case.</summary>
public static class CaseReader
{
    /// <summary>Reads a patient file, a BIDS folder, or DICOM objects of one path or several.</summary>
    /// <exception cref="CaseException">The input cannot be used.</exception>
    public static PatientCase Read(IReadOnlyList<string> paths, CaseOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(paths);
        if (paths is [var only])
        {
            return Read(only, options, cancellation);
        }

        foreach (var path in paths)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!File.Exists(path) && !Directory.Exists(path))
            {
                throw new CaseException(Unusable(path));
            }

            if ((File.Exists(path) && path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)) || BidsFolder.IsOne(path) || !DicomCase.IsOne(path))
            {
                throw new CaseException(new Finding(
                    FindingCodes.ImageMissing, Severity.Error, Path.GetFileName(path.TrimEnd('/')), "several inputs of which one is no DICOM", "several DICOM folders or zips, or one input of any kind",
                    "Only DICOM inputs can be joined; bring a BIDS folder or a patient file into one."));
            }
        }

        return DicomCase.Read(paths, options, cancellation);
    }

    /// <summary>Reads a patient file, a BIDS folder, or DICOM objects.</summary>
    /// <exception cref="CaseException">The input cannot be used.</exception>
    public static PatientCase Read(string path, CaseOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(path);
        cancellation.ThrowIfCancellationRequested();
        if (File.Exists(path) && path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            return PatientFile.Read(path, options);
        }

        if (BidsFolder.IsOne(path))
        {
            return BidsFolder.Read(path, options);
        }

        if (DicomCase.IsOne(path))
        {
            return DicomCase.Read(path, options, cancellation);
        }

        throw new CaseException(Unusable(path));
    }

    private static Finding Unusable(string path)
    {
        var name = Path.GetFileName(path.TrimEnd('/'));
        const string Expected = "a DICOM folder or zip, a BIDS folder, or a patient file";
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            return new Finding(FindingCodes.ImageMissing, Severity.Error, name, "no such file or folder", Expected, "Check the path.");
        }

        if (File.Exists(path) && new FileInfo(path).Length == 0 && (File.GetAttributes(path) & FileAttributes.Device) == 0)
        {
            return new Finding(FindingCodes.ImageMissing, Severity.Error, name, "an empty file", Expected, "Copy it again from its source.");
        }

        return DicomCase.Refusal(path) ?? new Finding(FindingCodes.ImageMissing, Severity.Error, name, "nothing that Etalon can read: no DICOM object, BIDS folder or patient file", Expected, "Give the folder or file that holds the images.");
    }
}
