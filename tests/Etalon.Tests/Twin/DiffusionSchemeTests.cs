using Etalon.Twin;
using Xunit;

namespace Etalon.Tests.Twin;

/// <summary>What every scheme of diffusion steps must do.</summary>
[Trait("Kind", "Numeric")]
public sealed class DiffusionSchemeTests(ITestOutputHelper output)
{
    /// <summary>The schemes.</summary>
    public static TheoryData<string> Schemes => ["Chebyshev", "implicit"];

    /// <summary>The schemes on each operator.</summary>
    public static TheoryData<string, string> SchemesAndOperators
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var scheme in Schemes)
            {
                foreach (var kind in new[] { "uniform", "field", "tensor", "plain" })
                {
                    all.Add(scheme, kind);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void The_error_against_eigenmodes_falls_with_the_square_of_the_step(string name)
    {
        var (diffusion, initial, exact) = Modes(10);
        var scheme = Scheme(name, diffusion);
        double Error(int steps)
        {
            var state = (double[])initial.Clone();
            for (var s = 0; s < steps; s++)
            {
                scheme.Step(state, 10.0 / steps, Reaction.Identity);
            }

            return state.Zip(exact, (a, b) => Math.Abs(a - b)).Max();
        }

        var errors = new[] { 8, 16, 32 }.Select(Error).ToArray();
        var (first, second) = (Math.Log2(errors[0] / errors[1]), Math.Log2(errors[1] / errors[2]));
        output.WriteLine(FormattableString.Invariant($"{name}: hDλ {10.0 / 8 * diffusion.SpectralBound:0} to {10.0 / 32 * diffusion.SpectralBound:0}, errors {errors[0]:E3} {errors[1]:E3} {errors[2]:E3}, orders {first:0.000} {second:0.000}"));
        Assert.InRange(second, 1.9, 2.1);
    }

    [Theory]
    [InlineData("uniform")]
    [InlineData("field")]
    [InlineData("tensor")]
    public void The_two_stage_step_of_each_operator_is_of_second_order(string kind)
    {
        // A steep eigenmode, so that two stages have something to err by within their bound.
        var grid = TumourFixtures.ObliqueGrid(14, 9, 23, 1.9, 1.2, 2.7);
        var box = TumourFixtures.Box(grid);
        DiffusionOperator diffusion = kind switch
        {
            "uniform" => new FluxDiffusion(box),
            "field" => new HeterogeneousDiffusion(box, Enumerable.Repeat(1.0, grid.Count).ToArray()),
            _ => new TensorDiffusion(box, Enumerable.Range(0, 6 * grid.Count).Select(n => n % 6 < 3 ? 1f : 0).ToArray()),
        };
        double[] Mode(double decay) => diffusion.ToState(Enumerable.Range(0, grid.Count).Select(n => 0.5 + 0.4 * decay
            * Math.Cos(Math.PI * 4 * (n % 14 + 0.5) / 14) * Math.Cos(Math.PI * 2 * (n / 14 % 9 + 0.5) / 9) * Math.Cos(Math.PI * 5 * (n / 14 / 9 + 0.5) / 23)).ToArray());
        var rate = 2 * (1 - Math.Cos(Math.PI * 4 / 14)) / (1.9 * 1.9) + 2 * (1 - Math.Cos(Math.PI * 2 / 9)) / (1.2 * 1.2) + 2 * (1 - Math.Cos(Math.PI * 5 / 23)) / (2.7 * 2.7);
        var (diffused, exact) = (8 / diffusion.SpectralBound, Mode(Math.Exp(-8 * rate / diffusion.SpectralBound)));
        double Error(int steps)
        {
            var (state, scheme) = (Mode(1), new ChebyshevStepper(diffusion));
            for (var s = 0; s < steps; s++)
            {
                scheme.Step(state, diffused / steps, Reaction.Identity);
            }

            return state.Zip(exact, (a, b) => Math.Abs(a - b)).Max();
        }

        var order = Math.Log2(Error(16) / Error(32));
        output.WriteLine(FormattableString.Invariant($"{kind}: hDλ 0.5 to 0.25, errors {Error(16):E3} and {Error(32):E3}, order {order:0.000}"));
        Assert.InRange(order, 1.9, 2.1);
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Splitting_with_growth_keeps_the_second_order(string name)
    {
        var (diffusion, initial, _) = Modes(10);
        var scheme = Scheme(name, diffusion);
        double[] Run(int steps)
        {
            var state = (double[])initial.Clone();
            var half = Reaction.Growth(4.0 / steps, 0.2, [], []);
            for (var s = 0; s < steps; s++)
            {
                half.Apply(state.AsSpan());
                scheme.Step(state, 10.0 / steps, half);
            }

            return state;
        }

        var runs = new[] { 16, 32, 64, 128 }.Select(Run).ToArray();
        double Distance(int a) => runs[a].Zip(runs[a + 1], (x, y) => Math.Abs(x - y)).Max();
        var (first, second) = (Math.Log2(Distance(0) / Distance(1)), Math.Log2(Distance(1) / Distance(2)));
        output.WriteLine(FormattableString.Invariant($"{name}: differences {Distance(0):E3} {Distance(1):E3} {Distance(2):E3}, orders {first:0.000} {second:0.000}"));
        Assert.InRange(second, 1.9, 2.1);
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void A_very_stiff_step_of_smooth_data_stays_stable_and_hardly_undershoots(string name)
    {
        var (diffusion, _, _) = Modes(10);
        var grid = diffusion.Domain.Grid;
        var (scheme, s) = (Scheme(name, diffusion), grid.SpacingMm);
        var hD = 5000 / diffusion.SpectralBound;
        // A Gaussian 3 mm wide; one step spreads it to √(9 + 2hD).
        var state = diffusion.ToState(Enumerable.Range(0, grid.Count).Select(n => Math.Exp(
            -(Math.Pow((n % grid.Nx - 0.4 * grid.Nx) * s.X, 2) + Math.Pow((n / grid.Nx % grid.Ny - 0.45 * grid.Ny) * s.Y, 2) + Math.Pow((n / grid.Nx / grid.Ny - 0.55 * grid.Nz) * s.Z, 2)) / 18)).ToArray());
        var mean = TumourFixtures.ExactSum(state) / grid.Count;
        var (lowest, highest) = (0.0, 0.0);
        for (var step = 0; step < 30; step++)
        {
            scheme.Step(state, hD, Reaction.Identity);
            (lowest, highest) = (Math.Min(lowest, state.Min()), Math.Max(highest, state.Max()));
        }

        output.WriteLine(FormattableString.Invariant($"{name}: lowest {lowest:E2}, highest {highest:0.000} of 1; after 30 steps {state.Max():0.0000} to {state.Where((_, n) => diffusion.Inside[n]).Min():0.0000}, mean {mean:0.0000}"));
        Assert.InRange(lowest, -1e-3, 0);
        Assert.InRange(highest, 0, 1);
        // 30 steps of some 50 mm² each level a box of about 10 mm out; the Chebyshev polynomial leaves a stiff mode up to 0.95 of itself per step.
        var left = Enumerable.Range(0, state.Length).Where(n => diffusion.Inside[n]).Max(n => Math.Abs(state[n] - mean));
        Assert.InRange(left, 0, name == "Chebyshev" ? 0.21 * (1 - mean) : 1e-6);
    }

    [Theory]
    [MemberData(nameof(SchemesAndOperators))]
    public void Steps_keep_mass_whatever_the_operator(string name, string kind)
    {
        var diffusion = Operator(kind);
        var scheme = Scheme(name, diffusion);
        var initial = diffusion.ToState(TumourFixtures.Lumps(diffusion.Domain.Grid));
        var state = (double[])initial.Clone();
        for (var step = 0; step < 30; step++)
        {
            scheme.Step(state, (2 + step) / diffusion.SpectralBound * 3, Reaction.Identity);
        }

        var drift = TumourFixtures.ExactSum(state) / TumourFixtures.ExactSum(initial) - 1;
        output.WriteLine(FormattableString.Invariant($"{name} on {kind}: mass drift {drift:E2}"));
        // Rounding.
        Assert.InRange(Math.Abs(drift), 0, 1e-12);
        Assert.All(Enumerable.Range(0, state.Length).Where(n => !diffusion.Inside[n]), n => Assert.Equal(0, state[n]));
    }

    [Theory]
    [MemberData(nameof(SchemesAndOperators))]
    public void A_step_is_its_own_adjoint(string name, string kind)
    {
        var diffusion = Operator(kind);
        var scheme = Scheme(name, diffusion);
        var (u, v) = (HeterogeneousDiffusionTests.Noise(diffusion, "u"), HeterogeneousDiffusionTests.Noise(diffusion, "v"));
        var (stepU, stepV) = ((double[])u.Clone(), (double[])v.Clone());
        scheme.Step(stepU, 40 / diffusion.SpectralBound, Reaction.Identity);
        scheme.Step(stepV, 40 / diffusion.SpectralBound, Reaction.Identity);
        var (one, other) = (HeterogeneousDiffusionTests.Dot(v, stepU), HeterogeneousDiffusionTests.Dot(u, stepV));
        var scale = Math.Sqrt(HeterogeneousDiffusionTests.Dot(u, u) * HeterogeneousDiffusionTests.Dot(v, v));
        output.WriteLine(FormattableString.Invariant($"{name} on {kind}: asymmetry {(one - other) / scale:E2}"));
        // Rounding, or the tolerance of a linear solve, 1e-10.
        Assert.InRange(Math.Abs(one - other) / scale, 0, name == "Chebyshev" ? 1e-13 : 1e-10);
    }

    [Theory]
    [MemberData(nameof(SchemesAndOperators))]
    public void The_number_of_threads_changes_no_digit(string name, string kind)
    {
        var diffusion = Operator(kind);
        var (alone, together) = (diffusion.ToState(TumourFixtures.Lumps(diffusion.Domain.Grid)), diffusion.ToState(TumourFixtures.Lumps(diffusion.Domain.Grid)));
        var (one, three) = (Scheme(name, diffusion), Scheme(name, diffusion, 3));
        for (var step = 0; step < 3; step++)
        {
            one.Step(alone, 30 / diffusion.SpectralBound, new Reaction(1.07, 0.06));
            three.Step(together, 30 / diffusion.SpectralBound, new Reaction(1.07, 0.06));
        }

        Assert.Equal(alone, together);
    }

    [Theory]
    [MemberData(nameof(SchemesAndOperators))]
    public void The_slope_to_the_diffusivity_agrees_with_differences(string name, string kind)
    {
        var diffusion = Operator(kind);
        var scheme = Scheme(name, diffusion);
        var u = diffusion.ToState(TumourFixtures.Lumps(diffusion.Domain.Grid));
        // Amid the reach of a number of stages, so that a small change does not change it.
        var hD = 30 / diffusion.SpectralBound;
        double[] Stepped(double by)
        {
            var state = (double[])u.Clone();
            scheme.Step(state, by, Reaction.Identity);
            return state;
        }

        var (state, slope) = ((double[])u.Clone(), new double[u.Length]);
        scheme.StepWithSlope(state, hD, slope);

        var (change, plain) = (1e-4 * hD, Stepped(hD));
        var (above, below) = (Stepped(hD + change), Stepped(hD - change));
        var largest = slope.Max(Math.Abs);
        for (var n = 0; n < u.Length; n++)
        {
            Assert.Equal(plain[n], state[n], 1e-10);
            // Central differences: 1e-8 by curvature; 1e-10/1e-4 by the tolerance of a solve.
            Assert.Equal(slope[n], (above[n] - below[n]) / (2 * change), 1e-6 * largest);
        }
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void The_slope_to_the_field_agrees_with_differences(string name)
    {
        var diffusion = HeterogeneousDiffusionTests.Patchy(9, 7, 5, 1.3, 2.2, 0.9, floor: 0.3);
        var (u, adjoint) = (HeterogeneousDiffusionTests.Noise(diffusion, "u"), HeterogeneousDiffusionTests.Noise(diffusion, "adjoint"));
        var hD = 30 / diffusion.SpectralBound;
        var gradient = new double[u.Length];
        Scheme(name, diffusion).FieldSlope(u, adjoint, hD, gradient);

        var direction = HeterogeneousDiffusionTests.Noise(diffusion, "direction");
        double Value(double by)
        {
            var state = (double[])u.Clone();
            Scheme(name, diffusion.With(diffusion.Relative.ToArray().Zip(direction, (d, x) => d + by * x).ToArray())).Step(state, hD, Reaction.Identity);
            return HeterogeneousDiffusionTests.Dot(adjoint, state);
        }

        var (expected, found) = ((Value(1e-5) - Value(-1e-5)) / 2e-5, HeterogeneousDiffusionTests.Dot(direction, gradient));
        output.WriteLine(FormattableString.Invariant($"{name}: slope {found:E10}, differences {expected:E10}"));
        // Central differences at 1e-5: 1e-9 by curvature, 1e-6 by the tolerance of a solve.
        Assert.Equal(1, expected / found, name == "Chebyshev" ? 1e-7 : 1e-5);
    }

    /// <summary>A scheme by its name.</summary>
    internal static DiffusionScheme Scheme(string name, DiffusionOperator diffusion, int threads = 1) => name switch
    {
        "Chebyshev" => new ChebyshevStepper(diffusion, threads),
        "implicit" => new ImplicitStepper(diffusion, threads),
        _ => throw new ArgumentException(name),
    };

    /// <summary>An operator on an irregular domain large enough for several blocks.</summary>
    private static DiffusionOperator Operator(string kind)
    {
        var field = HeterogeneousDiffusionTests.Patchy(53, 41, 37, 1.5, 1.1, 3.2);
        return kind switch
        {
            "field" => field,
            "uniform" => new FluxDiffusion(field.Domain),
            "tensor" => TensorDiffusionTests.Fibres(53, 41, 37, 1.5, 1.1, 3.2),
            "plain" => new Unfused(new FluxDiffusion(field.Domain)),
            _ => throw new ArgumentException(kind),
        };
    }

    /// <summary>An operator of which a scheme only knows how it is applied.</summary>
    private sealed class Unfused(FluxDiffusion inner) : DiffusionOperator(inner.Domain)
    {
        public override double SpectralBound => inner.SpectralBound;

        public override void Apply(ReadOnlySpan<double> u, Span<double> result, double factor) => inner.Apply(u, result, factor);
    }

    /// <summary>A full box of fine voxels and a sum of eigenmodes of its operator, which decay as exponentials of a known rate.</summary>
    private static (DiffusionOperator Diffusion, double[] Initial, double[] Exact) Modes(double diffusedMm2)
    {
        // cos(π m (i + ½)/n) is an eigenvector of the no-flux second difference: λ = 2(1 − cos(π m/n))/h² (Strang, SIAM Rev 41:135, 1999).
        var grid = TumourFixtures.ObliqueGrid(30, 26, 34, 0.3, 0.4, 0.35);
        var (size, spacing) = (new[] { 30, 26, 34 }, new[] { 0.3, 0.4, 0.35 });
        var modes = new[] { (0.2, new[] { 1, 0, 0 }), (0.12, [0, 1, 1]), (0.07, [2, 1, 0]) };
        var diffusion = new FluxDiffusion(TumourFixtures.Box(grid));
        double At(int n, int axis, int m) => Math.Cos(Math.PI * m * ((axis == 0 ? n % 30 : axis == 1 ? n / 30 % 26 : n / 30 / 26) + 0.5) / size[axis]);
        double Rate(int[] m) => Enumerable.Range(0, 3).Sum(a => 2 * (1 - Math.Cos(Math.PI * m[a] / size[a])) / (spacing[a] * spacing[a]));
        double[] After(double diffused) => diffusion.ToState(Enumerable.Range(0, grid.Count).Select(
            n => 0.5 + modes.Sum(x => x.Item1 * Math.Exp(-diffused * Rate(x.Item2)) * At(n, 0, x.Item2[0]) * At(n, 1, x.Item2[1]) * At(n, 2, x.Item2[2]))).ToArray());
        return (diffusion, After(0), After(diffusedMm2));
    }
}
