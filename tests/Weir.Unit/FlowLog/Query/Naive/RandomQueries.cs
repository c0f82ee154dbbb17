using System.Globalization;

namespace Weir.Unit.FlowLog.Query.Naive;

/// <summary>Valid queries by chance, over a small table that is written in the query itself. The same seed gives the same queries.</summary>
/// <param name="seed">Where the chance begins.</param>
internal sealed class RandomQueries(int seed)
{
    private static readonly string[] _words = ["", "alpha", "Alpha", "beta-gamma", "gamma", "a_b", "Ünï", "10", "x y"];
    private static readonly string[] _joins = ["inner", "leftouter", "rightouter", "fullouter", "leftsemi", "leftanti", "rightsemi", "rightanti"];
    private readonly Random _random = new(seed);

    // The columns that are there, by the letter of their type: l long, i int, r real, s string, b bool, t datetime, d timespan.
    private List<(string Name, char Type)> _columns = [];
    private int _names;

    /// <summary>A query.</summary>
    public string Next()
    {
        _names = 0;
        var text = $"let T = {Table()};\nT";
        _columns = Written();
        for (var steps = _random.Next(1, 6); steps > 0; steps--) text += "\n| " + Operator();
        return text;
    }

    private static List<(string, char)> Written() => [("id", 'l'), ("l", 'l'), ("i", 'i'), ("r", 'r'), ("s", 's'), ("b", 'b'), ("t", 't'), ("d", 'd')];

    private string Table()
    {
        var rows = Enumerable.Range(0, _random.Next(0, 9)).Select(n => string.Join(", ", n.ToString(CultureInfo.InvariantCulture), Cell('l'), Cell('i'), Cell('r'), Cell('s'), Cell('b'), Cell('t'), Cell('d')));
        return $"datatable(id:long, l:long, i:int, r:real, s:string, b:bool, t:datetime, d:timespan) [{string.Join(",\n  ", rows)}]";
    }

    private string Cell(char type) => _random.Next(4) == 0 && type != 's' ? Null(type) : Constant(type);

    private static string Null(char type) => type switch { 'l' => "long(null)", 'i' => "int(null)", 'r' => "real(null)", 'b' => "bool(null)", 't' => "datetime(null)", _ => "timespan(null)" };

    private string Constant(char type) => type switch
    {
        'l' => Pick("0", "1", "2", "-3", "7", "9223372036854775807", "-9223372036854775807"),
        'i' => Pick("int(0)", "int(1)", "int(-5)", "int(2147483647)"),
        'r' => Pick("0.0", "1.5", "-2.25", "1000.0"),
        's' => $"'{Pick(_words)}'",
        'b' => Pick("true", "false"),
        't' => Pick("datetime(2026-03-01T10:00:00Z)", "datetime(2026-03-01T23:59:59.9999999Z)", "datetime(2025-12-31)"),
        _ => Pick("1h", "0s", "time(1.02:03:04.0000005)", "time(-00:30:00)"),
    };

    private string Operator()
    {
        switch (_random.Next(9))
        {
            case 0 or 1: return "where " + Expression('b', 3);
            case 2: return Extend();
            case 3: return Project();
            case 4: return Summarize();
            case 5: return $"sort by {Pick([.. _columns.Select(c => c.Name)])} {Pick("asc", "desc", "asc nulls last", "desc nulls first")}, {Everything()}";
            case 6 when _columns.Exists(c => c.Name == "id"): return $"top {_random.Next(1, 5)} by id {Pick("asc", "desc")}, {Everything()}";
            case 7 when _columns.Exists(c => c.Name == "l"): return Join();
            case 8 when _columns.Count < 12: return "distinct *";
            default: return "where " + Expression('b', 2);
        }
    }

    // Only an order of all columns leaves nothing to chance.
    private string Everything() => string.Join(", ", _columns.Select(c => c.Name + " asc"));

    private string Extend()
    {
        var (name, type) = (NewName(), Type());
        var text = $"extend {name} = {Expression(type, 3)}";
        _columns.Add((name, type));
        return text;
    }

    private string Project()
    {
        var kept = _columns.Where(c => _random.Next(3) > 0 || c.Name == "id").ToList();
        var (name, type) = (NewName(), Type());
        var text = $"project {string.Join(", ", kept.Select(c => c.Name).Append($"{name} = {Expression(type, 3)}"))}";
        _columns = [.. kept, (name, type)];
        return text;
    }

