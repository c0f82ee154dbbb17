using System.Collections.Immutable;
using Weir.Kql.Binding;
using Weir.Kql.Catalog;
using Weir.Kql.Diagnostics;
using Weir.Kql.Plan;
using Weir.Kql.Syntax;

namespace Weir.Kql;

/// <summary>A query compiled: a plan, or what is wrong.</summary>
/// <param name="Query">The plan; null when there are diagnostics.</param>
/// <param name="Diagnostics">In the order of the text; empty when the query is good.</param>
public sealed record KqlCompilation(BoundQuery? Query, ImmutableArray<KqlDiagnostic> Diagnostics);

/// <summary>The front door: text into a typed plan.</summary>
public static class KqlCompiler
{
    private const int LongestText = 1 << 20;

    /// <summary>Parses and binds. Never throws for what the text says.</summary>
    /// <param name="text">The query.</param>
    /// <param name="catalog">The tables that it may name.</param>
    /// <param name="options">What else is given; may be null.</param>
    public static KqlCompilation Compile(string text, KqlCatalog catalog, KqlOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(catalog);
        var diagnostics = new DiagnosticBag();
        if (text.Length > LongestText)
        {
            diagnostics.Add("KS244", $"Query text size exceeds maximum safe limit ({LongestText} characters). Parsing not performed.", 0, 0, "put long lists into a let with datatable(…), or ask in several queries");
            return new(null, diagnostics.ToImmutable());
        }

        var statements = new Parser(text, diagnostics).Statements();
        if (diagnostics.Contains("KS245")) return new(null, diagnostics.ToImmutable());
        var query = new Binder(catalog, options ?? new(), diagnostics).Bind(statements);
        return diagnostics.Any ? new(null, diagnostics.ToImmutable()) : new(query, []);
    }
}
