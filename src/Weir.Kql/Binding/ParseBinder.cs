using System.Collections.Immutable;
using Weir.Kql.Plan;
using Weir.Kql.Syntax;
using Weir.Kql.Types;

namespace Weir.Kql.Binding;

/// <summary>parse, parse-where and parse-kv.</summary>
internal sealed partial class Binder
{
    private Plan.Parse Parse(ParseOperator parse, Relation input)
    {
        var rows = RowsOf(input);
        var source = Value(parse.Source, rows);
        if (source.Type is not (KqlType.String or KqlType.Dynamic or KqlType.Unknown))
            diagnostics.Add("KS107", "A value of type string expected.", parse.Source.Start, parse.Source.Length);
        var kind = (parse.Options.GetValueOrDefault("kind")?.Text ?? "simple") switch { "regex" => ParseKind.Regex, "relaxed" => ParseKind.Relaxed, _ => ParseKind.Simple };
        var list = new ColumnList(diagnostics);
        foreach (var column in input.Columns) list.Keep(column);
        var parts = ImmutableArray.CreateBuilder<ParsePart>();
        for (var i = 0; i < parse.Parts.Length; i++)
        {
            var part = parse.Parts[i];
            CheckOrder(parse.Parts, i);
            if (part.Column is null)
            {
                parts.Add(part.Star ? new(null, null, true) : new(Value(part.Text!, rows) is Literal { Value: string text } ? text : "", null, false));
                continue;
            }

            var type = part.Type is null ? KqlType.String : TypeOf(part.Type);
            var captured = NewColumn(part.Column.Name, type);
            list.Declare(new(captured, new ColumnRef(captured)), part.Column);
            parts.Add(new(null, captured, false));
        }

        var flags = parse.Options.GetValueOrDefault("flags")?.Text ?? "";
        return new(input, Converted(source, KqlType.String), kind, flags, parts.ToImmutable(), parse.Keyword.Text == "parse-where", [.. list.Items.Select(i => i.Column)]);
    }

    // Between two captures there must be a text, or nobody knows where the first one ends.
    private void CheckOrder(ImmutableArray<PatternPart> parts, int i)
    {
        var part = parts[i];
        if (i == 0) return;
        var before = parts[i - 1];
        if (part.Column is not null && before.Column is not null)
            diagnostics.Add("KS101", "The column name must follow a string literal", part.Start, part.End - part.Start);
        else if (part.Star && before.Column is not null && Type(before) == KqlType.String)
            diagnostics.Add("KS103", "Using * after parsing a string column is ambiguous.", part.Start, part.End - part.Start);
        else if (part.Column is not null && before.Star)
            diagnostics.Add("KS102", "A string literal must follow a *", part.Start, part.End - part.Start);

        static KqlType Type(PatternPart p) => p.Type is not null && KqlTypes.TryParse(p.Type.Name, out var type) ? type : KqlType.String;
    }

    private Plan.ParseKv ParseKv(ParseKvOperator parse, Relation input)
    {
        var source = Value(parse.Source, RowsOf(input));
        var list = new ColumnList(diagnostics);
        foreach (var column in input.Columns) list.Keep(column);
        var keys = ImmutableArray.CreateBuilder<Column>();
        foreach (var declared in parse.Columns)
        {
            var column = NewColumn(declared.Name.Name, TypeOf(declared.Type));
            keys.Add(column);
            list.Declare(new(column, new ColumnRef(column)), declared.Name);
        }

        string? Text(string name) => parse.Settings.TryGetValue(name, out var expr) && Value(Unwrap(expr), RowScope.None) is Literal { Value: string text } ? text : null;
        var greedy = parse.Settings.TryGetValue("greedy", out var flag) && flag is LiteralExpr { Value.Value: true };
        return new(
            input, Converted(source, KqlType.String), keys.ToImmutable(), Text("pair_delimiter"), Text("kv_delimiter"), Quotes(parse), Text("escape"), greedy, Text("regex"),
            [.. list.Items.Select(i => i.Column)]);
    }

    // quote='"', quote=('"', "'"), or a pair of opening and closing marks in one text.
    private ImmutableArray<(string Open, string Close)> Quotes(ParseKvOperator parse)
    {
        if (!parse.Settings.TryGetValue("quote", out var quote)) return [];
        if (Value(Unwrap(quote), RowScope.None) is not Literal { Value: string marks } || marks.Length == 0) return [];
        return marks.Length == 2 ? [(marks[..1], marks[1..])] : [(marks, marks)];
    }
}
