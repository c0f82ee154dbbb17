namespace Weir.Lab.Api;

/// <summary>A field selector as in a query: <c>metadata.name=a,status.phase!=Running</c>.</summary>
internal sealed class FieldSelector
{
    private const int NameIndex = -1;
    private const int NamespaceIndex = -2;

    private readonly List<(int Field, string Value, bool Equal)> _terms = [];

    /// <summary>The one name that can match; null when any may.</summary>
    public string? OnlyName { get; private set; }

    /// <summary>Reads a selector.</summary>
    /// <exception cref="ApiStatusException">The text is no selector, or the kind cannot be selected by that field (400).</exception>
    public static FieldSelector Parse(string text, ResourceKind kind)
    {
        var selector = new FieldSelector();
        foreach (var term in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var at = term.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0) throw ApiFaults.BadRequest($"invalid selector: '{text}'; can't understand '{term}'");
            var equal = term[at - 1] != '!';
            var field = term[..(equal ? at : at - 1)];
            var value = term[(at + 1)..].TrimStart('=');
            selector._terms.Add((Index(field, kind), value, equal));
            if (equal && field == "metadata.name") selector.OnlyName = value;
        }

        return selector;
    }

    /// <summary>Whether the object's fields are as asked.</summary>
    public bool Matches(StoredObject stored)
    {
        foreach (var (field, value, equal) in _terms)
        {
            var have = field switch
            {
                NameIndex => stored.Name,
                NamespaceIndex => stored.Namespace,
                _ => stored.Fields[field],
            };
            if (have == value != equal) return false;
        }

        return true;
    }

    private static int Index(string field, ResourceKind kind)
    {
        if (field == "metadata.name") return NameIndex;
        if (field == "metadata.namespace") return NamespaceIndex;
        for (var i = 0; i < kind.SelectableFields.Count; i++)
        {
            if (kind.SelectableFields[i] == field) return i;
        }

        throw ApiFaults.BadRequest($"field label not supported: {field}");
    }
}
