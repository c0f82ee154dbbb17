using System.Collections.Immutable;

namespace Weir.Hub;

/// <summary>A question, whichever API it came by.</summary>
/// <param name="Text">In KQL.</param>
/// <param name="Parameters">Values of declared parameters, as literals in KQL.</param>
/// <param name="From">Rows before this time, in ticks, are not seen; null for no bound.</param>
/// <param name="Until">Rows after this time, in ticks, are not seen; null for no bound.</param>
/// <param name="Time">How long the caller will wait; null for the hub's own bound.</param>
/// <param name="Rows">How many rows the caller takes; null for the hub's own bound.</param>
public sealed record QueryRequest(
    string Text, ImmutableDictionary<string, string> Parameters, long? From = null, long? Until = null, TimeSpan? Time = null, int? Rows = null)
{
    /// <summary>A question without anything else.</summary>
    public static QueryRequest Of(string text) => new(text, ImmutableDictionary<string, string>.Empty);
}
