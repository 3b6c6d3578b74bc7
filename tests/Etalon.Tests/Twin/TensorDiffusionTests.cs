using Etalon.Imaging;
using Etalon.Numerics;
using Etalon.Treatment;
using Etalon.Twin;
using Xunit;

namespace Etalon.Tests.Twin;

/// <summary>Diffusion along fibres: laws, and the heat kernel of a turned tensor.</summary>
[Trait("Kind", "Numeric")]
public sealed class TensorDiffusionTests(ITestOutputHelper output)
{
    private static GrowthParameters Only(double diffusivity) => new() { DiffusivityMm2PerDay = diffusivity, ProliferationPerDay = 0, AlphaPerGy = 0 };

    [Fact]
    public void A_constant_isotropic_tensor_is_uniform_diffusion()
    {
        var domain = TumourFixtures.IrregularDomain(TumourFixtures.ObliqueGrid(29, 13, 11, 1.4, 2.6, 0.8));
        var tensors = Enumerable.Range(0, 6 * domain.Grid.Count).Select(n => n % 6 < 3 ? 1f : 0f).ToArray();
        var (uniform, turned) = (new FluxDiffusion(domain), new TensorDiffusion(domain, tensors));
        var a = TumourFixtures.At(new TumourModel(uniform), uniform.ToState(TumourFixtures.Lumps(domain.Grid)), Only(0.3), TreatmentSchedule.None, 12.7, 0.05);
        var b = TumourFixtures.At(new TumourModel(turned), turned.ToState(TumourFixtures.Lumps(domain.Grid)), Only(0.3), TreatmentSchedule.None, 12.7, 0.05);
        for (var n = 0; n < a.Length; n++)
        {
            // Sums in another order over 254 steps.
            Assert.Equal(a[n], b[n], 1e-13);
        }

        Assert.Equal(uniform.SpectralBound, turned.SpectralBound, 1e-12);
    }

    [Fact]
    public void Mass_is_kept_the_operator_is_its_own_adjoint_and_never_adds_energy()
    {
        var diffusion = Fibres(23, 31, 17, 1.5, 1.1, 3.2);
        var initial = diffusion.ToState(TumourFixtures.Lumps(diffusion.Domain.Grid));
        var final = TumourFixtures.At(new TumourModel(diffusion), initial, Only(0.2), TreatmentSchedule.None, 30.3);
        var drift = TumourFixtures.ExactSum(final) / TumourFixtures.ExactSum(initial) - 1;

        var (u, v) = (HeterogeneousDiffusionTests.Noise(diffusion, "u"), HeterogeneousDiffusionTests.Noise(diffusion, "v"));
        var (lu, lv) = (new double[u.Length], new double[u.Length]);
        diffusion.Apply(u, lu, 0.7);
        diffusion.Apply(v, lv, 0.7);
        var (one, other) = (HeterogeneousDiffusionTests.Dot(v, lu), HeterogeneousDiffusionTests.Dot(u, lv));
        output.WriteLine(FormattableString.Invariant($"mass drift {drift:E2}, asymmetry {one / other - 1:E2}"));
        // Rounding of some 10² steps; of sums of 10⁴ terms.
        Assert.InRange(Math.Abs(drift), 0, 1e-12);
        var scale = Math.Sqrt(HeterogeneousDiffusionTests.Dot(u, u) * HeterogeneousDiffusionTests.Dot(lv, lv));
        Assert.InRange(Math.Abs(one - other), 0, 1e-12 * scale);
        Assert.InRange(HeterogeneousDiffusionTests.Dot(u, lu), double.NegativeInfinity, 0);
    }

    [Fact]
    public void The_bound_of_the_spectrum_holds()
    {
        var diffusion = Fibres(15, 12, 9, 1.5, 1.1, 3.2);
        var u = HeterogeneousDiffusionTests.Noise(diffusion, "power");
        var (lu, largest) = (new double[u.Length], 0.0);
        for (var i = 0; i < 300; i++)
        {
            diffusion.Apply(u, lu, -1);
            var norm = Math.Sqrt(HeterogeneousDiffusionTests.Dot(lu, lu));
            largest = norm / Math.Sqrt(HeterogeneousDiffusionTests.Dot(u, u));
            u = Array.ConvertAll(lu, x => x / norm);
        }

        output.WriteLine(FormattableString.Invariant($"largest eigenvalue about {largest:0.0000}, bound {diffusion.SpectralBound:0.0000}"));
        // Gershgorin's disc of a stencil with negative weights is generous, but not by more than a factor of 2 here.
        Assert.InRange(largest, 0.5 * diffusion.SpectralBound, diffusion.SpectralBound);
    }

