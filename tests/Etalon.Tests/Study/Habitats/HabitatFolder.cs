using Etalon.Imaging;
using Etalon.Phantoms.Habitats;
using Etalon.Tests.Support;

namespace Etalon.Tests.Study.Habitats;

/// <summary>A virtual tumour as etalon map would have left it: two maps with uncertainty for each scan, and a mask.</summary>
internal sealed class HabitatFolder : IDisposable
{
    private readonly TempFolder _folder = new();

    public HabitatFolder(VirtualHabitatOptions options, bool withUnits = true, bool withU = true)
    {
        Tumour = VirtualHabitats.Of(options);
        var places = Tumour.Voxels.Places;
        for (var s = 0; s < places.Count; s++)
        {
            foreach (var (name, unit, map, folder) in new[] { ("ADCmap", "mm2/s", 0, "adc"), ("SUVbwmap", "g/mL", 1, "pet") })
            {
                var stem = $"maps/derivatives/etalon/sub-V1/ses-{s + 1}/{folder}/sub-V1_ses-{s + 1}";
                Write($"{stem}_{name}.nii.gz", places[s].Grid, Dense(places[s].Grid, places[s].Voxels, Tumour.Voxels.Values, s, map));
                _folder.Write($"{stem}_{name}.json", withUnits ? $$"""{"Units":"{{unit}}"}""" : "{}");
                if (withU)
                {
                    Write($"{stem}_desc-u_{name}.nii.gz", places[s].Grid, Dense(places[s].Grid, places[s].Voxels, Tumour.Voxels.U, s, map));
                }
            }
        }

        var inside = new float[places[0].Grid.Count];
        foreach (var voxel in places[0].Voxels)
        {
            inside[voxel] = 1;
        }

        Write("mask.nii.gz", places[0].Grid, inside);
    }

    public VirtualHabitats Tumour { get; }

    public string Maps => _folder["maps"];

    public string Mask => _folder["mask.nii.gz"];

    public string this[string name] => _folder[name];

    public string Write(string name, string text) => _folder.Write(name, text);

    public void Write(string name, Grid grid, float[] values) => _folder.Write(name, NiftiWriter.Encode(new Volume(grid, values, null)));

    public void Dispose() => _folder.Dispose();

    private static float[] Dense(Grid grid, int[] voxels, double[] values, int scan, int map)
    {
        var dense = new float[grid.Count];
        for (var n = 0; n < voxels.Length; n++)
        {
            dense[voxels[n]] = (float)values[(scan * voxels.Length + n) * 2 + map];
        }

        return dense;
    }
}
