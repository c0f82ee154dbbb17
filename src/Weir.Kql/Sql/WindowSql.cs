using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Sql;

/// <summary>Functions that look at other rows of a serialized input: prev, next, row_number and their kin.</summary>
internal static class WindowSql
{
    /// <summary>Adds the value of a call to the input's columns and remembers its name.</summary>
    public static string Add(ScalarSql scalar, Call call, string row, string input)
    {
        var name = scalar.Query.NewName("w");
        var (arguments, type) = (call.Arguments, TypeSql.Of(call.Type));
        var running = $"(ORDER BY {row} ROWS UNBOUNDED PRECEDING)";
        string sql;
        switch (call.Function.Name)
        {
            case "prev" or "next":
                sql = $"SELECT *, {Neighbour(scalar, call, row)} AS {name} FROM ({input})";
                break;
            case "row_number":
                var start = arguments.Length > 0 ? scalar.As(arguments[0], KqlType.Long) : "1";
                sql = arguments.Length < 2
                    ? $"SELECT *, {row} - 1 + {start} AS {name} FROM ({input})"
                    : $"SELECT *, {row} - coalesce(max(CASE WHEN {scalar.Condition(arguments[1])} THEN {row} END) OVER {running}, 1) + {start} AS {name} FROM ({input})";
                break;
            case "row_cumsum":
                var (inner, part) = Segments(scalar, arguments, 1, row, input);
                sql = $"SELECT *, sum({scalar.As(arguments[0], call.Type)}) OVER ({part}ORDER BY {row} ROWS UNBOUNDED PRECEDING)::{type} AS {name} FROM ({inner})";
                break;
            case "row_rank_dense" or "row_rank_min" or "row_rank":
                sql = Rank(scalar, call, row, input, name);
                break;
            default:
                throw NotSupportedQueryException.For($"The function {call.Function.Name}()", "scan can follow rows with a state.");
        }

        scalar.Computed[call] = name;
        return sql;
    }

    private static string Neighbour(ScalarSql scalar, Call call, string row)
    {
        var function = call.Function.Name == "prev" ? "lag" : "lead";
        var value = scalar.As(call.Arguments[0], call.Type);
        var offset = call.Arguments.Length > 1 ? scalar.As(call.Arguments[1], KqlType.Long) : "1";
        var missing = call.Arguments.Length > 2 ? scalar.As(call.Arguments[2], call.Type) : SqlLiteral.Null(call.Type);
        return $"{function}({value}, {offset}, {missing}) OVER (ORDER BY {row})";
    }

    private static string Rank(ScalarSql scalar, Call call, string row, string input, string name)
    {
        var changed = scalar.Query.NewName("w");
        var value = scalar.Write(call.Arguments[0]);
        var (inner, part) = Segments(scalar, call.Arguments, 1, row, input);
        var frame = $"({part}ORDER BY {row} ROWS UNBOUNDED PRECEDING)";
        var marked = $"SELECT *, CASE WHEN row_number() OVER {frame} = 1 OR {value} IS DISTINCT FROM lag({value}) OVER ({part}ORDER BY {row}) THEN row_number() OVER {frame} END AS {changed} FROM ({inner})";
        return $"SELECT *, {(call.Function.Name == "row_rank_dense" ? "count" : "max")}({changed}) OVER {frame} AS {name} FROM ({marked})";
    }

    // Rows between two restarts have the same number.
    private static (string Input, string Partition) Segments(ScalarSql scalar, IReadOnlyList<Scalar> arguments, int at, string row, string input)
    {
        if (arguments.Count <= at) return (input, "");
        var segment = scalar.Query.NewName("w");
        var restart = scalar.Condition(arguments[at]);
        return ($"SELECT *, sum(CASE WHEN {restart} THEN 1 ELSE 0 END) OVER (ORDER BY {row} ROWS UNBOUNDED PRECEDING) AS {segment} FROM ({input})", $"PARTITION BY {segment} ");
    }
}
