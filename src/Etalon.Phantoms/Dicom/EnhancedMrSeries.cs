using Etalon.Dicom;
using Etalon.Imaging;

namespace Etalon.Phantoms.Dicom;

/// <summary>
/// A series as the newer software writes it: one enhanced multi-frame object (PS3.3 A.36), slice after slice with all volumes of each; sixteen
/// bits; a slope of its own for every frame; b-value and gradient in functional groups.
/// </summary>
internal static class EnhancedMrSeries
{
    private const int Bits = 16;

    /// <summary>The one object of the series.</summary>
    /// <inheritdoc cref="ClassicMrSeries.Compose"/>
    public static DicomDatasetBuilder Compose(MrSeriesHeader header, Grid grid, IReadOnlyList<float[]> frames, DiffusionScan? diffusion)
    {
        var area = grid.Nx * grid.Ny;
        var words = new byte[2 * area * grid.Nz * frames.Count];
        var groups = new List<DicomDatasetBuilder>();
        for (var slice = 0; slice < grid.Nz; slice++)
        {
            for (var volume = 0; volume < frames.Count; volume++)
            {
                var signal = frames[volume].AsSpan(slice * area, area);
                var slope = StoredFrames.Slope(signal, (1 << Bits) - 1, keepWhole: diffusion is null);
                StoredFrames.Store(signal, slope, words.AsSpan(2 * area * groups.Count));
                groups.Add(Frame(header, grid, slice, volume, slope, diffusion));
            }
        }

        var builder = Pulse(Image(header, frames.Count), header.Protocol)
            .Set(Tags.NumberOfFrames, groups.Count)
            .SetSequence(Tags.SharedFunctionalGroupsSequence, EnhancedMrGroups.Shared(header, grid))
            .SetSequence(Tags.PerFrameFunctionalGroupsSequence, groups);
        SetDimensions(builder, header, diffusion is not null);
        return MrSeriesHeader.SetPixels(builder, grid, Bits, words);
    }

    private static DicomDatasetBuilder Image(MrSeriesHeader header, int volumes) => header.Begin(MrSeriesHeader.EnhancedMr, 1)
        .Set(Tags.ImageType, EnhancedMrGroups.Kind(header.Protocol)).Set(Tags.AcquisitionNumber, 1)
        .Set(Tags.AcquisitionDateTime, DicomText.DateTime(header.Time)).Set(Tags.AcquisitionDuration, 1000 * header.Protocol.RepetitionTimeS * volumes)
        .Set(Tags.PixelPresentation, "MONOCHROME").Set(Tags.VolumetricProperties, "VOLUME").Set(Tags.VolumeBasedCalculationTechnique, "NONE")
        .Set(Tags.ComplexImageComponent, "MAGNITUDE").Set(Tags.AcquisitionContrast, header.Protocol.AcquisitionContrast)
        .Set(new DicomTag(0x0018, 0x9004), "RESEARCH").Set(Tags.ResonantNucleus, "1H").Set(new DicomTag(0x0018, 0x9064), "NONE").Set(Tags.MagneticFieldStrength, 3)
        .Set(new DicomTag(0x0018, 0x9174), "IEC").Set(Tags.BurnedInAnnotation, "NO").Set(Tags.LossyImageCompression, "00").Set(new DicomTag(0x2050, 0x0020), "IDENTITY")
        .SetSequence(new DicomTag(0x0040, 0x0555));

