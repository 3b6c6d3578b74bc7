using Etalon.Numerics;

namespace Etalon.Tests.Assays.Dsc;

/// <summary>What a virtual slice holds.</summary>
internal sealed record LeakageSliceSettings
{
    /// <summary>Sequence, bolus, noise and seed of all voxels.</summary>
    public LeakageSettings Base { get; init; } = new();

    /// <summary>Columns.</summary>
    public int Width { get; init; } = 24;

    /// <summary>Voxels that do not leak, with blood volume, transit time and T1 drawn from <see cref="Cbv"/>, <see cref="MttS"/> and <see cref="T10S"/>.</summary>
    public int NonEnhancing { get; init; } = 240;

    /// <summary>Shares of the first pass that leaking voxels lose; one row of voxels each, with blood volumes and transit times drawn likewise.</summary>
    public IReadOnlyList<double> RelativeLeakages { get; init; } = [-0.1, -0.07, -0.03, 0.03, 0.07, 0.1];

    /// <summary>Range of blood volumes.</summary>
    public (double Low, double High) Cbv { get; init; } = (0.018, 0.055);

    /// <summary>Range of transit times, s.</summary>
    public (double Low, double High) MttS { get; init; } = (3.1, 5.7);

    /// <summary>Range of T1, s.</summary>
    public (double Low, double High) T10S { get; init; } = (0.85, 1.55);

    /// <summary>Range of blood volumes of leaking voxels (tumour).</summary>
    public (double Low, double High) LeakingCbv { get; init; } = (0.03, 0.12);
}

/// <summary>A virtual slice: rows of voxels that do not leak, then one row for each wanted leakage. x fastest.</summary>
internal sealed record LeakageSlice(int Width, int Height, IReadOnlyList<LeakageVoxel> Voxels, int NonEnhancing)
{
    /// <summary>Makes a slice; the last row of non-enhancing voxels is filled up.</summary>
    public static LeakageSlice Of(LeakageSliceSettings settings)
    {
        var random = new RandomStream(settings.Base.Seed, "dsc-leakage-slice");
        var rows = (settings.NonEnhancing + settings.Width - 1) / settings.Width;
        var voxels = new List<LeakageVoxel>();
        double Draw((double Low, double High) range) => random.NextUniform(range.Low, range.High);
        LeakageSettings Next((double Low, double High) cbv) => settings.Base with
        {
            Cbv = Draw(cbv), MttS = Draw(settings.MttS), T10S = Draw(settings.T10S), Seed = settings.Base.Seed * 1_000_003 + (ulong)voxels.Count,
        };
        for (var n = 0; n < rows * settings.Width; n++)
        {
            voxels.Add(LeakageSimulator.Voxel(Next(settings.Cbv) with { KtransPerMin = 0 }));
        }

        foreach (var wanted in settings.RelativeLeakages)
        {
            for (var n = 0; n < settings.Width; n++)
            {
                voxels.Add(LeakageSimulator.Voxel(LeakageSimulator.WithLeakage(Next(settings.LeakingCbv), wanted)));
            }
        }

        return new LeakageSlice(settings.Width, rows + settings.RelativeLeakages.Count, voxels, rows * settings.Width);
    }

    /// <summary>Mean of the true curves of voxels that do not leak, 1/s.</summary>
    public double[] TrueReference() => [.. Enumerable.Range(0, Voxels[0].TimeS.Length).Select(t => Voxels.Take(NonEnhancing).Average(v => v.TrueDeltaR2[t]))];

    /// <summary>Signals of a frame, x fastest.</summary>
    public float[] Frame(int n) => [.. Voxels.Select(v => (float)v.Signal[n])];
}
