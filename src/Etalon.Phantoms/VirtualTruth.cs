using Etalon.Imaging.Registration;
using Etalon.Twin;

namespace Etalon.Phantoms;

/// <summary>What is true at one visit.</summary>
/// <param name="Session">Label of the visit, <c>1</c> and so on.</param>
/// <param name="Time">When it was scanned.</param>
/// <param name="VolumeMl">Volume of {N > 0.10}, mL.</param>
/// <param name="AdcMeanMm2PerS">Mean true ADC there, mm²/s; null where the tumour is gone.</param>
/// <param name="CellsRelativeMl">∫ N dV, mL.</param>
public sealed record VisitTruth(string Session, DateTimeOffset Time, double VolumeMl, double? AdcMeanMm2PerS, double CellsRelativeMl);

/// <summary>What is true in a virtual study.</summary>
/// <param name="Visits">In order of time.</param>
/// <param name="Parameters">Of the tumour; one drug, temozolomide.</param>
/// <param name="GainOfState1">The scanner reads this times the true ADC before the upgrade.</param>
/// <param name="GainOfState2">And after it.</param>
/// <param name="Repositioning">For each later visit: where a point of the first visit's scanner coordinates lies in that visit's.</param>
public sealed record VirtualTruth(
    IReadOnlyList<VisitTruth> Visits, GrowthParameters Parameters, double GainOfState1, double GainOfState2,
    IReadOnlyDictionary<string, RigidTransform> Repositioning);
