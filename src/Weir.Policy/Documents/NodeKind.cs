namespace Weir.Policy.Documents;

/// <summary>What a piece of a YAML or JSON document is.</summary>
public enum NodeKind : byte
{
    /// <summary>Written as null, or left empty.</summary>
    Null,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A string.</summary>
    Text,

    /// <summary>A list.</summary>
    Sequence,

    /// <summary>An object: keys and values.</summary>
    Mapping,
}
