using Weir.Policy.Rules;

namespace Weir.Policy.Compile;

/// <summary>The rules of one selector; a request that fits one of them passes. Without any rule everything passes.</summary>
public sealed record L7Alternative
{
    /// <summary>Lets everything pass.</summary>
    public static L7Alternative Unrestricted { get; } = new();

    /// <summary>HTTP requests.</summary>
    public IReadOnlyList<HttpRule> Http { get; init => field = value ?? []; } = [];

    /// <summary>DNS names.</summary>
    public IReadOnlyList<NamePattern> Dns { get; init => field = value ?? []; } = [];

    /// <summary>TLS server names.</summary>
    public IReadOnlyList<string> ServerNames { get; init => field = value ?? []; } = [];

    /// <summary>Rules of a language that Weir does not speak, as JSON text.</summary>
    public IReadOnlyList<string> Other { get; init => field = value ?? []; } = [];

    /// <summary>Whether nothing limits what is said.</summary>
    public bool IsUnrestricted => Http.Count == 0 && Dns.Count == 0 && ServerNames.Count == 0 && Other.Count == 0;

    /// <inheritdoc/>
    public bool Equals(L7Alternative? other) =>
        other is not null && Http.SequenceEqual(other.Http) && Dns.SequenceEqual(other.Dns) &&
        ServerNames.SequenceEqual(other.ServerNames) && Other.SequenceEqual(other.Other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var rule in Http) hash.Add(rule);
        foreach (var rule in Dns) hash.Add(rule);
        foreach (var name in ServerNames) hash.Add(name);
        return hash.ToHashCode();
    }
}
