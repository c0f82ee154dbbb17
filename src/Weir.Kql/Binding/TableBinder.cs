using System.Collections.Immutable;
using Weir.Kql.Diagnostics;
using Weir.Kql.Plan;
using Weir.Kql.Syntax;
using Weir.Kql.Types;

namespace Weir.Kql.Binding;

/// <summary>What has rows: names of tables, pipes, datatable, functions that return tables.</summary>
internal sealed partial class Binder
{
    /// <summary>Whether an expression has rows, as far as it can be told before it is bound.</summary>
    private bool IsTable(Expr expr) => IsTable(expr, null, 0);

    private bool IsTable(Expr expr, FunctionDeclaration? inside, int depth)
    {
        if (depth > DeepestCalls) return false;
        switch (Unwrap(expr))
        {
            case PipeExpr or DatatableExpr or RefusedExpr:
                return true;
            case NameExpr name:
                if (inside is not null)
                {
                    if (inside.Parameters.FirstOrDefault(p => p.Name.Name == name.Name) is { } parameter) return parameter.Tabular;
                    if (inside.Statements.OfType<LetStatement>().LastOrDefault(l => l.Name.Name == name.Name) is { } let) return let.Value is not null && IsTable(let.Value, inside, depth + 1);
                }

                return _scope.Find(name.Name) switch
                {
                    NamedTable => true,
                    NamedFunction { Declaration: { Parameters.Length: 0, Body: not null } view } => IsTable(view.Body, view, depth + 1),
                    null => catalog.Find(name.Name) is not null,
                    _ => false,
                };
            case CallExpr { Name.Name: "materialize" or "table" }:
                return true;
            case CallExpr { Name.Name: "view" }:
                return true;
            case CallExpr call:
                var named = inside?.Statements.OfType<LetStatement>().LastOrDefault(l => l.Name.Name == call.Name.Name)?.Function
                    ?? (_scope.Find(call.Name.Name) as NamedFunction)?.Declaration;
                return named?.Body is not null && IsTable(named.Body, named, depth + 1);
            case PathExpr { Target: CallExpr { Name.Name: "database" or "cluster" } or PathExpr }:
                return IsDatabasePath((PathExpr)Unwrap(expr));
            default:
                return false;
        }
    }

    private static bool IsDatabasePath(PathExpr path) => Unwrap(path.Target) switch
    {
        CallExpr { Name.Name: "database" or "cluster" } => true,
        PathExpr inner => IsDatabasePath(inner),
        _ => false,
    };

    private bool IsMaterialize(Expr expr) => Unwrap(expr) is CallExpr { Name.Name: "materialize" } call && _scope.Find(call.Name.Name) is null;

    /// <summary>The relation of an expression; null when it has an error, which is reported.</summary>
    private Relation? Table(Expr expr)
    {
        if (!Spend()) return null;
        switch (Unwrap(expr))
        {
            case PipeExpr pipe:
                return Pipe(pipe, null);
            case DatatableExpr datatable:
                return Datatable(datatable);
            case NameExpr name:
                return NamedRelation(name);
            case StarExpr star:
                diagnostics.Add("KS191", "The * syntax is not allowed here.", star.Start, star.Length);
                return null;
            case RefusedExpr refused:
                NotSupported(refused.What, refused.Start, refused.Length, "a query reads the flow log alone and reaches no network and no disk; use datatable(…)");
                return null;
            case PathExpr path when IsDatabasePath(path):
                return DatabasePath(path);
            case CallExpr call:
                return CalledTable(call);
            case MissingExpr:
                return null;
            case var other:
                var value = Value(other, RowScope.None);
                if (value.Type != KqlType.Unknown) diagnostics.Add("KS111", "Tabular value expected.", other.Start, other.Length);
                return null;
        }
    }

    private Relation? NamedRelation(NameExpr name)
    {
        switch (_scope.Find(name.Name))
        {
            case NamedTable table:
                return Use(table);
            case NamedFunction { Declaration.Parameters.Length: 0 } function:
                return FunctionTable(function, [], name);
            case NamedError:
                return null;
            case not null:
                diagnostics.Add("KS111", "Tabular value expected.", name.Start, name.Length);
                return null;
        }

        if (catalog.Find(name.Name) is { } stored) return Scan(stored);
        if (diagnostics.Full) return null;
        diagnostics.Add(
            "KS204", $"The name '{name.Name}' does not refer to any known table, tabular variable or function.", name.Start, name.Length,
            NearMiss.Hint(name.Name, catalog.Tables.Select(t => t.Name).Concat(_scope.Names)));
        return null;
    }

