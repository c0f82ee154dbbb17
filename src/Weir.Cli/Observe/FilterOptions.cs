using System.CommandLine;
using System.CommandLine.Parsing;
using Google.Protobuf;
using Weir.Observe.Wire.Flows;

namespace Weir.Cli.Observe;

/// <summary>The filter flags as options of a command, and what they mean in the order in which they were typed.</summary>
internal sealed class FilterOptions
{
    private static readonly (string Name, string? Alias, string Description)[] _namespaces =
    [
        ("namespace", "-n", "Flows from or to this namespace"), ("from-namespace", null, "Flows from this namespace"), ("to-namespace", null, "Flows to this namespace"),
    ];

    private static readonly (string Name, string? Alias, string Description)[] _anyNamespace =
    [
        ("all-namespaces", "-A", "Flows from or to pods of any namespace"), ("from-all-namespaces", null, "Flows from pods of any namespace"),
        ("to-all-namespaces", null, "Flows to pods of any namespace"),
    ];

    private readonly Option<string[]> _allowlist = new("--allowlist") { Description = "Filters as JSON (flow.FlowFilter), added to those of the flags" };
    private readonly Option<string[]> _denylist = new("--denylist") { Description = "Filters as JSON; what they match is left out" };

    /// <summary>Makes the options.</summary>
    public FilterOptions()
    {
        var all = new List<Option> { Flag("not", null, "Leave out what the next filter matches") };
        foreach (var flag in FilterFlags.All) all.Add(flag.TakesValue ? Valued(flag.Name, flag.Alias, flag.Description) : Flag(flag.Name, flag.Alias, flag.Description));
        foreach (var (name, alias, description) in _namespaces) all.Add(Valued(name, alias, description));
        foreach (var (name, alias, description) in _anyNamespace) all.Add(Flag(name, alias, description));
        all.Add(_allowlist);
        all.Add(_denylist);
        All = all;
    }

    /// <summary>The options.</summary>
    public IReadOnlyList<Option> All { get; }

    /// <summary>The white list and the black list that were typed.</summary>
    /// <exception cref="UsageException">A value is not known, or flags contradict each other.</exception>
    public (IReadOnlyList<FlowFilter> White, IReadOnlyList<FlowFilter> Black) Compile(ParseResult parsed)
    {
        FilterSide white = new(), black = new();
        var isNot = false;
        for (var i = 0; i < parsed.Tokens.Count; i++)
        {
            if (parsed.Tokens[i].Type != TokenType.Option || NameOf(parsed.Tokens[i].Value) is not { } name) continue;
            if (name == "not")
            {
                if (isNot) throw new UsageException("consecutive --not statements");
                isNot = true;
                continue;
            }

            var value = i + 1 < parsed.Tokens.Count && parsed.Tokens[i + 1].Type == TokenType.Argument ? parsed.Tokens[i + 1].Value : "";
            var side = isNot ? black : white;
            if (Array.Exists(_namespaces, n => n.Name == name)) side.AddNamespace(name, value);
            else if (Array.Exists(_anyNamespace, n => n.Name == name)) side.AddNamespace(name, "");
            else if (FilterFlags.All.FirstOrDefault(f => f.Name == name) is { } flag) side.Add(flag, value);
            else continue;
            isNot = false;
        }

        if (isNot) throw new UsageException("trailing --not found in the arguments");
        return ([.. white.Build(), .. Raw("--allowlist", parsed.GetValue(_allowlist))], [.. black.Build(), .. Raw("--denylist", parsed.GetValue(_denylist))]);
    }

    private static IEnumerable<FlowFilter> Raw(string flag, string[]? texts)
    {
        foreach (var text in texts ?? [])
        {
            FlowFilter filter;
            try
            {
                filter = FlowFilter.Parser.ParseJson(text);
            }
            catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException)
            {
                throw new UsageException($"{flag}: '{text}' is no flow.FlowFilter in JSON, such as {{\"source_pod\":[\"pets/\"]}}: {e.Message}");
            }

            yield return filter;
        }
    }

    private static string? NameOf(string token)
    {
        if (token.StartsWith("--", StringComparison.Ordinal)) return token[2..];
        return FilterFlags.All.Select(f => (f.Name, f.Alias)).Concat(_namespaces.Concat(_anyNamespace).Select(n => (n.Name, n.Alias))).FirstOrDefault(f => f.Alias == token).Name;
    }

    private static Option<string[]> Valued(string name, string? alias, string description) =>
        alias is null ? new("--" + name) { Description = description } : new("--" + name, alias) { Description = description };

    private static Option<bool> Flag(string name, string? alias, string description)
    {
        var option = alias is null ? new Option<bool>("--" + name) : new Option<bool>("--" + name, alias);
        option.Description = description;
        option.Arity = ArgumentArity.Zero;
        return option;
    }
}
