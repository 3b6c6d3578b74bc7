using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Imaging.Dicom.Write;
using Etalon.Metrology;
using Etalon.Tests.Dicom;
using Etalon.Tests.Support;
using Xunit;
using static Etalon.Tests.Imaging.Dicom.Write.WrittenObjects;

namespace Etalon.Tests.Imaging.Dicom.Write;

public sealed class ParametricMapTests
{
    private static readonly float[] Adc = [.. Enumerable.Range(0, Voxels.Count).Select(n => 0.0003f + (0.0000123f * n))];

    private static MapToWrite Map => new()
    {
        Values = new Volume(Voxels, Adc, Unit.Parse("mm2/s")),
        HasValue = [.. Enumerable.Range(0, Adc.Length).Select(n => n % 7 != 0)],
        Quantity = new DicomCode("113041", "DCM", "Apparent Diffusion Coefficient"),
        Unit = new DicomCode("mm2/s", "UCUM", "mm2/s"),
        Derivation = new DicomCode("113041", "DCM", "Apparent Diffusion Coefficient"),
    };

    [Fact]
    public void Values_unit_quantity_and_geometry_come_back_exactly()
    {
        var read = ParametricMapReader.Read(DicomFile.Read(ParametricMapWriter.Write(Header, Map).Bytes, "pm"));
        Assert.True(read.Values.Grid.IsSameAs(Voxels, 1e-6));
        Assert.Equal(Map.HasValue, read.HasValue);
        Assert.Equal(Adc.Where((_, n) => n % 7 != 0), read.Values.Values.Where((_, n) => n % 7 != 0));
        Assert.Equal(Unit.Parse("mm2/s"), read.Values.Unit);
        Assert.Equal("113041", read.Quantity?.Value);
        Assert.Equal("1.2.9", read.FrameOfReferenceUid);
    }

    [Fact]
    public void Voxels_without_a_value_are_told_from_a_value_of_zero()
    {
        var values = Enumerable.Range(0, Voxels.Count).Select(n => n % 3 == 0 ? 0f : n - 40).ToArray();
        var has = values.Select((_, n) => n % 5 != 0).ToArray();
        var written = ParametricMapWriter.Write(Header, Map with { Values = new Volume(Voxels, values, null), HasValue = has, Unit = new DicomCode("g/ml{SUVbw}", "UCUM", "Standardized Uptake Value body weight") });
        var read = ParametricMapReader.Read(DicomFile.Read(written.Bytes, "pm"));
        Assert.Equal(has, read.HasValue);
        Assert.Equal(Unit.Parse("g/mL"), read.Values.Unit);
        Assert.Throws<ArgumentException>(() => ParametricMapWriter.Write(Header, Map with { Values = new Volume(Voxels, [.. Adc.Select((v, n) => n == 8 ? float.NaN : v)], null) }));
        Assert.Throws<ArgumentException>(() => ParametricMapWriter.Write(Header, Map with { HasValue = new bool[Adc.Length] }));
    }

    [Fact]
    public void Validators_find_no_error()
    {
        using var folder = new TempFolder();
        DicomValidators.AssertSound(folder.Write("pm.dcm", ParametricMapWriter.Write(Header, Map).Bytes));
        DicomValidators.AssertSound(folder.Write("u.dcm", ParametricMapWriter.Write(Header, Map with { HasValue = null, Quantity = EtalonCodes.StandardUncertainty, OfQuantity = Map.Quantity }).Bytes));
    }

    [Fact]
    public void Maps_of_others_are_read()
    {
        var floats = ParametricMapReader.Read(DicomFile.Open(ReferenceData.Path("derived/pm/parametric_map_float.dcm")));
        Assert.Equal((128, 128, 1), (floats.Values.Grid.Nx, floats.Values.Grid.Ny, floats.Values.Grid.Nz));
        // First value as dcmdump shows it.
        Assert.Equal(0.920127809f, floats.Values.Values[0]);
        Assert.Equal("1", floats.UnitCode?.Value);
    }
}
