namespace Weir.Model;

/// <summary>One DNS query or response as a proxy saw it.</summary>
public sealed record DnsExchange
{
    /// <summary>Whether this is the response.</summary>
    public bool IsResponse { get; init; }

    /// <summary>The name asked for, lower case, with the final dot as Hubble prints it.</summary>
    public required string Query { get; init; }

    /// <summary>The types asked for, such as <c>A</c>.</summary>
    public IReadOnlyList<string> QueryTypes { get; init; } = [];

    /// <summary>The response code (RFC 1035 §4.1.1 and successors); 0 is success.</summary>
    public ushort ResponseCode { get; init; }

    /// <summary>The addresses answered.</summary>
    public IReadOnlyList<IpAddress> Addresses { get; init; } = [];

    /// <summary>The canonical names on the way to the addresses.</summary>
    public IReadOnlyList<string> CanonicalNames { get; init; } = [];

    /// <summary>The types of the records answered.</summary>
    public IReadOnlyList<string> RecordTypes { get; init; } = [];

    /// <summary>The shortest time to live of the records answered, in seconds.</summary>
    public uint TtlSeconds { get; init; }
}
