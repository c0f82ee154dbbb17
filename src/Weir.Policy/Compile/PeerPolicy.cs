using Weir.Model;
using Weir.Policy.Rules;

namespace Weir.Policy.Compile;

/// <summary>What all rules together say about one selector on one range of ports, while it is being put together.</summary>
internal sealed class PeerPolicy
{
    private readonly List<RuleOrigin> _denied = [];
    private readonly List<RuleOrigin> _allowed = [];
    private readonly List<RuleOrigin> _limited = [];
    private string? _parser;
    private L7Alternative? _limits;

    public PolicyAction Action => _denied.Count > 0 ? PolicyAction.Deny : _limits is not null ? PolicyAction.Redirect : PolicyAction.Allow;

    /// <summary>Whether the node's own access is the only thing that allows.</summary>
    public bool IsLocalHost { get; private set; }

    public string Parser => _parser ?? "";

    public L7Alternative Limits => _limits ?? L7Alternative.Unrestricted;

    /// <summary>The rules behind <see cref="Action"/>.</summary>
    public IReadOnlyList<RuleOrigin> Origins => Action switch
    {
        PolicyAction.Deny => _denied,
        PolicyAction.Redirect => _limited,
        _ => _allowed,
    };

    public void Deny(RuleOrigin origin) => _denied.Add(origin);

    public void AllowLocalHost()
    {
        IsLocalHost = true;
        if (_limits is not null) _limits = WithWildcard(_limits, Parser);
    }

    /// <summary>Adds an allow rule. False where its L7 rules speak another language than those before.</summary>
    /// <remarks>
    /// Rules without limits beside rules with limits do not lift the redirect: the limits gain a rule that everything
    /// passes. So requests pass, and are still seen.
    /// </remarks>
    public bool Allow(RuleOrigin origin, L7Spec? l7)
    {
        if (l7 is null)
        {
            if (_limits is not null && _limits.ServerNames.Count == 0) _limits = WithWildcard(_limits, _parser!);
            _allowed.Add(origin);
            return true;
        }

        if (_parser is not null && _parser != l7.Parser) return false;
        var added = new L7Alternative { Http = l7.Http, Dns = l7.Dns, ServerNames = Sorted(l7.ServerNames), Other = l7.Other };
        if (_limits is null) _limits = _allowed.Count > 0 && l7.ServerNames.Count == 0 ? WithWildcard(added, l7.Parser) : added;
        else if (!_limits.Equals(added)) _limits = Merge(_limits, added);
        _parser = l7.Parser;
        _limited.Add(origin);
        return true;
    }

    /// <summary>The same limits with a rule that everything passes.</summary>
    public static L7Alternative WithWildcard(L7Alternative limits, string parser) => parser switch
    {
        "http" => limits with { Http = Append(limits.Http, HttpRule.Any) },
        "dns" => limits with { Dns = Append(limits.Dns, new NamePattern("*", true)) },
        "tls" => limits,
        _ => limits with { Other = Append(limits.Other, "{}") },
    };

    private static L7Alternative Merge(L7Alternative first, L7Alternative second) => new()
    {
        Http = second.Http.Aggregate(first.Http, Append),
        Dns = second.Dns.Aggregate(first.Dns, Append),
        ServerNames = Sorted([.. first.ServerNames, .. second.ServerNames]),
        Other = second.Other.Aggregate(first.Other, Append),
    };

    private static IReadOnlyList<string> Sorted(IReadOnlyList<string> names) =>
        names.Count == 0 ? names : [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static IReadOnlyList<T> Append<T>(IReadOnlyList<T> list, T item) => list.Contains(item) ? list : [.. list, item];
}
