using System.Globalization;
using Weir.Lab.Controllers;
using Xunit;

namespace Weir.Unit.Lab;

public sealed class CronScheduleTests
{
    [Theory]
    [InlineData("* * * * *", "2026-01-31T10:00:30Z", "2026-01-31T10:01:00Z")]
    [InlineData("*/15 * * * *", "2026-01-31T10:46:00Z", "2026-01-31T11:00:00Z")]
    [InlineData("30 2 * * *", "2026-12-31T03:00:00Z", "2027-01-01T02:30:00Z")]
    [InlineData("0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z")]
    [InlineData("0 9 * * 7", "2026-01-31T10:00:00Z", "2026-02-01T09:00:00Z")]
    [InlineData("0 0 13 * 5", "2026-02-01T00:00:00Z", "2026-02-06T00:00:00Z")]
    [InlineData("@hourly", "2026-01-31T10:00:00Z", "2026-01-31T11:00:00Z")]
    public void The_next_time_is_found(string schedule, string after, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), CronSchedule.Parse(schedule)!.After(DateTimeOffset.Parse(after, CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("")]
    [InlineData("* * * *")]
    [InlineData("60 * * * *")]
    [InlineData("5-1 * * * *")]
    [InlineData("*/0 * * * *")]
    [InlineData("x * * * *")]
    public void What_is_no_schedule_is_told_apart(string text) => Assert.Null(CronSchedule.Parse(text));

    [Fact]
    public void A_day_that_never_comes_has_no_next_time() => Assert.Null(CronSchedule.Parse("0 0 31 2 *")!.After(DateTimeOffset.UnixEpoch));
}
