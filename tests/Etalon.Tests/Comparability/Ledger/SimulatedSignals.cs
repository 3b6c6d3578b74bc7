using Etalon.Numerics;

namespace Etalon.Tests.Comparability.Ledger;

/// <summary>Signals simulated apart from the ledger: what a reading becomes under another acquisition, for tissue drawn at random.</summary>
internal sealed class SimulatedSignals(RandomStream random)
{
    /// <summary>ADC by non-linear least squares to a signal with kurtosis and perfusion; no noise.</summary>
    public double BSets(double[] a, double[] b)
    {
        var (d, k, f) = (Between(0.7e-3, 1.4e-3), Between(0.4, 1.1), Between(0, 0.08));
        double Fit(double[] set)
        {
            var s = set.Select(x => f * Math.Exp(-x * 0.01) + (1 - f) * Math.Exp(-x * d + x * x * d * d * k / 6)).ToArray();
            var (s0, adc) = (s[0], 1e-3);
            for (var n = 0; n < 60; n++)
            {
                var (aa, ab, bb, ra, rb) = (0.0, 0.0, 0.0, 0.0, 0.0);
                for (var i = 0; i < set.Length; i++)
                {
                    var e = Math.Exp(-set[i] * adc);
                    var (ja, jb, r) = (e, -s0 * set[i] * e * 1e-3, s[i] - s0 * e);
                    (aa, ab, bb, ra, rb) = (aa + ja * ja, ab + ja * jb, bb + jb * jb, ra + ja * r, rb + jb * r);
                }

                var determinant = aa * bb - ab * ab;
                (s0, adc) = (s0 + (ra * bb - rb * ab) / determinant, adc + 1e-3 * (aa * rb - ab * ra) / determinant);
            }

            return adc;
        }

        return Math.Log(Fit(b) / Fit(a));
    }

    /// <summary>Two-point ADC of magnitudes of complex noise, 30 000 voxels, two compartments of their own T2.</summary>
    public double Magnitude(double teA, double teB, double snrRatio)
    {
        var (d, t2, slow, snr) = (Between(0.7e-3, 1.4e-3), Between(0.08, 0.14), Between(0.05, 0.25), Between(20, 80));
        double Mean(double signal)
        {
            var sum = 0.0;
            for (var n = 0; n < 30_000; n++)
            {
                var (re, im) = (signal + random.NextNormal(), random.NextNormal());
                sum += Math.Sqrt(re * re + im * im);
            }

            return sum / 30_000;
        }

        double Adc(double te, double level) => Math.Log(Mean(level * At(te, 0)) / Mean(level * At(te, 1000))) / 1000;
        double At(double te, double b) => (1 - slow) * Math.Exp(-(te - 0.08) / t2) * Math.Exp(-b * d) + slow * Math.Exp(-(te - 0.08) / 0.05) * Math.Exp(-b * 0.4 * d);
        return Math.Log(Adc(teB, snr * snrRatio) / Adc(teA, snr));
    }

    /// <summary>ADC along one direction against the trace of a random axially symmetric tensor, by its matrix.</summary>
    public double OneDirection()
    {
        var fa = Between(0.05, 0.3);
        var delta = fa * Math.Sqrt(3 / (1 - 2 * fa * fa / 3));
        var cosine = Between(-1, 1);
        return Math.Log(1 + delta * (cosine * cosine - 1.0 / 3));
    }

    /// <summary>T1 by two sets of flip angles: the steady state by repeating pulse and recovery until nothing changes, T1 by bisecting the ratio of the outer two signals.</summary>
    public double FlipAngles(double[] a, double[] b, double tr)
    {
        var (t1, b1) = (Between(0.7, 2), Between(0.85, 1.15));
        double Steady(double degrees, double of, double factor)
        {
            var (mz, e, angle) = (1.0, Math.Exp(-tr / of), factor * degrees * Math.PI / 180);
            for (var n = 0; n < 4000; n++)
            {
                mz = 1 + (mz * Math.Cos(angle) - 1) * e;
            }

            return mz * Math.Sin(angle);
        }

        double Fit(double[] set)
        {
            var measured = Steady(set[^1], t1, b1) / Steady(set[0], t1, b1);
            var (low, high) = (0.05, 20.0);
            for (var n = 0; n < 40; n++)
            {
                var middle = Math.Sqrt(low * high);
                (low, high) = Steady(set[^1], middle, 1) / Steady(set[0], middle, 1) > measured ? (middle, high) : (low, middle);
            }

            return Math.Sqrt(low * high);
        }

        return Math.Log(Fit(b) / Fit(a)) + 0.03 * random.NextNormal();
    }

    /// <summary>FDG trapped in tissue: plasma of two decays, K1 to k4 of tumours, activity by steps of 10 s; SUV at two times.</summary>
    public double Uptake(double fromS, double toS)
    {
        var (k1, k2, k3, k4) = (Between(0.08, 0.25) / 60, Between(0.2, 0.8) / 60, Between(0.03, 0.2) / 60, Between(0, 0.01) / 60);
        var (free, bound, at) = (0.0, 0.0, new List<double>());
        var times = new[] { fromS, toS };
        for (var t = 0.0; t <= 9000; t += 10)
        {
            at.AddRange(times.Where(x => Math.Abs(x - t) < 5).Select(_ => free + bound));
            var plasma = 0.75 * Math.Exp(-t / 300) + 0.25 * Math.Exp(-t / 6000);
            (free, bound) = (free + 10 * (k1 * plasma - (k2 + k3) * free + k4 * bound), bound + 10 * (k3 * free - k4 * bound));
        }

        return fromS < toS ? Math.Log(at[1] / at[0]) : -Math.Log(at[1] / at[0]);
    }

