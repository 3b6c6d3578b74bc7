using Etalon.Dicom;
using Etalon.Imaging;

namespace Etalon.Phantoms.Dicom;

/// <summary>
/// A series as the older software writes it: one object per slice and volume, volume after volume; twelve bits; one rescale for the series;
/// b-value and gradient at the top level.
/// </summary>
internal static class ClassicMrSeries
{
    private const int Bits = 12;

    /// <summary>The objects in order, each with its UID.</summary>
    /// <param name="header">Of the series.</param>
    /// <param name="grid">Where the voxels lie.</param>
    /// <param name="frames">One signal for each volume, x fastest.</param>
    /// <param name="diffusion">b-values and directions of the volumes; null where there is none.</param>
    public static IEnumerable<DicomDatasetBuilder> Compose(MrSeriesHeader header, Grid grid, IReadOnlyList<float[]> frames, DiffusionScan? diffusion)
    {
        var slope = frames.Max(f => StoredFrames.Slope(f, (1 << Bits) - 1, keepWhole: diffusion is null));
        var area = grid.Nx * grid.Ny;
        for (var volume = 0; volume < frames.Count; volume++)
        {
            for (var slice = 0; slice < grid.Nz; slice++)
            {
                var words = new byte[2 * area];
                StoredFrames.Store(frames[volume].AsSpan(slice * area, area), slope, words);
                var builder = Image(header, grid, volume * grid.Nz + slice + 1, slice, volume, frames.Count);
                if (slope != 1)
                {
                    builder.Set(Tags.RescaleIntercept, 0.0).Set(Tags.RescaleSlope, slope).Set(Tags.RescaleType, "US");
                }

                if (diffusion is not null)
                {
                    SetDiffusion(builder, grid, diffusion.BValues[volume], diffusion.Directions[volume]);
                }

                yield return MrSeriesHeader.SetPixels(builder, grid, Bits, words);
            }
        }
    }

    private static void SetDiffusion(DicomDatasetBuilder builder, Grid grid, double b, Vector3 direction)
    {
        builder.Set(Tags.DiffusionBValue, b).Set(Tags.DiffusionDirectionality, b > 0 ? "DIRECTIONAL" : "NONE");
        if (b > 0)
        {
            builder.Set(Tags.DiffusionGradientOrientation, MrSeriesHeader.Direction(grid, direction));
        }
    }

    private static DicomDatasetBuilder Image(MrSeriesHeader header, Grid grid, int number, int slice, int volume, int volumes)
    {
        var protocol = header.Protocol;
        var spacing = grid.SpacingMm;
        // Each volume takes one repetition.
        var time = header.Time.AddSeconds(Math.Round(volume * protocol.RepetitionTimeS, 3));
        var builder = header.Begin(MrSeriesHeader.ClassicMr, number)
            .Set(Tags.ImageType, "ORIGINAL", "PRIMARY", "M")
            .Set(Tags.AcquisitionNumber, volume + 1).Set(Tags.AcquisitionDate, DicomText.Date(time)).Set(Tags.AcquisitionTime, DicomText.Time(time))
            .Set(Tags.PixelSpacing, spacing.Y, spacing.X).Set(Tags.SliceThickness, spacing.Z).Set(Tags.SpacingBetweenSlices, spacing.Z)
            .Set(Tags.ImageOrientationPatient, MrSeriesHeader.Orientation(grid)).Set(Tags.ImagePositionPatient, MrSeriesHeader.Position(grid, slice))
            .Set(Tags.SliceLocation, grid.ToPatient(0, 0, slice).Dot(grid.StepK.Normalised()))
            .Set(Tags.ScanningSequence, protocol.ScanningSequence == "EP" ? ["SE", "EP"] : protocol.InversionTimeS is null ? [protocol.ScanningSequence] : [protocol.ScanningSequence, "IR"])
            .Set(Tags.SequenceVariant, "SK").SetEmpty(Tags.ScanOptions).Set(Tags.MrAcquisitionType, protocol.Is3D ? "3D" : "2D").Set(Tags.SequenceName, protocol.PulseSequence)
            .Set(Tags.RepetitionTime, 1000 * protocol.RepetitionTimeS).Set(Tags.EchoTime, Milliseconds(protocol.EchoTimeS)).Set(Tags.EchoTrainLength, protocol.EchoTrainLength)
            .Set(Tags.FlipAngle, protocol.FlipAngleDeg).Set(Tags.MagneticFieldStrength, 3).Set(Tags.ReceiveCoilName, ScannerState.Coil)
            .Set(Tags.ImagedNucleus, "1H").Set(Tags.InPlanePhaseEncodingDirection, "COL");
        if (header.Session.IsPhantom)
        {
            // A body part that is no part of a body may be paired, says the validator.
            builder.SetEmpty(Tags.Laterality);
        }

        if (protocol.InversionTimeS is { } inversion)
        {
            builder.Set(Tags.InversionTime, Milliseconds(inversion));
        }

        return volumes == 1 ? builder : builder.Set(Tags.TemporalPositionIdentifier, volume + 1).Set(Tags.NumberOfTemporalPositions, volumes);
    }

    private static double Milliseconds(double seconds) => Math.Round(1000 * seconds, 6);
}
