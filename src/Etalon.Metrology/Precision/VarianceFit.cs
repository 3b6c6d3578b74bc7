namespace Etalon.Metrology.Precision;

/// <summary>A fitted variance function with the scale of each group.</summary>
/// <param name="Profile">Over all groups as one.</param>
/// <param name="GroupVariances">Variance of each group relative to the profile, in the order of the groups.</param>
/// <param name="GroupDofs">Degrees of freedom of each.</param>
internal sealed record VarianceFit(PrecisionProfile Profile, double[] GroupVariances, double[] GroupDofs)
{
    /// <summary>AICc of two parameters needs one contrast more than three.</summary>
    private const int FewestContrasts = 4;

    /// <summary>Logits of the mixing weight at which the likelihood is looked at before the best is refined.</summary>
    private const double LogitReach = 12, LogitStep = 0.75;

    /// <summary>
    /// σ = s ((1 − θ) x₀ + θ x) with x₀ the geometric mean of the subjects: θ = 0 is a constant standard deviation, 1 a constant coefficient of
    /// variation, and s has a closed form, one for each group, so that one parameter is searched.
    /// </summary>
    public static VarianceFit Of(ReplicateScatter scatter, ErrorScale scale, VarianceModel? asked)
    {
        var subjects = scatter.Subjects;
        var problem = new Problem(subjects, scatter.Groups.Count, scale == ErrorScale.Logarithm);
        if (asked is { } m && !Enum.IsDefined(m))
        {
            throw new ArgumentException($"There is no variance model {m}.");
        }

        if (!problem.IsPositive && asked is VarianceModel.ConstantCv or VarianceModel.Linear)
        {
            throw new ArgumentException("A standard deviation in proportion to what is measured needs means above 0.");
        }

        if (!problem.HasSpread && asked == VarianceModel.Linear)
        {
            throw new ArgumentException("One size of what is measured cannot tell a constant part of its standard deviation from a proportional one.");
        }

        var functions = Fitted(problem, scale == ErrorScale.Logarithm ? VarianceModel.ConstantCv : VarianceModel.ConstantSd, asked);
        var profile = new PrecisionProfile
        {
            Scale = scale,
            Functions = [.. functions.Select(f => f.Function)],
            ScatterDof = problem.Dof,
            Subjects = subjects.Count,
            Range = (subjects.Min(s => s.X), subjects.Max(s => s.X)),
        };
        return new VarianceFit(profile, problem.GroupVariances(functions[0].Theta), problem.Dofs);
    }

    /// <summary>The functions by weight, largest first.</summary>
    private static List<(VarianceFunction Function, double Theta)> Fitted(Problem problem, VarianceModel natural, VarianceModel? asked)
    {
        // Without any scatter, or with one size alone, or too few contrasts, the data do not tell the functions apart.
        var only = asked ?? (problem.IsPositive && problem.HasSpread && problem.SumOfSquares > 0 && problem.Dof >= FewestContrasts ? null : natural);
        var models = only is { } one ? [one] : Enum.GetValues<VarianceModel>();
        var functions = models.Select(m =>
        {
            var theta = m switch { VarianceModel.ConstantSd => 0, VarianceModel.ConstantCv => 1, _ => problem.SumOfSquares > 0 ? Lowest(problem) : 0.5 };
            return (Function: problem.Function(m, theta), Theta: theta);
        }).ToList();
        if (functions.Count > 1)
        {
            var best = functions.Min(f => f.Function.Aicc!.Value);
            var total = functions.Sum(f => Math.Exp(-0.5 * (f.Function.Aicc!.Value - best)));
            functions = [.. functions.Select(f => (f.Function with { Weight = Math.Exp(-0.5 * (f.Function.Aicc!.Value - best)) / total }, f.Theta))];
        }

        return [.. functions.OrderByDescending(f => f.Function.Weight).ThenBy(f => f.Function.Model == natural ? 0 : 1)];
    }

    /// <summary>The weight of highest likelihood: the best of a grid of logits, refined by golden sections; 0 or 1 where an end is not worse.</summary>
    private static double Lowest(Problem problem)
    {
        var (at, lowest) = (0.0, double.PositiveInfinity);
        for (var logit = -LogitReach; logit <= LogitReach; logit += LogitStep)
        {
            var cost = problem.Cost(Weight(logit));
            (at, lowest) = cost < lowest ? (logit, cost) : (at, lowest);
        }

        const double Golden = 0.6180339887498949;
        var (a, b) = (at - LogitStep, at + LogitStep);
        var (c, d) = (b - Golden * (b - a), a + Golden * (b - a));
        var (costC, costD) = (problem.Cost(Weight(c)), problem.Cost(Weight(d)));
        // A likelihood near its top tells a weight to the root of its own rounding.
        while (b - a > 1e-7)
        {
            if (costC < costD)
            {
                (b, d, costD) = (d, c, costC);
                c = b - Golden * (b - a);
                costC = problem.Cost(Weight(c));
            }
            else
            {
                (a, c, costC) = (c, d, costD);
                d = a + Golden * (b - a);
                costD = problem.Cost(Weight(d));
            }
        }

        var (inner, costInner) = (Weight(0.5 * (a + b)), problem.Cost(Weight(0.5 * (a + b))));
        // Within the rounding of a sum of logarithms the simpler function is as good.
        var margin = 1e-9 * Math.Max(1, Math.Abs(costInner));
        return problem.Cost(0) <= costInner + margin ? 0 : problem.Cost(1) <= costInner + margin ? 1 : inner;
    }

