using Etalon.Assays.Diffusion;

namespace Etalon.Study.Curves;

/// <summary>The models of <c>etalon fit</c>.</summary>
public static class CurveModels
{
    /// <summary>Makes all models, in the order in which help lists them. A model is used by one thread.</summary>
    public static IReadOnlyList<ICurveModel> Create() =>
    [
        new VfaCurve(),
        new InversionRecoveryCurve(),
        new T2Curve(),
        .. DceCurve.All(),
        new ConcentrationCurve(),
        new InputFunctionCurve(),
        new DscCurve(),
        new SuvCurve(),
        new DiffusionCurveModel(DiffusionModel.MonoExponential),
        new DiffusionCurveModel(DiffusionModel.Ivim),
        new DiffusionCurveModel(DiffusionModel.Kurtosis),
    ];
}
