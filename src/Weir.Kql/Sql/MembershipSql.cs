using System.Text.Json;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Sql;

/// <summary>in, !in, in~, !in~, has_any, has_all, with members that are written, in an array, or in a query.</summary>
internal static class MembershipSql
{
    public static string Write(ScalarSql scalar, Operation operation)
    {
        var value = operation.Operands[0];
        var members = Flatten(operation.Operands.Skip(1)).ToList();
        return operation.Operator switch
        {
            ScalarOperator.HasAny => Terms(scalar, value, members, " OR ", "FALSE"),
            ScalarOperator.HasAll => Terms(scalar, value, members, " AND ", "TRUE"),
            var op => Negated(op, In(scalar, value, members, IgnoresCase(op))),
        };
    }

    public static string Query(ScalarSql scalar, InQuery membership)
    {
        var column = membership.Query.Columns[0];
        var members = scalar.Query.Relation(membership.Query);
        if (membership.Operator is ScalarOperator.HasAny or ScalarOperator.HasAll)
        {
            var list = $"(SELECT '[' || string_agg(to_json({ConversionSql.Convert($"c{column.Id}", column.Type, KqlType.String)})::VARCHAR, ',') || ']' FROM ({members}))";
            return $"k_has_{(membership.Operator == ScalarOperator.HasAny ? "any" : "all")}({scalar.As(membership.Value, KqlType.String)}, {list})";
        }

        var lower = IgnoresCase(membership.Operator);
        var type = membership.Value.Type == KqlType.Dynamic ? column.Type : membership.Value.Type;
        var member = ConversionSql.Convert($"c{column.Id}", column.Type, type);
        var value = scalar.AsComparable(membership.Value, type);
        if (lower) (value, member) = ($"lower({value})", $"lower({member})");
        return Negated(membership.Operator, $"coalesce({value} IN (SELECT {member} FROM ({members})), FALSE)");
    }

    private static string In(ScalarSql scalar, Scalar value, List<Scalar> members, bool ignoreCase)
    {
        var type = ignoreCase ? KqlType.String : members.Select(m => m.Type).Where(t => t != KqlType.Dynamic).Aggregate(value.Type, OperatorSql.Shared);
        if (type == KqlType.Dynamic) type = KqlType.String;
        // The empty text has to be found too, where it is among the members.
        var isPlain = members.TrueForAll(m => m is Literal { Type: KqlType.String, Value: string { Length: > 0 } });
        var stored = isPlain ? scalar.PlainOf(value) : null;
        var text = stored ?? scalar.AsComparable(value, type);
        if (ignoreCase) text = $"lower({text})";
        var parts = new List<string>();
        var plain = members.Where(m => m.Type != KqlType.Dynamic && m is not Literal { Value: null }).Select(m => Member(scalar, m, type, ignoreCase)).ToList();
        if (plain.Count > 0) parts.Add($"{text} IN ({string.Join(", ", plain)})");
        foreach (var array in members.Where(m => m.Type == KqlType.Dynamic))
            parts.Add($"k_in({ConversionSql.Convert(text, type, KqlType.Dynamic)}, {scalar.Write(array)}, {(ignoreCase ? "TRUE" : "FALSE")})");
        if (parts.Count == 1 && plain.Count > 0 && value.Type == KqlType.String && stored is null) return $"({parts[0]})";
        return parts.Count == 0 ? "FALSE" : $"coalesce({string.Join(" OR ", parts)}, FALSE)";
    }

    private static string Member(ScalarSql scalar, Scalar member, KqlType type, bool ignoreCase) =>
        !ignoreCase ? scalar.As(member, type) : member is Literal { Value: string text } ? SqlLiteral.Text(text.ToLowerInvariant()) : $"lower({scalar.As(member, type)})";

    private static string Terms(ScalarSql scalar, Scalar value, List<Scalar> members, string glue, string none)
    {
        var text = scalar.As(value, KqlType.String);
        var parts = members.Select(m => m switch
        {
            Literal { Value: string needle, Type: KqlType.String } => TextOperatorSql.Has(text, needle, exact: false),
            { Type: KqlType.Dynamic } => $"k_has_{(glue == " OR " ? "any" : "all")}({text}, {scalar.Write(m)})",
            _ => $"k_has(lower({text}), lower({scalar.As(m, KqlType.String)}))",
        }).ToList();
        return parts.Count == 0 ? none : $"({string.Join(glue, parts)})";
    }

    // A written array stands for its elements; so a search through it is a list of constants.
    private static IEnumerable<Scalar> Flatten(IEnumerable<Scalar> members)
    {
        foreach (var member in members)
        {
            if (member is not Literal { Type: KqlType.Dynamic, Value: string json })
            {
                yield return member;
                continue;
            }

            using var document = JsonDocument.Parse(json);
            IEnumerable<JsonElement> elements = document.RootElement.ValueKind == JsonValueKind.Array ? [.. document.RootElement.EnumerateArray()] : [document.RootElement];
            foreach (var element in elements) yield return Constant(element);
        }
    }

    private static Literal Constant(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => new(KqlType.String, element.GetString()),
        JsonValueKind.Number when element.TryGetInt64(out var whole) => new(KqlType.Long, whole),
        JsonValueKind.Number => new(KqlType.Real, element.GetDouble()),
        JsonValueKind.True or JsonValueKind.False => new(KqlType.Bool, element.GetBoolean()),
        JsonValueKind.Null => new(KqlType.Long, null),
        _ => new(KqlType.String, element.GetRawText()),
    };

    private static bool IgnoresCase(ScalarOperator op) => op is ScalarOperator.InIgnoreCase or ScalarOperator.NotInIgnoreCase;

    private static string Negated(ScalarOperator op, string match) => op is ScalarOperator.NotIn or ScalarOperator.NotInIgnoreCase ? $"(NOT {match})" : match;
}
