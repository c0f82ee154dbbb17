namespace Weir.Model;

/// <summary>A DNS name that an address is known by, and where that is known from.</summary>
/// <param name="Name">The name that was asked for, lower case, without the final dot.</param>
/// <param name="TimeNanoseconds">When the answer was seen last: nanoseconds since 1970.</param>
/// <param name="QueryType">The type that was asked for, such as <c>AAAA</c>.</param>
public sealed record LearnedName(string Name, long TimeNanoseconds, string QueryType)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}, learned {DateTimeOffset.UnixEpoch.AddTicks(TimeNanoseconds / 100):HH:mm:ss.fff} from a query for {QueryType}";
}