    /// <summary>MR Pulse Sequence module (PS3.3 C.8.13.4).</summary>
    private static DicomDatasetBuilder Pulse(DicomDatasetBuilder builder, MrProtocol protocol)
    {
        var isGradientEcho = protocol.ScanningSequence == "GR";
        builder
            .Set(Tags.PulseSequenceName, protocol.PulseSequence).Set(Tags.MrAcquisitionType, protocol.Is3D ? "3D" : "2D").Set(Tags.EchoPulseSequence, isGradientEcho ? "GRADIENT" : "SPIN")
            .Set(Tags.MultiPlanarExcitation, "NO").Set(new DicomTag(0x0018, 0x9014), "NO").Set(new DicomTag(0x0018, 0x9015), "NO")
            .Set(new DicomTag(0x0018, 0x9017), "NONE").Set(new DicomTag(0x0018, 0x9018), protocol.ScanningSequence == "EP" ? "YES" : "NO")
            .Set(new DicomTag(0x0018, 0x9024), "NO").Set(new DicomTag(0x0018, 0x9025), "NONE").Set(new DicomTag(0x0018, 0x9029), "NONE")
            .Set(new DicomTag(0x0018, 0x9032), "RECTILINEAR").Set(new DicomTag(0x0018, 0x9033), "SINGLE").Set(new DicomTag(0x0018, 0x9034), "LINEAR").Set(new DicomTag(0x0018, 0x9093), 1);
        if (!isGradientEcho)
        {
            builder.Set(new DicomTag(0x0018, 0x9011), protocol.EchoTrainLength > 1 ? "YES" : "NO");
        }

        return protocol.Is3D ? builder.Set(new DicomTag(0x0018, 0x9094), "FULL") : builder;
    }

    private static DicomDatasetBuilder Frame(MrSeriesHeader header, Grid grid, int slice, int volume, double slope, DiffusionScan? diffusion)
    {
        var time = header.Time.AddSeconds(Math.Round(volume * header.Protocol.RepetitionTimeS, 3));
        var content = new DicomDatasetBuilder()
            .Set(Tags.FrameAcquisitionNumber, 1).Set(Tags.FrameReferenceDateTime, DicomText.DateTime(time)).Set(Tags.FrameAcquisitionDateTime, DicomText.DateTime(time))
            .Set(Tags.FrameAcquisitionDuration, 1000 * header.Protocol.RepetitionTimeS).Set(Tags.StackId, "1").Set(Tags.InStackPositionNumber, slice + 1)
            .Set(Tags.TemporalPositionIndex, volume + 1)
            .Set(Tags.DimensionIndexValues, diffusion is null ? [slice + 1] : [slice + 1, volume + 1]);
        var frame = new DicomDatasetBuilder()
            .SetSequence(Tags.FrameContentSequence, content)
            .SetSequence(Tags.PlanePositionSequence, new DicomDatasetBuilder().Set(Tags.ImagePositionPatient, MrSeriesHeader.Position(grid, slice)))
            .SetSequence(Tags.PixelValueTransformationSequence, new DicomDatasetBuilder().Set(Tags.RescaleIntercept, 0.0).Set(Tags.RescaleSlope, slope).Set(Tags.RescaleType, "US"));
        if (diffusion is null)
        {
            return frame;
        }

        var b = diffusion.BValues[volume];
        var item = new DicomDatasetBuilder().Set(Tags.DiffusionBValue, b).Set(Tags.DiffusionDirectionality, b > 0 ? "DIRECTIONAL" : "NONE");
        if (b > 0)
        {
            item.SetSequence(Tags.DiffusionGradientDirectionSequence, new DicomDatasetBuilder()
                .Set(Tags.DiffusionGradientOrientation, MrSeriesHeader.Direction(grid, diffusion.Directions[volume])));
        }

        return frame.SetSequence(Tags.MrDiffusionSequence, item);
    }

    private static void SetDimensions(DicomDatasetBuilder builder, MrSeriesHeader header, bool isDiffusion)
    {
        var uid = DicomUid.Derive("virtual dimensions", header.SeriesUid);
        DicomDatasetBuilder Index(DicomTag pointer, string label) => new DicomDatasetBuilder()
            .Set(Tags.DimensionOrganizationUid, uid).SetTags(Tags.DimensionIndexPointer, pointer).SetTags(Tags.FunctionalGroupPointer, Tags.FrameContentSequence).Set(Tags.DimensionDescriptionLabel, label);
        builder.SetSequence(Tags.DimensionOrganizationSequence, new DicomDatasetBuilder().Set(Tags.DimensionOrganizationUid, uid));
        var slice = Index(Tags.InStackPositionNumber, "In-Stack Position Number");
        builder.SetSequence(Tags.DimensionIndexSequence, isDiffusion ? [slice, Index(Tags.TemporalPositionIndex, "Temporal Position Index")] : [slice]);
    }
}
