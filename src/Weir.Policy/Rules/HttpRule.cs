namespace Weir.Policy.Rules;

/// <summary>One HTTP request shape; what is null or empty is not looked at.</summary>
/// <remarks>Patterns are regular expressions of linear time that have to match the whole value.</remarks>
/// <param name="Path">The path with its query string.</param>
/// <param name="Method">The method.</param>
/// <param name="Host">The host.</param>
public sealed record HttpRule(string? Path, string? Method, string? Host)
{
    /// <summary>Headers that must be there: <c>Name: value</c>, or <c>Name</c> for any value.</summary>
    public IReadOnlyList<string> Headers { get; init => field = value ?? []; } = [];

    /// <summary>Headers with what to do where they differ.</summary>
    public IReadOnlyList<HeaderMatch> HeaderMatches { get; init => field = value ?? []; } = [];

    /// <summary>The rule that every request passes.</summary>
    public static HttpRule Any { get; } = new(null, null, null);

    /// <inheritdoc/>
    public bool Equals(HttpRule? other) =>
        other is not null && Path == other.Path && Method == other.Method && Host == other.Host &&
        Headers.SequenceEqual(other.Headers) && HeaderMatches.SequenceEqual(other.HeaderMatches);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Path, Method, Host, Headers.Count, HeaderMatches.Count);
}
