using System.Text.RegularExpressions;

namespace Weir.Lab.Api.Schema;

/// <summary>What <c>descriptions.txt</c> says of the built-in kinds, for those who ask <c>kubectl explain</c>.</summary>
internal static partial class Descriptions
{
    private static readonly Lazy<Dictionary<string, Entry>> _all = new(Read);

    /// <summary>What is said of a type or a field.</summary>
    /// <param name="Text">Sentences.</param>
    /// <param name="Required">Whether the field must be given.</param>
    /// <param name="Values">The values that there are; empty for any.</param>
    public sealed record Entry(string Text, bool Required, IReadOnlyList<string> Values);

    /// <summary>What is said of a type; empty for nothing.</summary>
    public static string OfType(string type) => _all.Value.GetValueOrDefault(type)?.Text ?? "";

    /// <summary>The fields of a type that must be given, among these.</summary>
    public static IReadOnlyList<string> RequiredOf(string type, IEnumerable<string> fields) =>
        [.. fields.Where(f => _all.Value.GetValueOrDefault($"{type}.{f}") is { Required: true })];

    /// <summary>The schema of a field, with what is said of it.</summary>
    public static FieldSchema Describe(string type, string field, FieldSchema schema) =>
        _all.Value.GetValueOrDefault($"{type}.{field}") is { } entry ? schema with { Note = entry.Text, Values = entry.Values } : schema;

    private static Dictionary<string, Entry> Read()
    {
        using var reader = new StreamReader(typeof(Descriptions).Assembly.GetManifestResourceStream("descriptions.txt")!);
        var all = new Dictionary<string, Entry>();
        while (reader.ReadLine() is { } line)
        {
            if (Row().Match(line) is not { Success: true } row) continue;
            var values = row.Groups["values"].Value.Split(", ", StringSplitOptions.RemoveEmptyEntries);
            all[row.Groups["place"].Value] = new Entry(row.Groups["text"].Value.Trim(), row.Groups["required"].Length > 0, values);
        }

        return all;
    }

    [GeneratedRegex("""^(?<place>[A-Z][A-Za-z]+(\.[A-Za-z]+)?)(?<required>\*)?: (?<text>.*?)(\{(?<values>[A-Za-z]+(, [A-Za-z]+)*)\})?$""")]
    private static partial Regex Row();
}
