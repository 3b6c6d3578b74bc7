using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Imaging.Dicom.Write;

namespace Etalon.Phantoms.Dicom;

/// <summary>
/// Writes sessions of a virtual study as DICOM: classic objects before the scanner's upgrade, enhanced multi-frame objects after it. The same content gives the same bytes.
/// </summary>
internal sealed class DicomStudyFolder(string root, VirtualPatientOptions options) : IStudyFolder
{
    /// <summary>What UIDs depend on beside subject and session: everything that the voxels depend on.</summary>
    private readonly string _root = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{options with { VisitDays = [] }} {string.Join(" ", options.VisitDays.Select(d => d.ToString("R", CultureInfo.InvariantCulture)))}"))));

    /// <inheritdoc/>
    public void Write(SessionImages session)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (session.Anatomy is { } anatomy)
        {
            Series(session, MrProtocol.T1Weighted, anatomy.T1Weighted.Grid, [anatomy.T1Weighted.Values], null);
            Series(session, MrProtocol.Flair, anatomy.Flair.Grid, [anatomy.Flair.Values], null);
        }

        var diffusion = Series(session, MrProtocol.Diffusion, session.Diffusion.Grid, session.Diffusion.Frames, session.Diffusion);
        foreach (var (outlines, n) in ReaderObjects.Compose(diffusion, session).Select((o, n) => (o, n)))
        {
            Write(session, ReaderObjects.FirstSeries + n, 1, outlines.Bytes);
        }
    }

    /// <inheritdoc/>
    public void Close(StudyDescription study)
    {
        ArgumentNullException.ThrowIfNull(study);
        File.WriteAllBytes(Path.Combine(root, "etalon.json"), BidsFolder.Encode(study.Study));
        File.WriteAllBytes(Path.Combine(root, "truth.json"), BidsFolder.Encode(study.Truth));
        File.WriteAllBytes(Path.Combine(root, "treatment.json"), BidsFolder.Encode(study.Treatment));
    }

    /// <summary>Writes a series; gives what references to it need.</summary>
    private DicomSeriesSource Series(SessionImages session, MrProtocol protocol, Grid grid, IReadOnlyList<float[]> frames, DiffusionScan? diffusion)
    {
        var header = new MrSeriesHeader { Root = _root, Session = session, Protocol = protocol };
        var objects = session.State.WritesEnhanced ? [EnhancedMrSeries.Compose(header, grid, frames, diffusion)] : ClassicMrSeries.Compose(header, grid, frames, diffusion);
        var number = 0;
        foreach (var builder in objects)
        {
            Write(session, protocol.SeriesNumber, ++number, DicomWriter.ToBytes(builder));
        }

        return ReaderObjects.Source(header, grid, number, frames.Count);
    }

    private void Write(SessionImages session, int series, int number, byte[] file)
    {
        var folder = Path.Combine(root, session.Subject, session.Session, string.Create(CultureInfo.InvariantCulture, $"{series:000}"));
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{number:00000}.dcm")), file);
    }
}
