namespace Weir.Lab.Controllers;

/// <summary>A schedule of five fields: minute, hour, day of the month, month, day of the week. In UTC.</summary>
internal sealed class CronSchedule
{
    private static readonly (int First, int Last)[] s_ranges = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)];
    private static readonly TimeSpan s_farthest = TimeSpan.FromDays(366 * 5);
    private readonly bool[][] _allowed;
    private readonly bool _anyDay, _anyWeekday;

    private CronSchedule(bool[][] allowed, bool anyDay, bool anyWeekday) => (_allowed, _anyDay, _anyWeekday) = (allowed, anyDay, anyWeekday);

    /// <summary>Reads a schedule; null when it is none.</summary>
    public static CronSchedule? Parse(string text)
    {
        text = text.Trim() switch
        {
            "@hourly" => "0 * * * *",
            "@daily" or "@midnight" => "0 0 * * *",
            "@weekly" => "0 0 * * 0",
            "@monthly" => "0 0 1 * *",
            "@yearly" or "@annually" => "0 0 1 1 *",
            var plain => plain,
        };
        var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 5) return null;
        var allowed = new bool[5][];
        for (var i = 0; i < 5; i++)
        {
            if (Field(fields[i], s_ranges[i]) is not { } field) return null;
            allowed[i] = field;
        }

        allowed[4][0] |= allowed[4][7]; // Sunday has two numbers
        return new CronSchedule(allowed, fields[2] == "*", fields[4] == "*");
    }

    /// <summary>The first time after another; null when there is none within five years.</summary>
    public DateTimeOffset? After(DateTimeOffset time)
    {
        var at = new DateTimeOffset(time.Year, time.Month, time.Day, time.Hour, time.Minute, 0, TimeSpan.Zero).AddMinutes(1);
        for (var last = at + s_farthest; at < last;)
        {
            if (!_allowed[3][at.Month]) at = new DateTimeOffset(at.Year, at.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1);
            else if (!IsDay(at)) at = new DateTimeOffset(at.Year, at.Month, at.Day, 0, 0, 0, TimeSpan.Zero).AddDays(1);
            else if (!_allowed[1][at.Hour]) at = new DateTimeOffset(at.Year, at.Month, at.Day, at.Hour, 0, 0, TimeSpan.Zero).AddHours(1);
            else if (!_allowed[0][at.Minute]) at = at.AddMinutes(1);
            else return at;
        }

        return null;
    }

    // Where both days are given, either is enough: so says crontab(5).
    private bool IsDay(DateTimeOffset at)
    {
        var (day, weekday) = (_allowed[2][at.Day], _allowed[4][(int)at.DayOfWeek]);
        return _anyDay || _anyWeekday ? day && weekday : day || weekday;
    }

    private static bool[]? Field(string text, (int First, int Last) range)
    {
        var allowed = new bool[range.Last + 1];
        foreach (var part in text.Split(','))
        {
            var step = part.Split('/');
            var every = 1;
            if (step.Length > 2 || (step.Length == 2 && (!int.TryParse(step[1], CultureInfo.InvariantCulture, out every) || every < 1))) return null;
            var ends = step[0].Split('-');
            var (first, last) = range;
            if (step[0] != "*")
            {
                if (ends.Length > 2 || !int.TryParse(ends[0], CultureInfo.InvariantCulture, out first)) return null;
                last = step.Length == 2 ? range.Last : first;
                if (ends.Length == 2 && !int.TryParse(ends[1], CultureInfo.InvariantCulture, out last)) return null;
            }

            if (first < range.First || last > range.Last || first > last) return null;
            for (var value = first; value <= last; value += every) allowed[value] = true;
        }

        return allowed;
    }
}