    private TableScan Scan(Catalog.TableSymbol table) => new(table, [.. table.Columns.Select(c => NewColumn(c.Name, c.Type))]);

    private Reference Use(NamedTable table)
    {
        var reference = new Reference(table.Query, [.. table.Query.Body.Columns.Select(c => NewColumn(c.Name, c.Type))]);
        if (table.Open) _open.Add(reference);
        return reference;
    }

    // database("x").T, cluster("x").database("y").T: only the database that is here.
    private Relation? DatabasePath(PathExpr path)
    {
        for (Expr target = path; ; target = ((PathExpr)target).Target)
        {
            target = Unwrap(target);
            if (target is PathExpr) continue;
            var call = (CallExpr)target;
            var own = call is { Name.Name: "database", Arguments: [LiteralExpr { Value.Value: string name }] } && name == catalog.Database;
            if (own && path.Target == target) return NamedRelation(path.Name);
            if (call.Arguments is [CallExpr { Name.Name: "cluster" } cluster, ..]) call = cluster;
            NotSupported(call.Name.Name + "()", call.Start, call.Length, "there is one cluster with one database here; write the table's name alone");
            return null;
        }
    }

    private Relation? CalledTable(CallExpr call)
    {
        if (_scope.Find(call.Name.Name) is NamedFunction function) return FunctionTable(function, call.Arguments, call.Name);
        switch (call)
        {
            case { Name.Name: "materialize", Arguments: [var inner] }:
                if (Table(Positional(inner)) is not { } body) return null;
                return Use(new(new(NextId(), "", body, true), _open.Contains(body)));
            case { Name.Name: "table", Arguments: [LiteralExpr { Value.Value: string name }, ..] }:
                return NamedRelation(new(call.Arguments[0].Start, call.Arguments[0].End, name));
            case { Name.Name: "view" }:
                return null;
        }

        if (Functions.FunctionLibrary.Plugins.ContainsKey(call.Name.Name))
        {
            NotSupported(call.Name.Name, call.Name.Start, call.Name.Length, "plugins are called with evaluate");
            return null;
        }

        var value = Value(call, RowScope.None);
        if (value.Type != KqlType.Unknown) diagnostics.Add("KS111", "Tabular value expected.", call.Start, call.Length);
        return null;
    }

    private static Expr Positional(Expr argument) => argument is NamedExpr named ? named.Value : argument;

    private Rows? Datatable(DatatableExpr datatable)
    {
        var columns = datatable.Columns.Select(c => NewColumn(c.Name.Name, TypeOf(c.Type))).ToImmutableArray();
        if (columns.IsEmpty)
        {
            diagnostics.Add("KS190", "The table has no columns", datatable.Start, datatable.Length);
            return null;
        }

        CheckUnique(datatable.Columns.Select(c => c.Name));
        var rows = ImmutableArray.CreateBuilder<ImmutableArray<Scalar>>(datatable.Values.Length / columns.Length);
        if (datatable.Values.Length % columns.Length != 0)
        {
            var (start, end) = (datatable.Values[0].Start, datatable.Values[^1].End);
            diagnostics.Add("KS173", $"Incorrect number of data values. The values should appear in multiples of {columns.Length}.", start, end - start);
            return new(columns, []);
        }

        for (var i = 0; i < datatable.Values.Length; i += columns.Length)
        {
            var row = ImmutableArray.CreateBuilder<Scalar>(columns.Length);
            for (var j = 0; j < columns.Length; j++)
            {
                var written = datatable.Values[i + j];
                var value = Value(written, RowScope.None);
                if (!IsConstant(value)) diagnostics.Add("KS131", "The expression must be a literal.", written.Start, written.Length);
                row.Add(Converted(value, columns[j].Type));
            }

            rows.Add(row.MoveToImmutable());
        }

        return new(columns, rows.ToImmutable());
    }

    private void CheckUnique(IEnumerable<NameExpr> names)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (!seen.Add(name.Name)) diagnostics.Add("KS171", $"A column with the name '{name.Name}' is already declared.", name.Start, name.Length, "give it another name");
        }
    }
}
