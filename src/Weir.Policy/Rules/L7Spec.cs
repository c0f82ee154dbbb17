namespace Weir.Policy.Rules;

/// <summary>What may be said on a port: rules of one language.</summary>
/// <param name="Parser"><c>http</c>, <c>dns</c>, <c>tls</c> (server names), <c>kafka</c>, or a parser of the user's own.</param>
public sealed record L7Spec(string Parser)
{
    /// <summary>HTTP requests.</summary>
    public IReadOnlyList<HttpRule> Http { get; init; } = [];

    /// <summary>DNS names.</summary>
    public IReadOnlyList<NamePattern> Dns { get; init; } = [];

    /// <summary>TLS server names.</summary>
    public IReadOnlyList<string> ServerNames { get; init; } = [];

    /// <summary>The rules of any other language, as JSON text.</summary>
    public IReadOnlyList<string> Other { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(L7Spec? other) =>
        other is not null && Parser == other.Parser && Http.SequenceEqual(other.Http) && Dns.SequenceEqual(other.Dns) &&
        ServerNames.SequenceEqual(other.ServerNames) && Other.SequenceEqual(other.Other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Parser, Http.Count, Dns.Count, ServerNames.Count, Other.Count);
}
