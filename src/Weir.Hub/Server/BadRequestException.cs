namespace Weir.Hub.Server;

/// <summary>A request that cannot be answered as it is; the message says what was expected.</summary>
internal sealed class BadRequestException : Exception
{
    public BadRequestException() { }

    public BadRequestException(string message) : base(message) { }

    public BadRequestException(string message, Exception inner) : base(message, inner) { }

    /// <summary>The code in the API's own words; each API has a usual one.</summary>
    public string? Code { get; init; }
}
