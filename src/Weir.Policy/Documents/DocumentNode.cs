namespace Weir.Policy.Documents;

/// <summary>A piece of a YAML or JSON document with the place where it was written.</summary>
/// <remarks>Immutable. One reader serves both formats because both become this.</remarks>
public sealed class DocumentNode
{
    private static readonly IReadOnlyList<DocumentNode> NoItems = [];
    private static readonly IReadOnlyList<KeyValuePair<string, DocumentNode>> NoFields = [];

    private DocumentNode(NodeKind kind, int line, int column)
    {
        Kind = kind;
        Line = line;
        Column = column;
    }

    /// <summary>What it is.</summary>
    public NodeKind Kind { get; }

    /// <summary>The line in the text, from 1; 0 where the text is not known (JSON values handed over already parsed).</summary>
    public int Line { get; }

    /// <summary>The column in the line, from 1; 0 where the text is not known.</summary>
    public int Column { get; }

    /// <summary>The text of a scalar as it was written, quotes removed; empty for null, lists and objects.</summary>
    public string Text { get; private init; } = "";

    /// <summary>The items of a list; empty for anything else.</summary>
    public IReadOnlyList<DocumentNode> Items { get; private init; } = NoItems;

    /// <summary>The fields of an object in the order written; empty for anything else.</summary>
    public IReadOnlyList<KeyValuePair<string, DocumentNode>> Fields { get; private init; } = NoFields;

    /// <summary>The field of this name; null where there is none. A name written twice gives the last.</summary>
    public DocumentNode? Find(string name)
    {
        for (var i = Fields.Count - 1; i >= 0; i--)
        {
            if (Fields[i].Key == name) return Fields[i].Value;
        }

        return null;
    }

    /// <summary>Makes a scalar or null.</summary>
    public static DocumentNode Scalar(NodeKind kind, string text, int line = 0, int column = 0) =>
        new(kind, line, column) { Text = text };

    /// <summary>Makes a list.</summary>
    public static DocumentNode List(IReadOnlyList<DocumentNode> items, int line = 0, int column = 0) =>
        new(NodeKind.Sequence, line, column) { Items = items };

    /// <summary>Makes an object.</summary>
    public static DocumentNode Object(IReadOnlyList<KeyValuePair<string, DocumentNode>> fields, int line = 0, int column = 0) =>
        new(NodeKind.Mapping, line, column) { Fields = fields };
}
