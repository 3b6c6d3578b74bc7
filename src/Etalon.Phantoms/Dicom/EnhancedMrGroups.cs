using Etalon.Dicom;
using Etalon.Imaging;

namespace Etalon.Phantoms.Dicom;

/// <summary>Functional groups that all frames of an enhanced series share (PS3.3 C.8.13.5).</summary>
internal static class EnhancedMrGroups
{
    /// <summary>ImageType and FrameType.</summary>
    public static string[] Kind(MrProtocol protocol) =>
        ["ORIGINAL", "PRIMARY", protocol.AcquisitionContrast is "DIFFUSION" or "T1" ? protocol.AcquisitionContrast : "T2", "NONE"];

    /// <summary>The item of the shared functional groups.</summary>
    public static DicomDatasetBuilder Shared(MrSeriesHeader header, Grid grid)
    {
        var (protocol, spacing) = (header.Protocol, grid.SpacingMm);
        return new DicomDatasetBuilder()
            .SetSequence(Tags.PixelMeasuresSequence, new DicomDatasetBuilder()
                .Set(Tags.PixelSpacing, spacing.Y, spacing.X).Set(Tags.SliceThickness, spacing.Z).Set(Tags.SpacingBetweenSlices, spacing.Z))
            .SetSequence(Tags.PlaneOrientationSequence, new DicomDatasetBuilder().Set(Tags.ImageOrientationPatient, MrSeriesHeader.Orientation(grid)))
            .SetSequence(new DicomTag(0x0020, 0x9071), new DicomDatasetBuilder()
                .Set(new DicomTag(0x0020, 0x9072), "U")
                .SetCode(Tags.AnatomicRegionSequence, header.Session.IsPhantom ? new DicomCode("113681", "DCM", "Phantom") : new DicomCode("69536005", "SCT", "Head")))
            .SetSequence(Tags.MrImageFrameTypeSequence, new DicomDatasetBuilder()
                .Set(Tags.FrameType, Kind(protocol)).Set(Tags.PixelPresentation, "MONOCHROME").Set(Tags.VolumetricProperties, "VOLUME")
                .Set(Tags.VolumeBasedCalculationTechnique, "NONE").Set(Tags.ComplexImageComponent, "MAGNITUDE").Set(Tags.AcquisitionContrast, protocol.AcquisitionContrast))
            .SetSequence(Tags.MrTimingAndRelatedParametersSequence, Timing(protocol))
            .SetSequence(Tags.MRfOVGeometrySequence, new DicomDatasetBuilder()
                .Set(Tags.InPlanePhaseEncodingDirection, "COLUMN").Set(new DicomTag(0x0018, 0x9058), grid.Nx).Set(new DicomTag(0x0018, 0x9231), grid.Ny)
                .Set(Tags.PercentSampling, 100).Set(Tags.PercentPhaseFieldOfView, 100))
            .SetSequence(Tags.MrEchoSequence, new DicomDatasetBuilder().Set(Tags.EffectiveEchoTime, Math.Round(1000 * protocol.EchoTimeS, 6)))
            .SetSequence(Tags.MrModifierSequence, Modifier(protocol))
            .SetSequence(Tags.MrImagingModifierSequence, new DicomDatasetBuilder()
                .Set(new DicomTag(0x0018, 0x9020), "NONE").Set(new DicomTag(0x0018, 0x9022), "NO").Set(new DicomTag(0x0018, 0x9028), "NONE")
                .Set(Tags.TransmitterFrequency, 123.2).Set(Tags.PixelBandwidth, 1800))
            .SetSequence(Tags.MrReceiveCoilSequence, new DicomDatasetBuilder()
                .Set(Tags.ReceiveCoilName, ScannerState.Coil).SetEmpty(new DicomTag(0x0018, 0x9041)).Set(new DicomTag(0x0018, 0x9043), "MULTICOIL").Set(new DicomTag(0x0018, 0x9044), "NO")
                .SetSequence(new DicomTag(0x0018, 0x9045), new DicomDatasetBuilder().Set(new DicomTag(0x0018, 0x9047), "H1").Set(new DicomTag(0x0018, 0x9048), "YES")))
            .SetSequence(Tags.MrTransmitCoilSequence, new DicomDatasetBuilder()
                .Set(new DicomTag(0x0018, 0x1251), "Body").SetEmpty(new DicomTag(0x0018, 0x9050)).Set(new DicomTag(0x0018, 0x9051), "BODY"))
            .SetSequence(Tags.MrAveragesSequence, new DicomDatasetBuilder().Set(Tags.NumberOfAverages, 1));
    }

    private static DicomDatasetBuilder Timing(MrProtocol protocol) => new DicomDatasetBuilder()
        .Set(Tags.RepetitionTime, 1000 * protocol.RepetitionTimeS).Set(Tags.FlipAngle, protocol.FlipAngleDeg).Set(Tags.EchoTrainLength, protocol.EchoTrainLength)
        .Set(Tags.RfEchoTrainLength, protocol.EchoTrainLength).Set(Tags.GradientEchoTrainLength, protocol.ScanningSequence == "EP" ? 64 : 0)
        .SetSequence(new DicomTag(0x0018, 0x9176), new DicomDatasetBuilder().Set(new DicomTag(0x0018, 0x9177), "RF").Set(new DicomTag(0x0018, 0x9178), "IEC_NORMAL"))
        .SetSequence(new DicomTag(0x0018, 0x9239), new DicomDatasetBuilder().Set(new DicomTag(0x0018, 0x9179), "IEC_HEAD").Set(new DicomTag(0x0018, 0x9181), 0.5))
        .Set(new DicomTag(0x0018, 0x9180), "DB_DT").Set(new DicomTag(0x0018, 0x9182), 20.0);

    private static DicomDatasetBuilder Modifier(MrProtocol protocol)
    {
        var modifier = new DicomDatasetBuilder()
            .Set(Tags.InversionRecovery, protocol.InversionTimeS is null ? "NO" : "YES").Set(new DicomTag(0x0018, 0x9010), "NONE").Set(new DicomTag(0x0018, 0x9016), "NONE")
            .Set(new DicomTag(0x0018, 0x9026), protocol.ScanningSequence == "EP" ? "FAT" : "NONE").Set(new DicomTag(0x0018, 0x9027), "NONE").Set(new DicomTag(0x0018, 0x9081), "NO")
            .Set(new DicomTag(0x0018, 0x9021), "NO").Set(Tags.ParallelAcquisition, "NO");
        return protocol.InversionTimeS is { } inversion ? modifier.Set(Tags.InversionTimes, Math.Round(1000 * inversion, 6)) : modifier;
    }
}