    [Fact]
    public void A_Gaussian_in_a_turned_tensor_spreads_as_the_heat_kernel_at_second_order()
    {
        var errors = new[] { 1.6, 0.8 }.Select(HeatKernelError).ToArray();
        var order = Math.Log2(errors[0] / errors[1]);
        output.WriteLine(FormattableString.Invariant($"errors {errors[0]:E3} and {errors[1]:E3} of the peak, order {order:0.000}"));
        // Second order in the spacing; the next term is (spacing/width)² of it, some 5 % on the coarse grid.
        Assert.InRange(order, 1.9, 2.1);
        Assert.InRange(errors[1], 0, 5e-3);
    }

    [Fact]
    public void Tensors_that_are_not_positive_are_refused()
    {
        var domain = TumourFixtures.Box(TumourFixtures.ObliqueGrid(3, 2, 2, 1.1, 1.7, 2.9));
        var tensors = Enumerable.Range(0, 72).Select(n => n % 6 < 3 ? 1f : 0f).ToArray();
        tensors[6 * 4 + 3] = 1.2f;
        Assert.Contains("voxel 4", Assert.Throws<ArgumentException>(() => new TensorDiffusion(domain, tensors)).Message, StringComparison.Ordinal);
        tensors[6 * 4 + 3] = float.NaN;
        Assert.Throws<ArgumentException>(() => new TensorDiffusion(domain, tensors));
        Assert.Throws<ArgumentException>(() => new TensorDiffusion(domain, [1, 1, 1]));
    }

    [Fact]
    public void A_tensor_along_a_fibre_in_the_patient_lies_along_the_same_fibre_on_the_grid()
    {
        var grid = TumourFixtures.ObliqueGrid(3, 2, 2, 1.1, 1.7, 2.9);
        // A fibre two parts along i and one against k; its tensor is the outer product.
        var fibre = (2 * grid.StepI.Normalised() - grid.StepK.Normalised()).Normalised();
        float[] inPatient =
            [(float)(fibre.X * fibre.X), (float)(fibre.Y * fibre.Y), (float)(fibre.Z * fibre.Z), (float)(fibre.X * fibre.Y), (float)(fibre.X * fibre.Z), (float)(fibre.Y * fibre.Z)];
        float[] expected = [0.8f, 0, 0.2f, 0, -0.4f, 0];
        foreach (var (value, wanted) in TensorDiffusion.AlongAxes(grid, inPatient).Zip(expected))
        {
            // Single precision of numbers up to 1.
            Assert.Equal(wanted, value, 1e-6f);
        }
    }

    [Fact]
    public void Nothing_enters_voxels_without_diffusion()
    {
        var grid = TumourFixtures.ObliqueGrid(11, 6, 5, 1.3, 2.2, 0.9);
        // A wall at i = 4; the tensor beside it points through it and along it.
        var tensors = Enumerable.Range(0, grid.Count).SelectMany(n => n % 11 == 4 ? new float[6] : [1, 0.7f, 0.8f, 0.6f, -0.3f, 0.1f]).ToArray();
        var diffusion = new TensorDiffusion(TumourFixtures.Box(grid), tensors);
        var initial = diffusion.ToState(Enumerable.Range(0, grid.Count).Select(n => n % 11 < 4 ? 0.3 + 0.1 * Math.Sin(n) : 0).ToArray());

        var final = TumourFixtures.At(new TumourModel(diffusion), initial, Only(0.7), TreatmentSchedule.None, 20);

        for (var n = 0; n < final.Length; n++)
        {
            Assert.True(diffusion.GridIndex[n] < 0 || diffusion.GridIndex[n] % 11 < 4 || final[n] == 0, $"place {n} holds {final[n]}");
        }
    }

