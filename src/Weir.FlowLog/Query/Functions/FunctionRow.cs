using DuckDB.NET.Data.DataChunk.Reader;
using DuckDB.NET.Native;

namespace Weir.FlowLog.Query.Functions;

/// <summary>The arguments of a native function at one row of a chunk; one object serves the whole chunk.</summary>
/// <param name="arguments">A reader an argument.</param>
internal sealed class FunctionRow(IReadOnlyList<IDuckDBDataReader> arguments)
{
    private ulong _row;

    /// <summary>How many arguments were given.</summary>
    public int Count => arguments.Count;

    /// <summary>Goes to a row.</summary>
    public void MoveTo(ulong row) => _row = row;

    /// <summary>Whether an argument is null or was not given.</summary>
    public bool IsNull(int index) => index >= arguments.Count || !arguments[index].IsValid(_row);

    /// <summary>A text; '' for null.</summary>
    public string Text(int index) => Json(index) ?? "";

    /// <summary>A text, or null.</summary>
    public string? Json(int index) => IsNull(index) ? null : arguments[index].DuckDBType == DuckDBType.Varchar ? arguments[index].GetValue<string>(_row) : arguments[index].GetValue(_row).ToString();

    /// <summary>An integer, ticks; a double is cut.</summary>
    public long? Long(int index) => IsNull(index) ? null : arguments[index].DuckDBType switch
    {
        DuckDBType.BigInt => arguments[index].GetValue<long>(_row),
        DuckDBType.Integer => arguments[index].GetValue<int>(_row),
        DuckDBType.Double => (long)arguments[index].GetValue<double>(_row),
        DuckDBType.Boolean => arguments[index].GetValue<bool>(_row) ? 1 : 0,
        _ => System.Convert.ToInt64(arguments[index].GetValue(_row), System.Globalization.CultureInfo.InvariantCulture),
    };

    /// <summary>An integer, or what stands for a missing one.</summary>
    public long Long(int index, long missing) => Long(index) ?? missing;

    /// <summary>A double.</summary>
    public double? Real(int index) => IsNull(index) ? null : arguments[index].DuckDBType == DuckDBType.Double ? arguments[index].GetValue<double>(_row) : Long(index);

    /// <summary>A truth value.</summary>
    public bool? Bool(int index) => IsNull(index) ? null : arguments[index].GetValue<bool>(_row);

    /// <summary>What type an argument has.</summary>
    public DuckDBType Type(int index) => arguments[index].DuckDBType;
}