    /// <summary>Largest of 8 voxels under noise of 15 % at 60 s; mean of 400 lesions.</summary>
    public double NoiseMaximum(double fromS, double toS)
    {
        double Largest(double seconds)
        {
            var sum = 0.0;
            for (var n = 0; n < 400; n++)
            {
                var most = 0.0;
                for (var v = 0; v < 8; v++)
                {
                    most = Math.Max(most, 1 + 0.2 * Math.Sqrt(60 / seconds) * random.NextNormal());
                }

                sum += most;
            }

            return sum / 400;
        }

        return Math.Log(Largest(toS) / Largest(fromS));
    }

    /// <summary>Middle of a sphere under a Gaussian, by summing shells.</summary>
    public double Filter(double fromMm, double toMm)
    {
        var (radius, scanner) = (0.5 * Between(10, 40), Between(4, 7));
        double Middle(double filter)
        {
            var sigma = Math.Sqrt(scanner * scanner + filter * filter) / 2.354820045;
            var sum = 0.0;
            const int Shells = 2000;
            for (var n = 0; n < Shells; n++)
            {
                var r = (n + 0.5) * radius / Shells;
                sum += 4 * Math.PI * r * r * Math.Exp(-0.5 * r * r / (sigma * sigma)) * radius / Shells;
            }

            return sum / Math.Pow(2 * Math.PI * sigma * sigma, 1.5);
        }

        return Math.Log(Middle(toMm) / Middle(fromMm));
    }

    /// <summary>Voxels whose middles lie in a sphere at a random place, the edge moved by one reader's habit in voxels.</summary>
    public double SphereVolume((double InPlane, double Thickness, double Spacing) a, (double InPlane, double Thickness, double Spacing) b)
    {
        var (radius, habit) = (0.5 * Between(10, 40), 0.15 * random.NextNormal());
        double Volume((double InPlane, double Thickness, double Spacing) v)
        {
            var r = radius + habit * 0.5 * (2 * v.InPlane + v.Thickness);
            var (ox, oy, oz) = (random.NextUniform(), random.NextUniform(), random.NextUniform());
            var (nx, nz) = ((int)(r / v.InPlane) + 2, (int)(r / v.Spacing) + 2);
            var count = 0;
            for (var k = -nz; k <= nz; k++)
            {
                for (var j = -nx; j <= nx; j++)
                {
                    for (var i = -nx; i <= nx; i++)
                    {
                        var (x, y, z) = ((i + ox) * v.InPlane, (j + oy) * v.InPlane, (k + oz) * v.Spacing);
                        count += x * x + y * y + z * z <= r * r ? 1 : 0;
                    }
                }
            }

            return Math.Max(count, 1) * v.InPlane * v.InPlane * v.Spacing;
        }

        return Math.Log(Volume(b) / Volume(a));
    }

    /// <summary>Ktrans of tissue whose input is averaged over frames, by trying kep and solving for Ktrans; Parker's input as a table of its peak.</summary>
    public double FrameDuration(double fromS, double toS)
    {
        var (ktrans, ve) = (Between(0.05, 0.25) / 60, Between(0.2, 0.4));
        var start = random.NextUniform();
        double[] Curve(double[] fine, double frame) => [.. Enumerable.Range(0, (int)(300 / frame)).Select(n => Enumerable.Range(0, (int)frame).Average(m => fine[Math.Min(fine.Length - 1, (int)(n * frame) + m)]))];
        double Fit(double frame)
        {
            var plasma = Enumerable.Range(0, 300).Select(t => Input(t - start * frame)).ToArray();
            var tissue = Convolved(plasma, 1, ktrans, ktrans / ve);
            var (p, c) = (Curve(plasma, frame), Curve(tissue, frame));
            var (best, of) = (double.MaxValue, 0.0);
            for (var n = 0; n < 60; n++)
            {
                var kep = ktrans / ve * Math.Pow(10, -0.6 + 1.2 * n / 59);
                var unit = Convolved(p, frame, 1, kep);
                var k = unit.Zip(c).Sum(x => x.First * x.Second) / unit.Sum(x => x * x);
                var rss = unit.Zip(c).Sum(x => Math.Pow(x.Second - k * x.First, 2));
                (best, of) = rss < best ? (rss, k) : (best, of);
            }

            return of;
        }

        return Math.Log(Fit(toS) / Fit(fromS));
    }

    private static double[] Convolved(double[] plasma, double step, double k, double kep)
    {
        var (result, c) = (new double[plasma.Length], 0.0);
        for (var n = 1; n < plasma.Length; n++)
        {
            c = c * Math.Exp(-kep * step) + k * 0.5 * step * (plasma[n - 1] * Math.Exp(-kep * step) + plasma[n]);
            result[n] = c;
        }

        return result;
    }

    /// <summary>A bolus of 10 s and what follows, mM.</summary>
    private static double Input(double t) => t < 0 ? 0 : 6 * Math.Exp(-0.5 * Math.Pow((t - 12) / 4, 2)) + 1.1 * Math.Exp(-t / 360) / (1 + Math.Exp(-(t - 25) / 3));

    public double Between(double least, double greatest) => least + (greatest - least) * random.NextUniform();

    public double Normal(double sd) => sd * random.NextNormal();
}
