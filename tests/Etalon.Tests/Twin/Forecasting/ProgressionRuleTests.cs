using Etalon.Twin.Forecasting;
using Xunit;

namespace Etalon.Tests.Twin.Forecasting;

/// <summary>Progression is 40 % above the smallest volume so far.</summary>
public sealed class ProgressionRuleTests
{
    [Theory]
    [InlineData(new[] { 20.0, 12, 9, 12.5, 12.7, 30 }, 4)]
    [InlineData(new[] { 9.0, 12, 12.5 }, null)]
    [InlineData(new[] { 20.0, 27.9, 28.1, 5 }, 2)]
    [InlineData(new[] { 5.0, 0.1, 0.9, 1.39, 1.41 }, 4)]
    public void The_first_volume_beyond_the_smallest_so_far_counts(double[] volumes, int? first) => Assert.Equal(first, new ProgressionRule().FirstIn(volumes));

    [Fact]
    public void Members_that_never_progress_push_quantiles_beyond_the_forecast()
    {
        var time = new TimeToProgression(new ProgressionRule(), 12, 200, 4, [40, 60, 61, 150], 10);

        Assert.Equal(0.6, time.ShareNever, 1e-12);
        Assert.Equal(60, time.Quantile(0.2));
        Assert.Equal(150, time.Quantile(0.4));
        Assert.Null(time.Quantile(0.5));
        Assert.Equal(0.3, time.ShareBy(149), 1e-12);
    }
}
