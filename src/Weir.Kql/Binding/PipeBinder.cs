using System.Collections.Immutable;
using Weir.Kql.Plan;
using Weir.Kql.Syntax;
using Weir.Kql.Types;

namespace Weir.Kql.Binding;

/// <summary>A pipe: a source, then operator after operator.</summary>
internal sealed partial class Binder
{
    private Relation? Pipe(PipeExpr pipe, Relation? input)
    {
        var outer = _scope;
        _scope = new(outer);
        var relation = pipe.Source is null ? input : Table(pipe.Source);
        var first = pipe.Source is null && input is null;
        var failed = false;
        foreach (var node in pipe.Operators)
        {
            if (!Spend()) break;
            failed |= relation is null && !first;
            relation = first ? Source(node) : Operator(node, relation ?? Anything());
            first = false;
        }

        _scope = outer;
        return failed ? null : relation;
    }

    // Stands for rows that nobody knows, so that what follows an error is checked as far as it can be.
    private Rows Anything()
    {
        var rows = new Rows([], []);
        _open.Add(rows);
        return rows;
    }

    private Relation? Source(OperatorNode node)
    {
        switch (node)
        {
            case ListOperator { Keyword.Text: "print" } print:
                return Print(print);
            case RangeOperator range:
                return Range(range);
            case UnionOperator union:
                return Union(union, null);
            case SearchOperator search:
                return Search(search, null);
            case FindOperator find:
                return Find(find);
            case EvaluateOperator evaluate:
                return Evaluate(evaluate, null);
            default:
                diagnostics.Add("KS174", "The operator cannot be the first operator in a query.", node.Keyword.Start, node.Keyword.Length);
                return null;
        }
    }

    private Relation? Operator(OperatorNode node, Relation input)
    {
        var open = _open.Contains(input);
        var output = Bound(node, input);
        var closes = node is ListOperator { Keyword.Text: "project" or "distinct" or "count" or "project-keep" or "getschema" } or SummarizeOperator or SeriesOperator or OfOperator;
        if (output is not null && open && !closes) _open.Add(output);
        return output;
    }

    private Relation? Bound(OperatorNode node, Relation input) => node switch
    {
        ListOperator list => List(list, input),
        SortOperator sort => Sort(sort, input),
        SummarizeOperator summarize => Summarize(summarize, input),
        JoinOperator join => Join(join, input),
        UnionOperator union => Union(union, input),
        ExpandOperator expand => Expand(expand, input),
        SeriesOperator series => Series(series, input),
        ParseOperator parse => Parse(parse, input),
        ParseKvOperator parse => ParseKv(parse, input),
        TopNestedOperator nested => TopNested(nested, input),
        OfOperator of => Of(of, input),
        EvaluateOperator evaluate => Evaluate(evaluate, input),
        RenderOperator render => Render(render, input),
        ForkOperator fork => Fork(fork, input),
        FacetOperator facet => Facet(facet, input),
        PartitionOperator partition => Partition(partition, input),
        SearchOperator search => Search(search, input),
        ScanOperator scan => Scan(scan, input),
        RefusedOperator { Known: true } refused => Refuse(refused),
        RefusedOperator => null,
        _ => MustBeFirst(node),
    };

    private Relation? MustBeFirst(OperatorNode node)
    {
        diagnostics.Add("KS175", "The operator must be the first operator in the query.", node.Keyword.Start, node.Keyword.Length);
        return null;
    }

    private Relation? Refuse(RefusedOperator refused)
    {
        var instead = refused.Keyword.Text switch
        {
            "reduce" => "group by a pattern that you extract: summarize count() by extract(…)",
            "assert-schema" or "macro-expand" or "project-by-names" => "write the columns and tables out",
            _ => "there are no graphs here; join the table with itself",
        };
        NotSupported(refused.Keyword.Text, refused.Keyword.Start, refused.Keyword.Length, instead);
        return null;
    }

    private RowScope RowsOf(Relation relation) => new(relation.Columns) { Open = _open.Contains(relation), Rows = relation };

    private Relation? List(ListOperator list, Relation input)
    {
        switch (list.Keyword.Text)
        {
            case "where" or "filter":
                return Where(list.Items[0], input);
            case "extend":
                return Extend(list.Items, input);
            case "serialize":
                return Extend(list.Items, new Serialize(input));
            case "project":
                return Project(list.Items, input);
            case "project-away" or "project-keep":
                return AwayOrKeep(list, input);
            case "project-rename":
                return Rename(list.Items, input);
            case "project-reorder":
                return Reorder(list.Items, input);
            case "distinct":
                return Distinct(list, input);
            case "take" or "limit":
                return new Take(input, Count(list.Items[0]));
            case "sample":
                return new Sample(input, Count(list.Items[0]));
            case "count":
                var count = NewColumn("Count", KqlType.Long);
                return new Summarize(input, [], [new(count, CountRows())], [count]);
            case "as":
                return As(list, input);
            case "getschema":
                return Schema(input);
            case "consume":
                return new Project(new Filter(input, new Literal(KqlType.Bool, false)), []);
            case "invoke":
                return InvokeOn(list.Items[0], input);
            default:
                return MustBeFirst(list);
        }
    }

