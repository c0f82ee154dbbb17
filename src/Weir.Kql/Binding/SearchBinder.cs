using System.Collections.Immutable;
using Weir.Kql.Plan;
using Weir.Kql.Syntax;
using Weir.Kql.Types;

namespace Weir.Kql.Binding;

/// <summary>search, find, fork and facet: lowered to filters, unions and several results.</summary>
internal sealed partial class Binder
{
    private Union? Search(SearchOperator search, Relation? input)
    {
        var tables = new List<(string Name, Relation Relation)>();
        if (input is not null) tables.Add((SourceName(input, "search_arg", 0), input));
        foreach (var table in search.Tables)
        {
            if (Unwrap(table) is StarExpr star) tables.AddRange(Matching(star));
            else if (Table(table) is { } relation) tables.Add((SourceName(table, relation, "search_arg", tables.Count), relation));
        }

        if (search.Tables.IsEmpty && input is null) tables.AddRange(catalog.Tables.Select(t => (t.Name, (Relation)Scan(t))));
        if (tables.Count == 0)
        {
            if (!diagnostics.Any) diagnostics.Add("KS199", "No columns are currently in scope.", search.Keyword.Start, search.Keyword.Length);
            return null;
        }

        List<(string, Relation)> filtered = [.. tables.Select(t => (t.Name, (Relation)new Filter(t.Relation, SearchPredicate(search, t.Relation))))];
        return Unite(filtered, inner: false, source: "$table");
    }

    private Scalar SearchPredicate(SearchOperator search, Relation relation)
    {
        var sensitive = search.Options.TryGetValue("kind", out var kind) && kind.Text == "case_sensitive";
        var bound = SearchTerm(search.Predicate, RowsOf(relation), sensitive);
        return bound.Type is KqlType.Bool or KqlType.Unknown ? bound : _error;
    }

    // "text" alone, joined by and, or, not, (): a term of any column. Column:"text" is has.
    private Scalar SearchTerm(Expr expr, RowScope rows, bool sensitive)
    {
        switch (expr)
        {
            case ParenExpr paren:
                return SearchTerm(paren.Inner, rows, sensitive);
            case BinaryExpr { Name: "and" or "or" } both:
                var op = both.Name == "and" ? ScalarOperator.And : ScalarOperator.Or;
                return new Operation(op, [SearchTerm(both.Left, rows, sensitive), SearchTerm(both.Right[0], rows, sensitive)], KqlType.Bool);
            case CallExpr { Name.Name: "not", Arguments: [var inner] }:
                var not = Functions.FunctionLibrary.ScalarFunctions["not"];
                return new Plan.Call(not, [SearchTerm(inner, rows, sensitive)], KqlType.Bool);
            case LiteralExpr { Value: { Type: KqlType.String, Value: string text } }:
                return AnywhereHas(text, rows, sensitive);
            case LiteralExpr { Value.Type: not KqlType.Bool } literal:
                return AnywhereHas(System.Convert.ToString(literal.Value.Value, System.Globalization.CultureInfo.InvariantCulture) ?? "", rows, sensitive);
            default:
                return Predicate(expr, rows);
        }
    }

    // Column:"text" in a search.
    private Scalar ColumnHas(BinaryExpr binary, RowScope rows)
    {
        var column = Value(binary.Left, rows);
        var text = Value(binary.Right[0], rows);
        if (column.Type == KqlType.Unknown || text.Type == KqlType.Unknown) return _error;
        return text is Literal { Value: string needle } && column is ColumnRef reference
            ? AnywhereHas(needle, rows with { Columns = [reference.Column] }, sensitive: false)
            : new Operation(ScalarOperator.Equal, [column, text], KqlType.Bool);
    }

    private static Scalar AnywhereHas(string text, RowScope rows, bool sensitive)
    {
        var (needle, op) = text switch
        {
            "*" or "" => ("", ScalarOperator.Contains),
            ['*', .. var middle, '*'] => (middle, sensitive ? ScalarOperator.ContainsCs : ScalarOperator.Contains),
            ['*', .. var suffix] => (suffix, sensitive ? ScalarOperator.HasSuffixCs : ScalarOperator.HasSuffix),
            [.. var prefix, '*'] => (prefix, sensitive ? ScalarOperator.HasPrefixCs : ScalarOperator.HasPrefix),
            _ => (text, sensitive ? ScalarOperator.HasCs : ScalarOperator.Has),
        };
        if (needle.Length == 0) return new Literal(KqlType.Bool, true);
        Scalar? any = null;
        foreach (var column in rows.Columns)
        {
            Scalar one = new Operation(op, [Converted(new ColumnRef(column), KqlType.String), new Literal(KqlType.String, needle)], KqlType.Bool);
            any = any is null ? one : new Operation(ScalarOperator.Or, [any, one], KqlType.Bool);
        }

        return any ?? new Literal(KqlType.Bool, false);
    }

    private Union? Find(FindOperator find)
    {
        var tables = find.Tables.IsEmpty ? [.. catalog.Tables.Select(t => (t.Name, (Relation)Scan(t)))] : new List<(string, Relation)>();
        foreach (var table in find.Tables)
        {
            if (Unwrap(table) is StarExpr star) tables.AddRange(Matching(star));
            else if (Table(table) is { } relation) tables.Add((SourceName(table, relation, "find_arg", tables.Count), relation));
        }

        if (tables.Count == 0) return null;
        var found = new List<(string, Relation)>();
        foreach (var (name, relation) in tables)
        {
            var rows = RowsOf(relation);
            Relation filtered = new Filter(relation, SearchTerm(find.Predicate, rows, sensitive: false));
            if (find.HasProject)
            {
                var kept = relation.Columns.Where(c => find.Project.Any(p => p is NameExpr n && n.Name == c.Name));
                filtered = Kept(filtered, kept);
            }

            found.Add((name, filtered));
        }

        var source = (find.Options.GetValueOrDefault("withsource") ?? find.Options.GetValueOrDefault("with_source"))?.Text ?? "source_";
        return Unite(found, inner: false, source);
    }

    private Relation? Fork(ForkOperator fork, Relation input)
    {
        var shared = new NamedTable(new(NextId(), "", input, true), _open.Contains(input));
        var results = ImmutableArray.CreateBuilder<ResultTable>();
        foreach (var branch in fork.Branches)
        {
            if (Pipe((PipeExpr)branch.Body, Use(shared)) is { } relation) results.Add(new(branch.Name?.Name ?? $"Result{results.Count + 1}", relation, null));
        }

        _branches = results.ToImmutable();
        return results.Count > 0 ? results[0].Root : null;
    }

    private Relation? Facet(FacetOperator facet, Relation input)
    {
        var shared = new NamedTable(new(NextId(), "", input, true), _open.Contains(input));
        var results = ImmutableArray.CreateBuilder<ResultTable>();
        foreach (var by in facet.By)
        {
            var use = Use(shared);
            if (Value(by, RowsOf(use)) is not ColumnRef { Column: var column }) continue;
            if (column.Type == KqlType.Dynamic) NoDynamic(by);
            var count = NewColumn("count_" + column.Name, KqlType.Long);
            results.Add(new("facet_" + column.Name, new Summarize(use, [new(column, new ColumnRef(column))], [new(count, CountRows())], [column, count]), null));
        }

        if (facet.Body is PipeExpr body && Pipe(body, Use(shared)) is { } rest) results.Add(new("PrimaryResult", rest, null));
        _branches = results.ToImmutable();
        return results.Count > 0 ? results[0].Root : null;
    }
}
