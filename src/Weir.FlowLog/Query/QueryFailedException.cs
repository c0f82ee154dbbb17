namespace Weir.FlowLog.Query;

/// <summary>A query could not be run to its end; the message says why, in the words of the person who asked.</summary>
public sealed class QueryFailedException : Exception
{
    /// <summary>A failure without words; for serializers.</summary>
    public QueryFailedException() { }

    /// <summary>A failure.</summary>
    public QueryFailedException(string message) : base(message) { }

    /// <summary>A failure with its reason.</summary>
    public QueryFailedException(string message, Exception inner) : base(message, inner) { }
}
