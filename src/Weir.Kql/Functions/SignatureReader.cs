using System.Collections.Immutable;
using System.Globalization;

namespace Weir.Kql.Functions;

/// <summary>
/// Reads the function tables. A line is <c>[naming] name(parameters): result | (parameters): result</c>:
/// naming is <c>first</c>, <c>only</c> or <c>as PREFIX</c> (how an unnamed column is called);
/// a parameter is a type, a class of types (any, number, integer, summable, orderable, nodynamic) or types joined by '/', after
/// <c>const</c> or <c>literal</c> when it must be one, before <c>?</c> (optional), <c>+</c>, <c>*</c> or <c>{least,most}</c>;
/// <c>blocks(a+, b+, c)</c> is a, b, a, b, … and c at the end.
/// </summary>
internal static class SignatureReader
{
    private const int Many = 999;

    public static IEnumerable<FunctionSymbol> Read(string table, FunctionKind kind)
    {
        foreach (var line in table.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) yield return Line(line, kind);
    }

    private static FunctionSymbol Line(string line, FunctionKind kind)
    {
        var (naming, prefix) = (ResultName.None, "");
        var words = line[..line.IndexOf('(', StringComparison.Ordinal)].Split(' ');
        if (words.Length == 3) (naming, prefix) = (ResultName.Prefix, words[1]);
        else if (words.Length == 2) naming = words[0] == "first" ? ResultName.FirstArgument : ResultName.OnlyArgument;
        var name = words[^1];
        var blocks = name.EndsWith("blocks", StringComparison.Ordinal);
        if (blocks) name = name[..^6];
        var overloads = line[line.IndexOf('(', StringComparison.Ordinal)..].Split(" | ").Select(o => Overload(o, blocks));
        return new(name, kind, [.. overloads], naming, prefix);
    }

    private static Signature Overload(string text, bool blocks)
    {
        var close = text.LastIndexOf("): ", StringComparison.Ordinal);
        var inner = text[1..close];
        var parameters = inner.Length == 0 ? [] : inner.Split(", ").Select(Parameter).ToImmutableArray();
        return new(parameters, text[(close + 3)..], blocks);
    }

    private static Parameter Parameter(string text)
    {
        var constant = text.StartsWith("const ", StringComparison.Ordinal);
        var literal = text.StartsWith("literal ", StringComparison.Ordinal);
        var type = text[(text.LastIndexOf(' ') + 1)..];
        if (type.EndsWith('}'))
        {
            var open = type.IndexOf('{', StringComparison.Ordinal);
            var bounds = type[(open + 1)..^1].Split(',');
            return new(type[..open], Number(bounds[0]), Number(bounds[1]), constant || literal);
        }

        var (least, most) = type[^1] switch { '?' => (0, 1), '+' => (1, Many), '*' => (0, Many), _ => (1, 1) };
        return new(least == 1 && most == 1 ? type : type[..^1], least, most, constant || literal);
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
