using Weir.Model;
using Weir.Policy.Compile;

namespace Weir.Proxy.Http;

/// <summary>The L7 rules of one redirected connection: of the source's egress, of the destination's ingress, or of both. Immutable.</summary>
/// <param name="Revision">The policy's revision that this was true at.</param>
/// <param name="Directions">Each has to let a request pass. None: policy knows no reason to let anything pass.</param>
internal sealed record ConnectionRules(long Revision, IReadOnlyList<DirectionRules> Directions)
{
    /// <summary>Whether anything may pass at all.</summary>
    public bool IsOpen => Directions.Count > 0 && Directions.All(d => d.Parser != DirectionRules.Nothing);

    /// <summary>The language that is spoken; null where nothing limits it, or where the two directions do not agree.</summary>
    public string? Parser
    {
        get
        {
            string? parser = null;
            foreach (var direction in Directions)
            {
                if (direction.Parser.Length == 0) continue;
                if (parser is not null && parser != direction.Parser) return DirectionRules.Nothing;
                parser = direction.Parser;
            }

            return parser;
        }
    }
}

/// <summary>What one direction lets pass.</summary>
/// <param name="Direction">Whose policy: the source's egress or the destination's ingress.</param>
/// <param name="Parser"><c>http</c>, <c>tls</c>, <c>dns</c>; empty where nothing limits what is said; <see cref="Nothing"/> where nothing passes.</param>
/// <param name="Matcher">What fits.</param>
/// <param name="Origin">The rule that sent the connection here; null where that is not known.</param>
internal sealed record DirectionRules(TrafficDirection Direction, string Parser, RequestMatcher? Matcher, RuleOrigin? Origin)
{
    /// <summary>The language in which nothing can be said.</summary>
    public const string Nothing = "none";

    public bool AllowsHttp(string method, string path, string host, Func<string, string?> header) =>
        Parser.Length == 0 || (Parser == "http" && Matcher!.AllowsHttp(method, path, host, header));

    public bool AllowsServerName(string name) => Parser.Length == 0 || (Parser == "tls" && Matcher!.AllowsServerName(name));
}
