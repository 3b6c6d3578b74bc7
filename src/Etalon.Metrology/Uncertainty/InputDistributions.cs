namespace Etalon.Metrology;

/// <summary>Normal.</summary>
internal sealed record NormalInput(double Mean, double Sd) : InputDistribution
{
    public override double Estimate => Mean;

    public override double StandardUncertainty => Sd;

    internal override double Draw(TrialStream random) => Mean + Sd * random.Normal();
}

/// <summary>Scaled and shifted t.</summary>
internal sealed record StudentInput(double Location, double Scale, double Freedom) : InputDistribution
{
    public override double Estimate => Location;

    public override double StandardUncertainty => Scale;

    public override double? Dof => Freedom;

    internal override double Draw(TrialStream random) => Location + Scale * random.StudentT(Freedom);
}

/// <summary>Rectangular.</summary>
internal sealed record RectangularInput(double Lower, double Upper) : InputDistribution
{
    public override double Estimate => 0.5 * (Lower + Upper);

    public override double StandardUncertainty => (Upper - Lower) / Math.Sqrt(12);

    internal override double Draw(TrialStream random) => Lower + (Upper - Lower) * random.Uniform();
}

/// <summary>Rectangular with limits that are uncertain themselves.</summary>
internal sealed record CurvilinearTrapezoidInput(double Lower, double Upper, double LimitHalfWidth) : InputDistribution
{
    public override double Estimate => 0.5 * (Lower + Upper);

    public override double StandardUncertainty => (Upper - Lower) / Math.Sqrt(12);

    public override double? Dof => 0.5 * Math.Pow(0.5 * (Upper - Lower) / LimitHalfWidth, 2);

    // 6.4.3.4: the lower limit is drawn, the upper one mirrors it.
    internal override double Draw(TrialStream random)
    {
        var from = Lower - LimitHalfWidth + 2 * LimitHalfWidth * random.Uniform();
        return from + (Lower + Upper - 2 * from) * random.Uniform();
    }
}

/// <summary>Trapezoidal: the sum of two rectangular ones.</summary>
internal sealed record TrapezoidalInput(double Lower, double Upper, double FlatShare) : InputDistribution
{
    public override double Estimate => 0.5 * (Lower + Upper);

    public override double StandardUncertainty => (Upper - Lower) * Math.Sqrt((1 + FlatShare * FlatShare) / 24);

    // 6.4.4.4.
    internal override double Draw(TrialStream random) =>
        Lower + 0.5 * (Upper - Lower) * ((1 + FlatShare) * random.Uniform() + (1 - FlatShare) * random.Uniform());
}

/// <summary>Arc sine.</summary>
internal sealed record ArcsineInput(double Lower, double Upper) : InputDistribution
{
    public override double Estimate => 0.5 * (Lower + Upper);

    public override double StandardUncertainty => (Upper - Lower) / Math.Sqrt(8);

    internal override double Draw(TrialStream random) => Estimate + 0.5 * (Upper - Lower) * Math.Sin(2 * Math.PI * random.Uniform());
}

/// <summary>Gamma.</summary>
internal sealed record GammaInput(double Shape, double Scale) : InputDistribution
{
    public override double Estimate => Shape * Scale;

    public override double StandardUncertainty => Math.Sqrt(Shape) * Scale;

    internal override double Draw(TrialStream random) => Scale * random.Gamma(Shape);
}
