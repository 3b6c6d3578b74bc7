using Etalon.Imaging;
using Etalon.Imaging.Registration;
using Etalon.Numerics;

namespace Etalon.Phantoms;

/// <summary>One time in the scanner: how the subject lies and what the scanner's ADC scale is that day.</summary>
/// <param name="State">The scanner's state.</param>
/// <param name="Position">From the subject's coordinates to the scanner's.</param>
/// <param name="AdcScale">The scanner reads this times the true ADC: gain times this session's jitter.</param>
public sealed record VirtualSession(ScannerState State, RigidTransform Position, double AdcScale)
{
    /// <summary>Draws a session.</summary>
    /// <param name="options">Limits and standard deviations.</param>
    /// <param name="state">The scanner's state.</param>
    /// <param name="name">Names the random streams; sessions of different names are independent.</param>
    public static VirtualSession Draw(VirtualPatientOptions options, ScannerState state, string name)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(state);
        var random = new RandomStream(options.Seed, "position/" + name);
        Vector3 Within(double limit) => new(random.NextUniform(-limit, limit), random.NextUniform(-limit, limit), random.NextUniform(-limit, limit));
        var position = RigidTransform.FromEuler(Within(options.LargestRotationDeg), Within(options.LargestTranslationMm));
        var jitter = new RandomStream(options.Seed, "jitter/" + name).NextNormal();
        return new VirtualSession(state, position, state.AdcGain * (1 + options.SessionJitter * jitter));
    }
}
