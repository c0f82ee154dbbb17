using Weir.Model;
using Weir.Policy.Compile;

namespace Weir.Proxy.Policies;

/// <summary>What policy says about what is said on a redirected connection, in one direction. Immutable.</summary>
public sealed class L7Decision
{
    private L7Decision(bool isDenied, L7Rules? rules, uint rule, RuleSet origins)
    {
        (IsDenied, Rules, Rule, Origins) = (isDenied, rules, rule, origins);
        Matcher = rules is null ? null : new RequestMatcher(rules);
    }

    /// <summary>The endpoint is not known: nothing may pass.</summary>
    public static L7Decision Denied { get; } = new(true, null, 0, RuleSet.Init);

    /// <summary>This direction asks for no proxy; the datapath has let the connection pass.</summary>
    public static L7Decision Unlimited { get; } = new(false, null, 0, RuleSet.NoPolicy);

    /// <summary>Whether nothing may pass, whatever is said.</summary>
    public bool IsDenied { get; }

    /// <summary>What has to be checked; null where nothing has.</summary>
    public L7Rules? Rules { get; }

    /// <summary>The rules made ready for matching; null where nothing has to be checked.</summary>
    public RequestMatcher? Matcher { get; }

    /// <summary>The language that is to be spoken: <c>http</c>, <c>dns</c>, <c>tls</c>; empty where nothing has to be checked.</summary>
    public string Parser => Rules?.Parser ?? "";

    /// <summary>The rule id behind it, for <see cref="Exchanges.ExchangeOutbox"/>; 0 where none is known.</summary>
    public uint Rule { get; }

    /// <summary>The rules behind it, in words.</summary>
    public RuleSet Origins { get; }

    internal static L7Decision Of(L7Rules rules, uint rule, RuleSet origins) => new(false, rules, rule, origins);
}
