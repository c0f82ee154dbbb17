using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Weir.Kql.Sql.Tables;

namespace Weir.Kql.Sql;

/// <summary>
/// What a built-in function is in SQL. A line of the tables is <c>name kinds result [template]</c>. A kind says what an argument is
/// converted to: s text, l long, i int, r real, b bool, d dynamic, t datetime, p timespan, m decimal, g guid, j text parsed as JSON,
/// v as it is, n a name that is not passed, u the result's own type; ? marks an optional one, * any number of the last. The result is one of
/// these letters. The template has {0}, {1} … and {*} for all; without one, the function k_NAME, which the engine brings, is
/// called. <c>name = other</c> is a second name.
/// </summary>
/// <param name="Name">As in queries.</param>
/// <param name="Kinds">A letter an argument.</param>
/// <param name="Least">Arguments at least.</param>
/// <param name="Repeats">Whether the last kind stands for any number of arguments.</param>
/// <param name="Result">The result's letter.</param>
/// <param name="Template">The SQL.</param>
internal sealed partial record FunctionSql(string Name, string Kinds, int Least, bool Repeats, char Result, string Template)
{
    private static readonly FrozenDictionary<string, FunctionSql[]> _all = Read();

    /// <summary>The rule for a function and a number of arguments, or null.</summary>
    public static FunctionSql? Find(string name, int arguments) =>
        _all.GetValueOrDefault(name)?.FirstOrDefault(f => arguments >= f.Least && (f.Repeats || arguments <= f.Kinds.Length));

    /// <summary>Every rule.</summary>
    public static IEnumerable<FunctionSql> All => _all.Values.SelectMany(v => v);

    /// <summary>The template with its holes filled, in one pass: what an argument holds is never looked at again.</summary>
    public string Fill(IReadOnlyList<string> arguments) => Holes().Replace(
        Template, hole => hole.Value == "{*}" ? string.Join(", ", arguments.Where(a => a.Length > 0)) : arguments[hole.Value[1] - '0']);

    /// <summary>The letter for an argument.</summary>
    public char Kind(int argument) => Kinds[Math.Min(argument, Kinds.Length - 1)];

    private static FrozenDictionary<string, FunctionSql[]> Read()
    {
        var rules = new Dictionary<string, List<FunctionSql>>(StringComparer.Ordinal);
        foreach (var line in string.Join('\n', TextSql.Table, TimeSql.Table, NumberSql.Table, DynamicSql.Table, NetworkSql.Table, SeriesSql.Table).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ', 4);
            if (words is [var alias, "=", var other])
            {
                rules[alias] = [.. rules[other].Select(r => r with { Name = alias })];
                continue;
            }

            var kinds = Marks().Replace(words[1], "");
            if (kinds == "-") kinds = "";
            var optional = words[1].Count(c => c == '?');
            var repeats = words[1].EndsWith('*');
            var template = words.Length == 4 ? words[3] : $"k_{words[0]}({{*}})";
            if (!rules.TryGetValue(words[0], out var list)) rules[words[0]] = list = [];
            list.Add(new(words[0], kinds, kinds.Length - optional, repeats, words[2][0], template));
        }

        return rules.ToFrozenDictionary(r => r.Key, r => r.Value.ToArray(), StringComparer.Ordinal);
    }

    [GeneratedRegex(@"\{[*0-9]\}")]
    private static partial Regex Holes();

    [GeneratedRegex("[?*]")]
    private static partial Regex Marks();
}
