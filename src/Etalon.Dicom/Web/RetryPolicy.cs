namespace Etalon.Dicom.Web;

/// <summary>Sends again what failed for a passing reason, with growing waits.</summary>
internal static class RetryPolicy
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    /// <summary>Runs an action until it succeeds, fails for good, or has failed too often.</summary>
    /// <param name="options">How often and how long.</param>
    /// <param name="mayRepeat">Whether this failure is worth another try.</param>
    /// <param name="action">Must be safe to repeat.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public static async Task<T> RunAsync<T>(
        DicomWebOptions options, Func<DicomWebException, bool> mayRepeat, Func<Task<T>> action, CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            DicomWebException failure;
            try
            {
                return await action().ConfigureAwait(false);
            }
            catch (DicomWebException e) when (attempt < options.Retries && mayRepeat(e))
            {
                failure = e;
            }

            var delay = options.FirstDelay * Math.Pow(2, attempt);
            delay = failure.RetryAfter > delay ? failure.RetryAfter.Value : delay;
            await Task.Delay(delay < LongestDelay ? delay : LongestDelay, options.Time, cancellation).ConfigureAwait(false);
        }
    }
}
