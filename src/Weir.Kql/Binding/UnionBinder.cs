using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Weir.Kql.Plan;
using Weir.Kql.Syntax;
using Weir.Kql.Types;

namespace Weir.Kql.Binding;

/// <summary>union: columns by name, and apart by type where one name has several.</summary>
internal sealed partial class Binder
{
    private Union? Union(UnionOperator union, Relation? input)
    {
        var inputs = new List<(string Name, Relation Relation)>();
        if (input is not null) inputs.Add((SourceName(input, "union_arg", 0), input));
        var fuzzy = union.Options.TryGetValue("isfuzzy", out var option) && option.Text is "true" or "True";
        var failed = false;
        foreach (var table in union.Tables)
        {
            if (Unwrap(table) is StarExpr star)
            {
                inputs.AddRange(Matching(star));
                continue;
            }

            if (fuzzy && Unwrap(table) is NameExpr name && _scope.Find(name.Name) is null && catalog.Find(name.Name) is null) continue;
            var relation = table is MissingExpr ? null : Table(table);
            failed |= relation is null;
            if (relation is not null) inputs.Add((SourceName(table, relation, "union_arg", inputs.Count), relation));
        }

        if (failed || inputs.Count == 0)
        {
            if (!failed && !diagnostics.Any) diagnostics.Add("KS006", "Missing expression", union.Keyword.End, 0, "no table matches");
            return null;
        }

        var inner = union.Options.TryGetValue("kind", out var kind) && kind.Text == "inner";
        var source = (union.Options.GetValueOrDefault("withsource") ?? union.Options.GetValueOrDefault("with_source"))?.Text;
        return Unite(inputs, inner, source);
    }

    // A stored table and a function without arguments keep their names; a query has none, not even one that let named.
    private string SourceName(Expr written, Relation relation, string prefix, int position) =>
        Unwrap(written) is NameExpr name && _scope.Find(name.Name) is null or NamedFunction ? name.Name : SourceName(relation, prefix, position);

    private static string SourceName(Relation relation, string prefix, int position) =>
        relation is TableScan scan ? scan.Table.Name : prefix + position.ToString(CultureInfo.InvariantCulture);

    // Stored tables, and views: functions of let that are declared with the word view.
    private IEnumerable<(string Name, Relation Relation)> Matching(StarExpr star)
    {
        var regex = new Regex("^" + Regex.Escape(star.Pattern).Replace("\\*", ".*", StringComparison.Ordinal) + "$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        var stored = catalog.Tables.Where(t => regex.IsMatch(t.Name)).Select(t => (t.Name, (Relation)Scan(t)));
        var views = _scope.Names.Where(n => regex.IsMatch(n) && _scope.Find(n) is NamedFunction { Declaration.IsView: true }).Distinct().ToList();
        return stored.Concat(views.Select(n => (n, NamedRelation(new(star.Start, star.End, n)))).Where(v => v.Item2 is not null).Select(v => (v.n, v.Item2!)));
    }

    private Union Unite(List<(string Name, Relation Relation)> inputs, bool inner, string? source)
    {
        var names = inputs.SelectMany(i => i.Relation.Columns).Select(c => c.Name).Distinct(StringComparer.Ordinal).ToList();
        if (inner) names.RemoveAll(n => !inputs.TrueForAll(i => FindColumn(i.Relation.Columns, n) is not null));
        var columns = new List<Column>();
        var origins = new List<(string Name, KqlType Type)>();
        if (source is not null)
        {
            columns.Add(NewColumn(source, KqlType.String));
            origins.Add(("", KqlType.String));
        }

        foreach (var name in names)
        {
            var types = inputs.Select(i => FindColumn(i.Relation.Columns, name)).OfType<Column>().Select(c => c.Type).Where(t => t != KqlType.Unknown).Distinct().ToList();
            if (types.Count == 0) types.Add(KqlType.Unknown);
            if (inner && types.Count > 1) continue;
            foreach (var type in types)
            {
                columns.Add(NewColumn(types.Count == 1 ? name : $"{name}_{type.Name()}", type));
                origins.Add((name, type));
            }
        }

        var branches = inputs.Select(i => new UnionBranch(i.Relation, [.. origins.Select(o => Origin(o, i.Name, i.Relation))]));
        var result = new Union([.. branches], [.. columns]);
        if (inputs.Exists(i => _open.Contains(i.Relation))) _open.Add(result);
        return result;
    }

    private static Scalar Origin((string Name, KqlType Type) origin, string source, Relation relation)
    {
        if (origin.Name.Length == 0) return new Literal(KqlType.String, source);
        return FindColumn(relation.Columns, origin.Name) is { } column && column.Type == origin.Type
            ? new ColumnRef(column) : new Literal(origin.Type, origin.Type == KqlType.String ? "" : null);
    }
}
