using System.Text.Json;
using Weir.Policy.Compile;

namespace Weir.Policy.Testing;

/// <summary>What is said on a connection that a test asks about: an HTTP request, or a DNS name.</summary>
public sealed record CaseRequest
{
    /// <summary>The HTTP method; empty where no HTTP is spoken.</summary>
    public string Method { get; init; } = "";

    /// <summary>The path with its query string.</summary>
    public string Path { get; init; } = "/";

    /// <summary>The host.</summary>
    public string Host { get; init; } = "";

    /// <summary>The headers.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The DNS name asked for; empty where no DNS is spoken.</summary>
    public string Name { get; init; } = "";

    /// <summary>Reads <c>http</c> (<c>GET /x</c>, or an object) or <c>asks</c> (a DNS name) of a test; null where it has neither.</summary>
    /// <exception cref="FormatException">It is neither of the forms.</exception>
    public static CaseRequest? Read(JsonElement row)
    {
        if (row.TryGetProperty("asks", out var asked) && asked.ValueKind == JsonValueKind.String) return new CaseRequest { Name = asked.GetString()! };
        if (!row.TryGetProperty("http", out var http)) return null;
        if (http.ValueKind == JsonValueKind.String) return ParseHttp(http.GetString()!);
        string Text(string name) => http.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
        return new CaseRequest
        {
            Method = Text("method") is { Length: > 0 } method ? method : "GET",
            Path = Text("path") is { Length: > 0 } path ? path : "/",
            Host = Text("host"),
            Headers = http.TryGetProperty("headers", out var headers)
                ? headers.EnumerateObject().ToDictionary(h => h.Name, h => h.Value.GetString() ?? "", StringComparer.OrdinalIgnoreCase)
                : [],
        };
    }

    /// <summary>Reads <c>GET /x</c>.</summary>
    /// <exception cref="FormatException">It is not of that form.</exception>
    public static CaseRequest ParseHttp(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 2 && parts[1].StartsWith('/')
            ? new CaseRequest { Method = parts[0], Path = parts[1] }
            : throw new FormatException($"'{text}' is no request: expected a method and a path, such as GET /items?id=1.");
    }

    /// <summary>Whether it passes the proxy that a decision hands it to; true where no proxy looks.</summary>
    public bool Passes(PolicyDecision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        if (decision.Action == PolicyAction.Deny) return false;
        if (decision.L7 is not { } rules) return true;
        var matcher = new RequestMatcher(rules);
        return rules.Parser switch
        {
            "http" when Method.Length > 0 => matcher.AllowsHttp(Method, Path, Host, name => Headers.GetValueOrDefault(name), new HeaderEdits()),
            "dns" when Name.Length > 0 => matcher.AllowsDns(Name),
            "tls" => matcher.AllowsServerName(Host),
            _ => rules.IsUnrestricted,
        };
    }

    /// <inheritdoc/>
    public override string ToString() => Name.Length > 0 ? $"DNS {Name}" : $"{Method} {Path}";
}
