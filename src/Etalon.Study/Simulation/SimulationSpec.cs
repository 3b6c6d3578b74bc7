using Etalon.Imaging;
using Etalon.Metrology;
using Etalon.Treatment;
using Etalon.Twin;

namespace Etalon.Study.Simulation;

/// <summary>What a SPEC file asks to simulate, checked and ready to run.</summary>
public sealed record SimulationSpec
{
    /// <summary>Domain, operator and fields.</summary>
    public required TumourModel Model { get; init; }

    /// <summary>Density at day 0, a state of the model.</summary>
    public required double[] Initial { get; init; }

    /// <summary>Growth, radiosensitivity, sensitivities.</summary>
    public required GrowthParameters Parameters { get; init; }

    /// <summary>Treatment on the days of the file.</summary>
    public required TreatmentSchedule Schedule { get; init; }

    /// <summary>Ascending.</summary>
    public required IReadOnlyList<double> OutputDays { get; init; }

    /// <summary>Scheme and largest step.</summary>
    public required SimulationOptions Options { get; init; }

    /// <summary>What was noticed and is no reason to stop.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>Paths of the images that were read.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    /// <summary>Grid of all images.</summary>
    public Grid Grid => Model.Diffusion.Domain.Grid;
}
