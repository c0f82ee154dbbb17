using System.Globalization;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Sql;

/// <summary>
/// The scan operator: a recursive query that walks the rows with the state of every step. A row meets the steps from the last to the
/// first: it promotes the sequence of the step before, or else goes on with the step's own.
/// </summary>
internal sealed class MatchRowsSql
{
    private readonly QuerySql _query;
    private readonly MatchRows _match;
    private readonly string _rows, _walk, _row, _next;
    private readonly List<(string Step, Column Column)> _kept = [];

    private MatchRowsSql(QuerySql query, MatchRows match)
    {
        (_query, _match) = (query, match);
        (_rows, _walk, _row, _next) = (query.NewName("rows"), query.NewName("walk"), query.NewName("row"), query.NewName("next"));
    }

    public static string Write(QuerySql query, MatchRows match)
    {
        if (match.PartitionBy.Length > 0) throw NotSupportedQueryException.For("scan with partition by", "partition by KEY (… | scan …) does the same.");
        if (match.Steps.Any(s => s.Optional || s.Output is not "all" and not "")) throw NotSupportedQueryException.For("scan with an optional step or output other than all");
        return new MatchRowsSql(query, match).Text();
    }

    private string Text()
    {
        foreach (var step in _match.Steps)
        {
            Collect(step.Condition);
            foreach (var assignment in step.Assignments) Collect(assignment.Value);
        }

        var sorted = _query.Relation(_match.Input) + (_match.OrderBy.Length == 0 ? "" : RelationSql.Order(_query, _match.OrderBy));
        _query.Define($"{_rows} AS MATERIALIZED (SELECT *, row_number() OVER () AS {_row} FROM ({sorted}))");
        var count = _match.Steps.Length;
        var states = Enumerable.Range(0, count).SelectMany(States).ToList();
        var start = states.Select(s => $"{s.Start} AS {s.Name}").Prepend($"0::BIGINT AS {_next}").Append($"0::BIGINT AS m");
        var layers = $"SELECT * FROM {_walk} JOIN {_rows} ON {_row} = {_next} + 1";
        for (var step = count - 1; step >= 0; step--) layers = Layer(step, layers);
        var go = states.Select(s => s.Name).Prepend($"{_row} AS {_next}").Append("m");
        _query.Define($"{_walk} AS (SELECT {string.Join(", ", start)} UNION ALL SELECT {string.Join(", ", go)} FROM ({layers}))");
        var output = Enumerable.Range(0, count).Select(step => $"SELECT {string.Join(", ", _match.Columns.Select(c => Output(step, c)))}, {_row} AS o, {step} AS s FROM {_walk} JOIN {_rows} ON {_row} = {_next} WHERE h{step}");
        return $"SELECT {string.Join(", ", _match.Columns.Select(QuerySql.Name))} FROM ({string.Join(" UNION ALL ", output)}) ORDER BY o, s";
    }

    // h: this row matched the step; a: the step has a sequence; i: its number; d: what it assigned; k: what later expressions ask of it.
    private IEnumerable<(string Name, string Start)> States(int step)
    {
        yield return ($"h{step}", "FALSE");
        yield return ($"a{step}", "FALSE");
        yield return ($"i{step}", "0::BIGINT");
        for (var d = 0; d < _match.Declared.Length; d++) yield return ($"d{step}_{d}", Default(d));
        for (var k = 0; k < _kept.Count; k++) yield return ($"k{step}_{k}", Initial(_kept[k].Column));
    }

    private string Layer(int step, string input)
    {
        var before = step - 1;
        var promoted = step == 0 ? $"(NOT a0 AND {Condition(0, 0)})" : $"(a{before} AND {Condition(step, before)})";
        var marked = $"SELECT *, coalesce({promoted}, FALSE) AS p{step}, coalesce(a{step} AND {Condition(step, step)}, FALSE) AS q{step} FROM ({input})";
        var replaced = new List<string>
        {
            $"(p{step} OR q{step}) AS h{step}", $"(a{step} OR p{step}) AS a{step}",
            step == 0 ? "CASE WHEN p0 THEN m ELSE i0 END AS i0" : $"CASE WHEN p{step} THEN i{before} ELSE i{step} END AS i{step}",
        };
        if (step == 0) replaced.Add("CASE WHEN p0 THEN m + 1 ELSE m END AS m");
        else replaced.Add($"(a{before} AND NOT p{step}) AS a{before}");
        for (var d = 0; d < _match.Declared.Length; d++)
            replaced.Add($"CASE WHEN p{step} THEN {Assigned(step, d, step == 0 ? 0 : before)} WHEN q{step} THEN {Assigned(step, d, step)} ELSE d{step}_{d} END AS d{step}_{d}");
        for (var k = 0; k < _kept.Count; k++) replaced.Add($"{Kept(step, k)} AS k{step}_{k}");
        return $"SELECT * REPLACE ({string.Join(", ", replaced)}) FROM ({marked})";
    }

    // A sequence carries what its earlier steps saw; the step's own values are of this row.
    private string Kept(int step, int index)
    {
        var (name, column) = _kept[index];
        var mine = _match.Steps[step].Name == name;
        string Now(int state) => Declared(column) is var d and >= 0 ? Assigned(step, d, state) : QuerySql.Name(column);
        var carried = step == 0 ? Initial(column) : $"k{step - 1}_{index}";
        return $"CASE WHEN p{step} THEN {(mine ? Now(step == 0 ? 0 : step - 1) : carried)} WHEN q{step} THEN {(mine ? Now(step) : $"k{step}_{index}")} ELSE k{step}_{index} END";
    }

    private string Condition(int step, int state) => Over(state).Condition(_match.Steps[step].Condition);

    private string Assigned(int step, int declared, int state)
    {
        var column = _match.Declared[declared].Column;
        var assignment = _match.Steps[step].Assignments.LastOrDefault(a => a.Column.Id == column.Id);
        return assignment is null ? Default(declared) : Over(state).As(assignment.Value, column.Type);
    }

    // Unqualified, a declared column is its default; qualified by a step it is that step's in the state.
    private ScalarSql Over(int state) => new(_query, c => Declared(c) is var d and >= 0 ? Default(d) : QuerySql.Name(c))
    {
        StepState = s => $"k{state.ToString(CultureInfo.InvariantCulture)}_{_kept.FindIndex(k => k.Step == s.Step && k.Column.Id == s.Column.Id)}",
    };

    private string Output(int step, Column column)
    {
        var value = column.Id == _match.MatchId?.Id ? $"i{step}" : Declared(column) is var d and >= 0 ? $"d{step}_{d}" : QuerySql.Name(column);
        return value == QuerySql.Name(column) ? value : $"{value} AS {QuerySql.Name(column)}";
    }

    private string Default(int declared) => _query.Over().As(_match.Declared[declared].Value, _match.Declared[declared].Column.Type);

    private string Initial(Column column) => Declared(column) is var d and >= 0 ? Default(d) : SqlLiteral.Null(column.Type);

    private int Declared(Column column)
    {
        for (var i = 0; i < _match.Declared.Length; i++)
            if (_match.Declared[i].Column.Id == column.Id) return i;
        return -1;
    }

    private void Collect(Scalar value)
    {
        if (value is StepState state && !_kept.Any(k => k.Step == state.Step && k.Column.Id == state.Column.Id)) _kept.Add((state.Step, state.Column));
        foreach (var part in ProjectSql.Parts(value)) Collect(part);
    }
}
