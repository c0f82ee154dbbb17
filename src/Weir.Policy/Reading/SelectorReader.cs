using Weir.Policy.Rules;

namespace Weir.Policy.Reading;

/// <summary>Reads <c>matchLabels</c> and <c>matchExpressions</c>.</summary>
internal static class SelectorReader
{
    /// <summary>A selector of Cilium's language, whose keys may start with a source such as <c>k8s:</c>.</summary>
    public static LabelSelector? Read(Field field) => Read(field, SplitKey);

    /// <summary>A selector of Kubernetes' own language; keys get the source and the prefix given.</summary>
    public static LabelSelector? ReadKubernetes(Field field, string prefix = "") =>
        Read(field, key => (LabelNames.Kubernetes, prefix + key));

    private static LabelSelector? Read(Field field, Func<string, (string Source, string Key)> split)
    {
        if (!field.IsObject()) return null;
        field.Only("matchLabels", "matchExpressions");
        List<LabelRequirement> requirements = [];
        foreach (var (name, value) in field["matchLabels"].Entries())
        {
            var (source, key) = CheckKey(value, name, split);
            var text = value.IsMissing ? "" : value.Text();
            if (text is null) continue;
            CheckValue(value, text);
            requirements.Add(LabelRequirement.Is(source, key, text));
        }

        foreach (var expression in field["matchExpressions"].Items() ?? [])
        {
            if (ReadExpression(expression, split) is { } requirement) requirements.Add(requirement);
        }

        return new LabelSelector(requirements);
    }

    private static LabelRequirement? ReadExpression(Field field, Func<string, (string Source, string Key)> split)
    {
        if (!field.IsObject()) return null;
        field.Only("key", "operator", "values");
        var name = field["key"].Text();
        if (string.IsNullOrEmpty(name))
        {
            field["key"].Invalid("A label key is missing.");
            return null;
        }

        var (source, key) = CheckKey(field["key"], name, split);
        var values = field["values"].ListOf(v => v.Text()) ?? [];
        foreach (var value in values) CheckValue(field["values"], value);
        LabelOperator? op = field["operator"].Text() switch
        {
            "In" => LabelOperator.In,
            "NotIn" => LabelOperator.NotIn,
            "Exists" => LabelOperator.Exists,
            "DoesNotExist" => LabelOperator.DoesNotExist,
            _ => null,
        };
        if (op is null)
        {
            field["operator"].Invalid($"Found {field["operator"].Found}; expected In, NotIn, Exists or DoesNotExist.");
            return null;
        }

        if (op is LabelOperator.In or LabelOperator.NotIn && values.Count == 0)
            field["values"].Invalid($"The operator {op} needs at least one value.");
        if (op is LabelOperator.Exists or LabelOperator.DoesNotExist && values.Count > 0)
            field["values"].Invalid($"The operator {op} takes no values; remove them or use In.");
        return new LabelRequirement(source, key, op.Value, values);
    }

    private static (string Source, string Key) SplitKey(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (LabelRequirement.AnySource, text) : (text[..colon], text[(colon + 1)..]);
    }

    private static (string Source, string Key) CheckKey(Field field, string text, Func<string, (string Source, string Key)> split)
    {
        var (source, key) = split(text);
        if (!IsQualifiedName(key))
        {
            field.Invalid($"'{text}' is no label key: expected an optional DNS prefix and '/', then at most 63 letters, digits, '-', '_' or '.', starting and ending with a letter or digit.");
        }

        return (source, key);
    }

    private static void CheckValue(Field field, string value)
    {
        if (value.Length > 63) field.Invalid($"The label value has {value.Length} characters; at most 63 are allowed.");
        else if (value.Length > 0 && !IsName(value, 63))
            field.Invalid($"'{value}' is no label value: letters, digits, '-', '_' and '.' are allowed, and it has to start and end with a letter or digit.");
    }

    private static bool IsQualifiedName(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) return IsName(key, key.StartsWith(LabelNames.NamespaceLabels, StringComparison.Ordinal) ? 63 + LabelNames.NamespaceLabels.Length : 63);
        var prefix = key[..slash];
        return prefix.Length is > 0 and <= 253 && IsName(key[(slash + 1)..], 63) && IsName(prefix, 253);
    }

    private static bool IsName(string text, int longest)
    {
        if (text.Length == 0 || text.Length > longest) return false;
        if (!char.IsAsciiLetterOrDigit(text[0]) || !char.IsAsciiLetterOrDigit(text[^1])) return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')) return false;
        }

        return true;
    }
}