    private AggregateCall CountRows() => new(Functions.FunctionLibrary.Aggregates["count"], [], 0, NextId(), KqlType.Long);

    private Filter Where(Expr predicate, Relation input) => new(input, Predicate(predicate, RowsOf(input)));

    private Scalar Predicate(Expr expr, RowScope rows)
    {
        var value = Value(expr, rows);
        if (value.Type is KqlType.Bool or KqlType.Unknown) return value;
        if (value.Type == KqlType.Dynamic) return Converted(value, KqlType.Bool);
        diagnostics.Add("KS141", "The expression must have the type bool.", expr.Start, expr.Length, expr is NamedExpr ? "to compare, write ==" : null);
        return _error;
    }

    private Scalar Count(Expr expr)
    {
        var count = Value(expr, RowScope.None);
        if (count.Type is KqlType.Int or KqlType.Long or KqlType.Unknown) return Converted(count, KqlType.Long);
        if (count.Type == KqlType.Dynamic) return Converted(count, KqlType.Long);
        diagnostics.Add("KS134", "The expression value must be an integer.", expr.Start, expr.Length);
        return _error;
    }

    private Relation Sort(SortOperator sort, Relation input)
    {
        if (sort.Count is null) return new Sort(input, SortKeys(sort.Keys, input));
        var count = Count(sort.Count);
        return new Top(input, count, SortKeys(sort.Keys, input));
    }

    private ImmutableArray<SortKey> SortKeys(ImmutableArray<OrderedExpr> keys, Relation input)
    {
        var rows = RowsOf(input);
        var bound = ImmutableArray.CreateBuilder<SortKey>(keys.Length);
        foreach (var key in keys)
        {
            var value = Value(key.Value, rows);
            if (value.Type == KqlType.Dynamic) NoDynamic(key.Value.Start, key.End - key.Value.Start);
            var descending = key.Ascending is not true;
            bound.Add(new(value, descending, key.NullsFirst ?? !descending));
        }

        return bound.MoveToImmutable();
    }

    private void NoDynamic(Expr at) => NoDynamic(at.Start, at.Length);

    private void NoDynamic(int start, int length) => diagnostics.Add(
        "KS116", "The value of type 'dynamic' is not allowed in this context.", start, length, "tostring(…), tolong(…) or todouble(…) makes it comparable");

    private Reference As(ListOperator list, Relation input)
    {
        var name = ((NameExpr)list.Items[0]).Name;
        var table = new NamedTable(new(NextId(), name, input, false), _open.Contains(input));
        // The name is good for the rest of the query, also in other branches of it.
        _scope.Set(name, table);
        return Use(table);
    }

    private Relation? InvokeOn(Expr expr, Relation input)
    {
        var call = Unwrap(expr) as CallExpr;
        if (call is not null && _scope.Find(call.Name.Name) is NamedFunction function) return Invoke(function, call.Arguments, input, RowScope.None, call.Name) as Relation;
        var name = call?.Name ?? new NameExpr(expr.Start, expr.End, "");
        if (expr is not MissingExpr) diagnostics.Add("KS211", $"The name '{name.Name}' does not refer to any known function.", name.Start, name.Length, Diagnostics.NearMiss.Hint(name.Name, _scope.Names));
        return null;
    }

    private Relation Schema(Relation input)
    {
        var columns = ImmutableArray.Create(NewColumn("ColumnName", KqlType.String), NewColumn("ColumnOrdinal", KqlType.Int), NewColumn("DataType", KqlType.String), NewColumn("ColumnType", KqlType.String));
        if (_open.Contains(input)) return new GetSchema(input, columns);
        var rows = input.Columns.Select((c, i) => ImmutableArray.Create<Scalar>(
            new Literal(KqlType.String, c.Name), new Literal(KqlType.Int, i), new Literal(KqlType.String, c.Type.ClrName()), new Literal(KqlType.String, c.Type.Name())));
        return new Rows(columns, [.. rows]);
    }

    private Relation Render(RenderOperator render, Relation input)
    {
        if (render.Chart is not null) _render = new(render.Chart.Text, render.Properties);
        return input;
    }
}
