namespace Weir.Cli.Query;

/// <summary>A clock that stands still, for now(); its timers run.</summary>
/// <param name="ticks">100-ns ticks since 0001-01-01 UTC.</param>
internal sealed class FixedClock(long ticks) : TimeProvider
{
    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => new(ticks, TimeSpan.Zero);
}
