using System.Globalization;
using Weir.Policy.Documents;

namespace Weir.Policy.Reading;

/// <summary>One field of a policy while it is read: its value, its place, and where to report what is wrong with it.</summary>
internal readonly struct Field(DocumentNode? node, FieldPath path, DocumentNode near, ICollection<PolicyProblem> problems)
{
    public Field(DocumentNode root, ICollection<PolicyProblem> problems)
        : this(root, FieldPath.Root, root, problems)
    {
    }

    /// <summary>Whether it is not written, or written as null, which means the same.</summary>
    public bool IsMissing => node is null || node.Kind == NodeKind.Null;

    public string Path => path.ToString();

    public DocumentNode? Node => node;

    /// <summary>The field of this name of an object; missing where this is no object.</summary>
    public Field this[string name] => new(node?.Find(name), path.Field(name), node ?? near, problems);

    public void Invalid(string message) => Report(ProblemKind.Invalid, message);

    public void Schema(string message) => Report(ProblemKind.Schema, message);

    public void Unsupported(string message) => Report(ProblemKind.Unsupported, message);

    /// <summary>Reports fields that the language does not have.</summary>
    public void Only(params ReadOnlySpan<string> names)
    {
        if (IsMissing) return;
        if (node!.Kind != NodeKind.Mapping)
        {
            Invalid($"Found {Found}; expected an object with {string.Join(", ", names!)}.");
            return;
        }

        foreach (var (name, value) in node.Fields)
        {
            if (names.Contains(name)) continue;
            var close = Closest(name, names);
            new Field(value, path.Field(name), value, problems).Schema(
                $"There is no field '{name}' here{(close is null ? "" : $"; did you mean '{close}'")}? Allowed: {string.Join(", ", names!)}.".Replace("here?", "here.", StringComparison.Ordinal));
        }
    }

    /// <summary>The items of a list; null where missing, or where it is no list (reported).</summary>
    public List<Field>? Items()
    {
        if (IsMissing) return null;
        if (node!.Kind != NodeKind.Sequence)
        {
            Invalid($"Found {Found}; expected a list. In YAML each item starts with '- '.");
            return null;
        }

        List<Field> items = new(node.Items.Count);
        for (var i = 0; i < node.Items.Count; i++) items.Add(new Field(node.Items[i], path.Item(i), node.Items[i], problems));
        return items;
    }

    /// <summary>Reads every item of a list; null where missing. Items that <paramref name="read"/> could not read are left out.</summary>
    public List<T>? ListOf<T>(Func<Field, T?> read)
        where T : class
    {
        var items = Items();
        if (items is null) return null;
        List<T> list = new(items.Count);
        foreach (var item in items)
        {
            if (read(item) is { } value) list.Add(value);
        }

        return list;
    }

    /// <summary>The fields of an object; none where missing, or where it is no object (reported).</summary>
    public IEnumerable<(string Name, Field Value)> Entries()
    {
        if (IsMissing) return [];
        if (node!.Kind != NodeKind.Mapping)
        {
            Invalid($"Found {Found}; expected an object of keys and values.");
            return [];
        }

        var (at, to) = (path, problems);
        return node.Fields.Select(f => (f.Key, new Field(f.Value, at.Field(f.Key), f.Value, to)));
    }

    /// <summary>Whether it is an object; reported where it is anything else. False where missing.</summary>
    public bool IsObject()
    {
        if (IsMissing) return false;
        if (node!.Kind == NodeKind.Mapping) return true;
        Invalid($"Found {Found}; expected an object of keys and values.");
        return false;
    }

    /// <summary>A string; null where missing, or where it is none (reported).</summary>
    public string? Text()
    {
        if (IsMissing) return null;
        if (node!.Kind == NodeKind.Text) return node.Text;
        Invalid(node.Kind is NodeKind.Number or NodeKind.Boolean
            ? $"Found {Found}; expected a string. Put it in quotes: \"{node.Text}\"."
            : $"Found {Found}; expected a string.");
        return null;
    }

    /// <summary>true or false; null where missing, or where it is neither (reported).</summary>
    public bool? Boolean()
    {
        if (IsMissing) return null;
        if (node!.Kind == NodeKind.Boolean) return node.Text == "true";
        Invalid($"Found {Found}; expected true or false, without quotes.");
        return null;
    }

    /// <summary>A whole number; null where missing, or where it is none in the range (reported).</summary>
    public int? Integer(int least, int most)
    {
        if (IsMissing) return null;
        if (node!.Kind == NodeKind.Number && int.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            if (value >= least && value <= most) return value;
            Invalid($"Found {value}; expected a number from {least} to {most}.");
            return null;
        }

        Invalid($"Found {Found}; expected a whole number from {least} to {most}, without quotes.");
        return null;
    }

    public string Found => node?.Kind switch
    {
        null or NodeKind.Null => "nothing",
        NodeKind.Text => $"the string \"{Shorten(node.Text)}\"",
        NodeKind.Number => $"the number {Shorten(node.Text)}",
        NodeKind.Boolean => node.Text,
        NodeKind.Sequence => "a list",
        _ => "an object",
    };

    private static string Shorten(string text) => text.Length <= 60 ? text : $"{text[..57]}...";

    private static string? Closest(string name, ReadOnlySpan<string> names)
    {
        foreach (var candidate in names)
        {
            if (candidate.Equals(name, StringComparison.OrdinalIgnoreCase) || Distance(candidate, name) <= 2) return candidate;
        }

        return null;
    }

    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 2 || b.Length > 64) return int.MaxValue;
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var next = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = row[j];
                row[j] = next;
            }
        }

        return row[b.Length];
    }

    private void Report(ProblemKind kind, string message)
    {
        var at = node ?? near;
        problems.Add(new PolicyProblem(kind, path.ToString(), message) { Line = at.Line, Column = at.Column });
    }
}
