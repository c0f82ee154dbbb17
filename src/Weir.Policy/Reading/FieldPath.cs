using System.Globalization;

namespace Weir.Policy.Reading;

/// <summary>A field's place in a document, written out only when a problem asks for it.</summary>
internal sealed class FieldPath(FieldPath? parent, string name, int index)
{
    public static FieldPath Root { get; } = new(null, "", -1);

    public FieldPath Field(string field) => new(this, field, -1);

    public FieldPath Item(int item) => new(this, "", item);

    public override string ToString()
    {
        if (parent is null) return "";
        var head = parent.ToString();
        if (index >= 0) return string.Create(CultureInfo.InvariantCulture, $"{head}[{index}]");
        return head.Length == 0 ? name : $"{head}.{name}";
    }
}
