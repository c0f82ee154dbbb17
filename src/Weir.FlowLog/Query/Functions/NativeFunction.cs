using DuckDB.NET.Data;
using DuckDB.NET.Data.DataChunk.Writer;

namespace Weir.FlowLog.Query.Functions;

/// <summary>A function that DuckDB lacks, over chunks of rows: any number of arguments, one result.</summary>
/// <param name="Name">Its name in SQL.</param>
internal abstract record NativeFunction(string Name)
{
    private static readonly ScalarFunctionOptions _pure = new() { IsPureFunction = true, HandlesNulls = true };

    /// <summary>A function that gives text.</summary>
    public static NativeFunction Text(string name, Func<FunctionRow, string?> body) => new Of<string>(name, (row, writer, at) =>
    {
        if (body(row) is { } value) writer.WriteValue(value, at);
        else writer.WriteNull(at);
    });

    /// <summary>A function that gives a 64-bit integer.</summary>
    public static NativeFunction Long(string name, Func<FunctionRow, long?> body) => new Of<long>(name, (row, writer, at) =>
    {
        if (body(row) is { } value) writer.WriteValue(value, at);
        else writer.WriteNull(at);
    });

    /// <summary>A function that gives a 32-bit integer.</summary>
    public static NativeFunction Int(string name, Func<FunctionRow, int?> body) => new Of<int>(name, (row, writer, at) =>
    {
        if (body(row) is { } value) writer.WriteValue(value, at);
        else writer.WriteNull(at);
    });

    /// <summary>A function that gives a double.</summary>
    public static NativeFunction Real(string name, Func<FunctionRow, double?> body) => new Of<double>(name, (row, writer, at) =>
    {
        if (body(row) is { } value) writer.WriteValue(value, at);
        else writer.WriteNull(at);
    });

    /// <summary>A function that gives a truth value.</summary>
    public static NativeFunction Bool(string name, Func<FunctionRow, bool?> body) => new Of<bool>(name, (row, writer, at) =>
    {
        if (body(row) is { } value) writer.WriteValue(value, at);
        else writer.WriteNull(at);
    });

    /// <summary>Makes the function known to a connection.</summary>
    public abstract void Register(DuckDBConnection connection);

    private sealed record Of<T>(string Name, Action<FunctionRow, IDuckDBDataWriter, ulong> Body) : NativeFunction(Name)
    {
        public override void Register(DuckDBConnection connection) => connection.RegisterScalarFunction<object, T>(Name, (arguments, writer, count) =>
        {
            var row = new FunctionRow(arguments);
            for (ulong at = 0; at < count; at++)
            {
                row.MoveTo(at);
                Body(row, writer, at);
            }
        }, _pure, @params: true);
    }
}
