using Etalon.Assays.Maps;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Assays.Dsc;

/// <summary>Leakage-corrected areas of all voxels, and the maps made of them.</summary>
internal sealed class DscVolumes
{
    private readonly DscCurves _curves;
    private readonly float[] _area, _areaU, _k2, _k2U, _kep;
    private readonly double _referenceArea;

    private sealed class Memory(int frames, LeakageCorrection correction) : CurveMemory(frames)
    {
        public LeakageWorkspace Work { get; } = new(correction);
    }

    /// <summary>Corrects every voxel of the brain.</summary>
    public DscVolumes(DscCurves curves, LeakageCorrection correction, CancellationToken cancellation)
    {
        var count = curves.Status.Length;
        (_curves, _referenceArea) = (curves, correction.ReferenceArea);
        (_area, _areaU, _k2, _k2U, _kep) = (new float[count], new float[count], new float[count], new float[count], new float[count]);
        curves.ForEach(() => new Memory(curves.Frames, correction), (n, m) =>
        {
            curves.Curve(n, m.Signal, m.Y, m.Sd);
            var fit = correction.Fit(m.Y, m.Sd, curves.Timing.Baseline, m.Work);
            (_area[n], _areaU[n], _k2[n], _k2U[n], _kep[n]) = ((float)fit.Area, (float)fit.AreaU, (float)fit.K2, (float)fit.K2U, (float)fit.Kep);
        }, cancellation);
    }

    /// <summary>K2 and its uncertainty of one voxel, 1/s, and the backflow that goes with it.</summary>
    public (double K2, double U, double Kep) Leakage(int n) => (_k2[n], _k2U[n], _kep[n]);

    /// <summary>rCBV relative to normal tissue where it was drawn, else to the mean of tissue that does not enhance.</summary>
    public NamedMap Rcbv(Mask? normal)
    {
        var (level, relativeU) = normal is null ? (_referenceArea, 0) : Mean(normal);
        var against = normal is not null && level > 0 ? "normal-appearing white matter" : "the mean of tissue that does not enhance";
        (level, relativeU) = level > 0 ? (level, relativeU) : (_referenceArea, 0);
        return new NamedMap("rCBVmap", "rcbv", $"Cerebral blood volume relative to {against}, corrected for leakage of contrast agent.", Map(_area, _areaU, 0, 1 / level, "1"))
        {
            SharedRelativeU = relativeU,
            SharedSource = relativeU > 0 ? "mean rCBV of the normal-appearing white matter that was drawn" : "",
        };
    }

    /// <summary>The leakage.</summary>
    public NamedMap K2() =>
        new("K2map", "k2", "Leakage K2 of contrast agent relative to the curve of tissue that does not enhance; above 0 where T1 shortening prevails, below 0 where T2* shortening does.", Map(_k2, _k2U, 0, 1, "/s"));

    /// <summary>rCBV on the standard scale; null where its landmarks cannot be told.</summary>
    public NamedMap? Standardised(Mask reference, RcbvStandard standard)
    {
        var sorted = Enumerable.Range(0, _area.Length).Where(n => reference.Inside[n] && _curves.Status[n] == VoxelStatus.Ok).Select(n => (double)_area[n]).Order().ToArray();
        return standard.Line(sorted) is not { } line ? null
            : new NamedMap("srCBVmap", "rcbv", "Cerebral blood volume on a standard scale of two landmarks, corrected for leakage of contrast agent.", Map(_area, _areaU, line.Offset, line.Slope, "1"))
            {
                SharedRelativeU = line.RelativeU,
                SharedSource = "landmarks of the standard scale",
            };
    }

    /// <summary>Mean area of a mask, and its relative standard uncertainty from how voxels spread.</summary>
    private (double Mean, double RelativeU) Mean(Mask mask)
    {
        var values = Enumerable.Range(0, _area.Length).Where(n => mask.Inside[n] && _curves.Status[n] == VoxelStatus.Ok).Select(n => (double)_area[n]).ToArray();
        if (values.Length == 0)
        {
            return (0, 0);
        }

        var mean = Numerics.FixedSum.Mean(values);
        return (mean, Numerics.FixedSum.StandardDeviation(values) / Math.Sqrt(values.Length) / Math.Abs(mean));
    }

    private ParametricMap Map(float[] values, float[] us, double offset, double scale, string code)
    {
        var (v, u, status) = (new float[values.Length], new float[values.Length], (VoxelStatus[])_curves.Status.Clone());
        for (var n = 0; n < v.Length; n++)
        {
            if (status[n] == VoxelStatus.Ok && float.IsFinite(values[n]) && float.IsFinite(us[n]))
            {
                (v[n], u[n]) = ((float)(offset + scale * values[n]), (float)(Math.Abs(scale) * us[n]));
            }
            else if (status[n] == VoxelStatus.Ok)
            {
                status[n] = VoxelStatus.NotIdentifiable;
            }
        }

        var (grid, unit) = (_curves.Series.Series.Grid, Unit.Parse(code));
        return new ParametricMap(new Volume(grid, v, unit), new Volume(grid, u, unit), status, _curves.NoiseSd);
    }
}