    private static double Weight(double logit) => 1 / (1 + Math.Exp(-logit));

    /// <summary>The likelihood of the scatter, all scales at their best.</summary>
    private sealed class Problem
    {
        private readonly IReadOnlyList<SubjectScatter> _subjects;
        private readonly bool _isRelative;
        private readonly double[] _dofs;
        private readonly double[] _sums;
        private readonly double _reference = 1;

        public Problem(IReadOnlyList<SubjectScatter> subjects, int groups, bool isRelative)
        {
            (_subjects, _isRelative, _dofs, _sums) = (subjects, isRelative, new double[groups], new double[groups]);
            foreach (var s in subjects)
            {
                _dofs[s.Group] += s.Dof;
                SumOfSquares += s.SumOfSquares;
            }

            IsPositive = subjects.All(s => s.X > 0);
            if (IsPositive)
            {
                _reference = Math.Exp(subjects.Average(s => Math.Log(s.X)));
                HasSpread = subjects.Max(s => s.X) > (1 + 1e-9) * subjects.Min(s => s.X);
            }
        }

        public bool IsPositive { get; }

        public bool HasSpread { get; }

        public double SumOfSquares { get; }

        public double[] Dofs => _dofs;

        public double Dof => _dofs.Sum();

        /// <summary>−2 ln L at a weight; −∞ where a group does not scatter at all.</summary>
        public double Cost(double theta)
        {
            Array.Clear(_sums);
            var cost = 0.0;
            foreach (var s in _subjects)
            {
                var shape = Shape(theta, s.X);
                _sums[s.Group] += s.SumOfSquares / (shape * shape);
                cost += 2 * s.Dof * Math.Log(shape);
            }

            for (var g = 0; g < _sums.Length; g++)
            {
                // A group without any scatter holds no information on the shape; its share would be −∞ at every weight.
                cost += _sums[g] > 0 ? _dofs[g] * (1 + Math.Log(_sums[g] / _dofs[g])) : 0;
            }

            return cost;
        }

        /// <summary>The function at a weight, over all groups as one.</summary>
        public VarianceFunction Function(VarianceModel model, double theta)
        {
            var cost = Cost(theta);
            var sd = Math.Sqrt(_sums.Sum() / Dof);
            return new VarianceFunction(
                model, model == VarianceModel.ConstantCv ? 0 : sd * (1 - theta) * _reference, model == VarianceModel.ConstantSd ? 0 : sd * theta,
                Covariance(model, theta, sd), cost, Aicc(cost, model == VarianceModel.Linear ? 2 : 1), 1);
        }

        /// <summary>Variance of each group over that of all as one.</summary>
        public double[] GroupVariances(double theta)
        {
            Cost(theta);
            var variance = _sums.Sum() / Dof;
            return [.. _sums.Select((s, g) => variance > 0 ? s / _dofs[g] / variance : 1)];
        }

        /// <summary>Hurvich and Tsai 1989, with the contrasts as sample; the scales of further groups are the same for all models and are not counted.</summary>
        private double? Aicc(double cost, int parameters) => Dof - parameters - 1 > 0 ? cost + 2 * parameters * Dof / (Dof - parameters - 1) : null;

        private double Shape(double theta, double x) => ((1 - theta) * _reference + theta * x) / (_isRelative ? x : 1);

        /// <summary>Inverse of the expected information Σ 2ν g gᵀ / σ², g the derivatives of σ by e and f.</summary>
        private ParameterCovariance Covariance(VarianceModel model, double theta, double sd)
        {
            var (ee, ef, ff) = (0.0, 0.0, 0.0);
            foreach (var s in _subjects)
            {
                var sigma = sd * ((1 - theta) * _reference + theta * s.X);
                var weight = 2 * s.Dof / (sigma * sigma);
                (ee, ef, ff) = (ee + weight, ef + weight * s.X, ff + weight * s.X * s.X);
            }

            if (sd == 0)
            {
                return default;
            }

            var determinant = ee * ff - ef * ef;
            return model switch
            {
                VarianceModel.ConstantSd => new ParameterCovariance(1 / ee, 0, 0),
                VarianceModel.ConstantCv => new ParameterCovariance(0, 0, 1 / ff),
                _ => new ParameterCovariance(ff / determinant, -ef / determinant, ee / determinant),
            };
        }
    }
}
