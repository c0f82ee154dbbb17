using Weir.Policy.Rules;

namespace Weir.Policy.Lint.Rules;

/// <summary>What pods may ask DNS for.</summary>
internal static class DnsPatterns
{
    /// <summary>The patterns of every DNS rule that is in force wherever a rule is.</summary>
    public static List<NamePattern> Beside(LintContext context, LintDocument document, RuleSpec spec) =>
        [.. context.Beside(document, spec).Where(r => !r.Ingress && !r.Rule.IsDeny).SelectMany(r => r.Ports).SelectMany(p => p.L7?.Dns ?? [])];

    /// <summary>Whether a DNS rule lets every name be asked that another pattern means, as far as a sample tells.</summary>
    public static bool Covers(NamePattern rule, NamePattern names) => names.IsPattern
        ? rule.Text == names.Text || rule.Text == "*" || (names.Text != "*" && Samples(names).All(rule.Matches))
        : rule.Matches(names.Text);

    /// <summary>Names that a pattern means.</summary>
    public static IEnumerable<string> Samples(NamePattern names)
    {
        if (!names.IsPattern)
        {
            yield return names.Text;
            yield break;
        }

        yield return names.Text.Replace("**", "a", StringComparison.Ordinal).Replace("*", "a", StringComparison.Ordinal);
        yield return names.Text.Replace("**", "b.c", StringComparison.Ordinal).Replace("*", "sample-1", StringComparison.Ordinal);
    }
}
