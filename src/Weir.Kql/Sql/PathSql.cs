using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Sql;

/// <summary>Properties and elements of dynamic values: a chain of constant keys is one walk through the JSON.</summary>
internal static partial class PathSql
{
    /// <summary>The value as dynamic: its JSON, or null.</summary>
    public static string Dynamic(ScalarSql scalar, Scalar value) =>
        TryChain(value, out var root, out var path) ? $"nullif(json_extract({Root(scalar, root)}, {SqlLiteral.Text(path)})::VARCHAR, 'null')" : Step(scalar, value);

    /// <summary>The value as text, null where it is missing; null when this is no chain.</summary>
    public static string? Text(ScalarSql scalar, Scalar value)
    {
        if (value is not (Member or Element) || !TryChain(value, out var root, out var path)) return null;
        return $"json_extract_string({Root(scalar, root)}, {SqlLiteral.Text(path)})";
    }

    private static string Root(ScalarSql scalar, Scalar root) => scalar.Write(root);

    private static string Step(ScalarSql scalar, Scalar value) => value switch
    {
        Member m => $"k_member({scalar.Write(m.Value)}, {SqlLiteral.Text(m.Name)})",
        Element { Key.Type: KqlType.String or KqlType.Dynamic } e => $"k_member({scalar.Write(e.Value)}, {scalar.As(e.Key, KqlType.String)})",
        Element e => $"k_element({scalar.Write(e.Value)}, {scalar.As(e.Key, KqlType.Long)})",
        _ => scalar.Write(value),
    };

    private static bool TryChain(Scalar value, out Scalar root, out string path)
    {
        var keys = new List<string>();
        while (true)
        {
            var key = value switch
            {
                Member m => Name(m.Name),
                Element { Key: Literal { Value: string name } } => Name(name),
                Element { Key: Literal { Value: long or int } l } => Index(((Literal)l).Value!),
                _ => null,
            };
            if (key is null) break;
            keys.Add(key);
            value = value is Member member ? member.Value : ((Element)value).Value;
        }

        root = value;
        keys.Reverse();
        path = keys.Aggregate(new StringBuilder("$"), (text, key) => text.Append(key)).ToString();
        return keys.Count > 0 && value is not (Member or Element);
    }

    private static string? Name(string name) => Plain().IsMatch(name) ? $".\"{name}\"" : null;

    private static string Index(object key)
    {
        var index = System.Convert.ToInt64(key, CultureInfo.InvariantCulture);
        return index < 0 ? $"[#{index.ToString(CultureInfo.InvariantCulture)}]" : $"[{index.ToString(CultureInfo.InvariantCulture)}]";
    }

    [GeneratedRegex(@"^[\p{L}\p{N}_ :/-]+$")]
    private static partial Regex Plain();
}
