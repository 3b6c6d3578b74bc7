using Etalon.Imaging;
using Etalon.Numerics;
using Etalon.Twin;

namespace Etalon.Benchmarks;

/// <summary>What one diffusion step costs by Runge-Kutta-Chebyshev and by implicit solves, by stiffness: where one overtakes the other.</summary>
internal static class DiffusionSteps
{
    /// <summary>Prints a table: processor time of one thread, and how far each step is from many small ones.</summary>
    public static void Run()
    {
        var domain = Brain();
        Timing.Say($"{domain.Grid}, {domain.Count} inside");
        var random = new RandomStream(3, "tissue");
        var tissue = Enumerable.Range(0, domain.Grid.Count).Select(_ => random.NextUniform() < 0.4 ? 0.1 : 1.0).ToArray();
        foreach (var (name, diffusion) in new (string, DiffusionOperator)[] { ("uniform", new FluxDiffusion(domain)), ("two tissues", new HeterogeneousDiffusion(domain, tissue)) })
        {
            Timing.Say($"{name}\n| hD, mm² | hDλ | stages | ms | error | least | iterations | ms | error | least |\n|---|---|---|---|---|---|---|---|---|---|");
            var initial = diffusion.ToState(Lump(domain.Grid));
            var (explicitly, implicitly) = (new ChebyshevStepper(diffusion), new ImplicitStepper(diffusion));
            foreach (var hD in new[] { 0.2, 0.5, 4, 40, 400, 4e3, 1e4, 4e4, 1e5 })
            {
                var stiffness = hD * diffusion.SpectralBound;
                var exact = Fine(diffusion, initial, hD);
                var (a, b) = (Cost(explicitly, initial, hD), Cost(implicitly, initial, hD));
                double Error(double[] state) => exact is null ? double.NaN : state.Zip(exact, (x, y) => Math.Abs(x - y)).Max() / exact.Max();
                Timing.Say($"| {hD} | {stiffness:0.0} | {ChebyshevStepper.StagesFor(stiffness)} | {a.Ms:0.0} | {Error(a.End):0.0E+0} | {a.End.Min():0.0E+0} | {string.Join(" + ", implicitly.Solves.Select(s => s.Iterations))} | {b.Ms:0.0} | {Error(b.End):0.0E+0} | {b.End.Min():0.0E+0} |");
            }
        }
    }

    private static (double Ms, double[] End) Cost(DiffusionScheme scheme, double[] initial, double hD)
    {
        var end = (double[])initial.Clone();
        var rate = Timing.Rate(1, () =>
        {
            initial.CopyTo(end, 0);
            scheme.Step(end, hD, Reaction.Identity);
        }).Processor;
        return (1000 / rate, end);
    }

    /// <summary>The same time in 64 steps, whose error is below a thousandth of one step's; null where that takes too long.</summary>
    private static double[]? Fine(DiffusionOperator diffusion, double[] initial, double hD)
    {
        if (hD > 1000)
        {
            return null;
        }

        var (state, scheme) = ((double[])initial.Clone(), new ChebyshevStepper(diffusion));
        for (var step = 0; step < 64; step++)
        {
            scheme.Step(state, hD / 64, Reaction.Identity);
        }

        return state;
    }

    /// <summary>About 200,000 voxels with a folded surface, 1.5 x 1.5 x 3 mm.</summary>
    private static Mask Brain()
    {
        var grid = new Grid(77, 116, 36, default, new Vector3(1.5, 0, 0), new Vector3(0, 1.5, 0), new Vector3(0, 0, 3));
        return new Mask(grid, Enumerable.Range(0, grid.Count).Select(n =>
        {
            var (x, y, z) = ((n % 77 - 38.3) / 38, (n / 77 % 116 - 57.2) / 57.5, (n / 77 / 116 - 16.4) / 19);
            var folds = 0.04 * Math.Sin(23 * x + 5 * y) * Math.Sin(19 * y - 7 * z) * Math.Sin(17 * z + 3 * x);
            return Math.Pow(Math.Abs(x), 2.6) + Math.Pow(Math.Abs(y), 2.6) + Math.Pow(Math.Abs(z), 2.6) + 4 * folds < 1;
        }).ToArray());
    }

    private static double[] Lump(Grid grid) => Enumerable.Range(0, grid.Count).Select(n =>
    {
        var (x, y, z) = ((n % 77 - 45.3) * 1.5, (n / 77 % 116 - 51.8) * 1.5, (n / 77 / 116 - 17.6) * 3.0);
        return 0.8 * Math.Exp(-(x * x + y * y + z * z) / 200);
    }).ToArray();
}
