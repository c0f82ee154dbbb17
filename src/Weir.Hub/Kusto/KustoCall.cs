namespace Weir.Hub.Kusto;

/// <summary>One call, as its answer names it.</summary>
/// <param name="ClientRequestId">What the client called it.</param>
/// <param name="ActivityId">What the hub calls it.</param>
/// <param name="Database">The database.</param>
/// <param name="Text">The query or command.</param>
/// <param name="At">When it was answered.</param>
/// <param name="Took">How long it ran.</param>
internal sealed record KustoCall(string ClientRequestId, Guid ActivityId, string Database, string Text, DateTimeOffset At, TimeSpan Took);