    private string Summarize()
    {
        var values = new List<(string Name, char Type, string Text)>();
        for (var i = _random.Next(1, 4); i > 0; i--)
        {
            var type = Pick('l', 'r', 's', 't');
            values.Add(_random.Next(7) switch
            {
                0 => (NewName(), 'l', "count()"),
                1 => (NewName(), 'l', $"countif({Expression('b', 2)})"),
                2 => (NewName(), 'l', $"sum({Expression('l', 2)})"),
                3 => (NewName(), 'l', $"dcount({Expression(type, 1)})"),
                4 => (NewName(), type, $"min({Expression(type, 1)})"),
                5 => (NewName(), type, $"max({Expression(type, 1)})"),
                _ => (NewName(), 'l', $"sumif({Expression('l', 1)}, {Expression('b', 2)})"),
            });
        }

        var keys = Enumerable.Range(0, _random.Next(0, 3)).Select(_ => Pick('l', 's', 'b', 't')).Select(k => (Name: NewName(), Type: k, Text: Expression(k, 2))).ToList();
        var by = keys.Count == 0 ? "" : " by " + string.Join(", ", keys.Select(k => $"{k.Name} = {k.Text}"));
        _columns = [.. keys.Select(k => (k.Name, k.Type)), .. values.Select(v => (v.Name, v.Type))];
        return $"summarize {string.Join(", ", values.Select(v => $"{v.Name} = {v.Text}"))}{by}";
    }

    private string Join()
    {
        var kind = Pick(_joins);
        var name = NewName();
        var right = $"T | project l, {name} = s";
        if (kind.StartsWith("right", StringComparison.Ordinal) && kind != "rightouter") _columns = [("l", 'l'), (name, 's')];
        else if (!kind.StartsWith("left", StringComparison.Ordinal) || kind == "leftouter") _columns = [.. _columns, ("l1", 'l'), (name, 's')];
        if (_columns.Count(c => c.Name == "l1") > 1) _columns.RemoveAll(c => c.Name == "l1");
        return $"join kind={kind} ({right}) on l";
    }

    private string Expression(char type, int depth)
    {
        if (depth == 0 || _random.Next(4) == 0) return Leaf(type);
        string E(char t) => Expression(t, depth - 1);
        return type switch
        {
            'l' => Pick($"({E('l')} + {E('l')})", $"({E('l')} - {E('l')})", $"({E('l')} * {E('l')})", $"({E('l')} / {Pick("3", "-2", "l_zero", "7").Replace("l_zero", "0", StringComparison.Ordinal)})", $"({E('l')} % 7)", $"strlen({E('s')})", $"iff({E('b')}, {E('l')}, {E('l')})", $"tolong({E('i')})", $"coalesce({E('l')}, {E('l')})"),
            'i' => Pick($"iff({E('b')}, {E('i')}, {E('i')})", Leaf('i')),
            'r' => Pick($"({E('r')} + {E('r')})", $"({E('r')} * {E('r')})", $"({E('r')} - {E('r')})", $"iff({E('b')}, {E('r')}, {E('r')})", $"todouble({E('i')})", $"abs({E('r')})"),
            's' => Pick($"strcat({E('s')}, {E('s')})", $"toupper({E('s')})", $"tolower({E('s')})", $"tostring({E('l')})", $"tostring({E('b')})", $"iff({E('b')}, {E('s')}, {E('s')})", $"coalesce({E('s')}, {E('s')})"),
            't' => Pick($"({Leaf('t')} + {E('d')})", $"bin({E('t')}, 1h)", $"startofday({E('t')})", $"iff({E('b')}, {E('t')}, {E('t')})"),
            'd' => Pick($"({Leaf('d')} + {Leaf('d')})", $"({Leaf('t')} - {Leaf('t')})", $"iff({E('b')}, {E('d')}, {E('d')})"),
            _ => Pick(
                $"({E('b')} and {E('b')})", $"({E('b')} or {E('b')})", $"not({E('b')})", Comparison(depth), Comparison(depth), Comparison(depth), $"isnull({E('l')})", $"isnotnull({E('t')})", $"isempty({E('s')})",
                $"({E('s')} {Pick("contains", "!contains", "contains_cs", "startswith", "endswith", "has", "!has", "=~")} '{Pick("alpha", "ALPHA", "gamma", "10", "nope")}')",
                $"({E('l')} between ({E('l')} .. {E('l')}))", $"({E('s')} in ('alpha', '10', {Leaf('s')}))", $"({E('l')} !in (1, 2, {Leaf('l')}))"),
        };
    }

    private string Comparison(int depth)
    {
        var type = Pick('l', 'r', 's', 't', 'd', 'i');
        var op = type is 's' ? Pick("==", "!=") : Pick("==", "!=", "<", "<=", ">", ">=");
        return $"({Expression(type, depth - 1)} {op} {Expression(type, depth - 1)})";
    }

    private string Leaf(char type)
    {
        var names = _columns.Where(c => c.Type == type).Select(c => c.Name).ToList();
        return names.Count > 0 && _random.Next(3) > 0 ? Pick([.. names]) : Constant(type);
    }

    private char Type() => Pick('l', 'r', 's', 'b', 't', 'd');

    private string NewName() => string.Create(CultureInfo.InvariantCulture, $"n{_names++}");

    private T Pick<T>(params T[] of) => of[_random.Next(of.Length)];
}
