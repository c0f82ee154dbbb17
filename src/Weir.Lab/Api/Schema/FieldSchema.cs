using System.Text.Json.Nodes;

namespace Weir.Lab.Api.Schema;

/// <summary>What a document, or a value in it, may look like.</summary>
internal sealed record FieldSchema
{
    /// <summary>Anything at all.</summary>
    public static FieldSchema Any { get; } = new() { Type = "" };

    /// <summary>object, array, string, integer, number, boolean, int-or-string or quantity; empty for anything.</summary>
    public required string Type { get; init; }

    /// <summary>The finer kind of a string or number, such as <c>date-time</c> or <c>int32</c>; empty for none.</summary>
    public string Format { get; init; } = "";

    /// <summary>The name under which documents publish it; empty for what has none of its own.</summary>
    public string Name { get; init; } = "";

    /// <summary>What it is for, in a sentence or more; empty where unknown.</summary>
    public string Description { get; init; } = "";

    /// <summary>What the field that has this schema is for, where that is not what its type is for; empty where unknown.</summary>
    public string Note { get; init; } = "";

    /// <summary>The values that there are, for those who read about it; empty for any. Nothing is refused by them.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>The fields of an object by name; made when first asked for, since types contain themselves.</summary>
    public Lazy<IReadOnlyDictionary<string, FieldSchema>>? Fields { get; init; }

    /// <summary>The fields that must be there.</summary>
    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>The elements of an array, or the values of a map.</summary>
    public FieldSchema? Items { get; init; }

    /// <summary>The fields that tell the elements of an array apart; empty where the whole array has one owner.</summary>
    public IReadOnlyList<string> ListKeys { get; init; } = [];

    /// <summary>Whether the elements of an array are told apart by their value.</summary>
    public bool IsSet { get; init; }

    /// <summary>Whether an object has one owner, whatever is in it.</summary>
    public bool IsAtomic { get; init; }

    /// <summary>Whether it comes from a CustomResourceDefinition: values are held against that, not against types.</summary>
    public bool IsCustom { get; init; }

    /// <summary>Whether fields that are not declared stay.</summary>
    public bool KeepsUnknown { get; init; }

    /// <summary>The value that stands in where none is given; null for none.</summary>
    public JsonNode? Default { get; init; }
}
