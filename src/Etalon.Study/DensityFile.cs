using System.Globalization;

namespace Etalon.Study;

/// <summary>Images of the twin's density.</summary>
internal static class DensityFile
{
    /// <summary>Name of the image of a day, as <c>N_day30.5.nii.gz</c>.</summary>
    /// <param name="day">Days since the start.</param>
    /// <param name="suffix">What follows the day, as <c>_sd</c>.</param>
    public static string NameOf(double day, string suffix = "") => $"N_day{day.ToString("R", CultureInfo.InvariantCulture)}{suffix}.nii.gz";
}