    /// <summary>Largest error of a Gaussian after some days, relative to its peak: covariance Σ becomes Σ + 2Tt.</summary>
    private static double HeatKernelError(double fine)
    {
        var (hx, hy, hz) = (fine, 0.9 * fine, 1.2 * fine);
        var (nx, ny, nz) = ((int)(52 / hx), (int)(49 / hy), (int)(46 / hz));
        var grid = TumourFixtures.ObliqueGrid(nx, ny, nz, hx, hy, hz);
        // Eigenvalues 1, 0.3 and 0.1, turned about three axes.
        var turn = Etalon.Imaging.Registration.RigidTransform.FromEuler(new Vector3(23, -41, 17), default);
        var axes = new[] { turn.Rotate(new(1, 0, 0)), turn.Rotate(new(0, 1, 0)), turn.Rotate(new(0, 0, 1)) };
        var values = new[] { 1.0, 0.3, 0.1 };
        double Part(Func<Vector3, double> a, Func<Vector3, double> b) => axes.Zip(values, (v, d) => d * a(v) * b(v)).Sum();
        double[] t = [Part(v => v.X, v => v.X), Part(v => v.Y, v => v.Y), Part(v => v.Z, v => v.Z), Part(v => v.X, v => v.Y), Part(v => v.X, v => v.Z), Part(v => v.Y, v => v.Z)];
        var diffusion = new TensorDiffusion(TumourFixtures.Box(grid), Enumerable.Range(0, 6 * grid.Count).Select(n => (float)t[n % 6]).ToArray());
        var (days, scale) = (12.0, 0.9);
        var start = new[] { 16.0, 16, 16, 0, 0, 0 };
        var end = start.Zip(t, (s, d) => s + 2 * scale * (float)d * days).ToArray();
        var peak = 0.8 * Math.Sqrt(Determinant(start) / Determinant(end));

        var initial = diffusion.ToState(Enumerable.Range(0, grid.Count).Select(n => 0.8 * Gaussian(start, Place(n))).ToArray());
        // Small steps: their error is (hDλ)² of the smooth modes, below 1e-5.
        var final = TumourFixtures.At(new TumourModel(diffusion), initial, Only(scale), TreatmentSchedule.None, days, 0.1);

        var worst = 0.0;
        for (var n = 0; n < final.Length; n++)
        {
            worst = diffusion.GridIndex[n] is var at and >= 0 ? Math.Max(worst, Math.Abs(final[n] - peak * Gaussian(end, Place(at)))) : worst;
        }

        return worst / peak;

        // The middle of the volume but for a part of a voxel.
        (double X, double Y, double Z) Place(int n) => ((n % nx + 0.5) * hx - 26.3, (n / nx % ny + 0.5) * hy - 24.2, (n / nx / ny + 0.5) * hz - 22.9);
    }

    private static double Determinant(double[] s) => s[0] * (s[1] * s[2] - s[5] * s[5]) - s[3] * (s[3] * s[2] - s[5] * s[4]) + s[4] * (s[3] * s[5] - s[1] * s[4]);

    private static double Gaussian(double[] s, (double X, double Y, double Z) p)
    {
        // Inverse of a symmetric matrix by cofactors.
        var d = Determinant(s);
        var (xx, yy, zz) = (s[1] * s[2] - s[5] * s[5], s[0] * s[2] - s[4] * s[4], s[0] * s[1] - s[3] * s[3]);
        var (xy, xz, yz) = (s[4] * s[5] - s[3] * s[2], s[3] * s[5] - s[4] * s[1], s[3] * s[4] - s[0] * s[5]);
        var form = xx * p.X * p.X + yy * p.Y * p.Y + zz * p.Z * p.Z + 2 * (xy * p.X * p.Y + xz * p.X * p.Z + yz * p.Y * p.Z);
        return Math.Exp(-0.5 * form / d);
    }

    /// <summary>Tensors of random direction and anisotropy.</summary>
    internal static TensorDiffusion Fibres(int nx, int ny, int nz, double hx, double hy, double hz)
    {
        var domain = TumourFixtures.IrregularDomain(TumourFixtures.ObliqueGrid(nx, ny, nz, hx, hy, hz));
        var random = new RandomStream(12, "fibres");
        var tensors = new float[6 * domain.Grid.Count];
        for (var n = 0; n < domain.Grid.Count; n++)
        {
            var (x, y, z) = (random.NextUniform() - 0.5, random.NextUniform() - 0.5, random.NextUniform() - 0.5);
            var (along, across) = (1 / (x * x + y * y + z * z), 0.02 + 0.2 * random.NextUniform());
            double[] t = [along * x * x + across, along * y * y + across, along * z * z + across, along * x * y, along * x * z, along * y * z];
            for (var c = 0; c < 6; c++)
            {
                tensors[6 * n + c] = (float)t[c];
            }
        }

        return new TensorDiffusion(domain, tensors);
    }
}
