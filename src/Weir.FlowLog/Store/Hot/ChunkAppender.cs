using DuckDB.NET.Data;
using DuckDB.NET.Native;
using Appender = DuckDB.NET.Native.DuckDBAppender;

namespace Weir.FlowLog.Store.Hot;

/// <summary>Appends to a table of DuckDB by whole columns: values go straight into the engine's own vectors, a chunk of rows at a time.</summary>
/// <remarks>Holds the only unsafe code of the store (docs/adr/0182): spans over memory that the engine owns until the next <see cref="Begin"/>.</remarks>
internal sealed unsafe class ChunkAppender : IDisposable
{
    /// <summary>Rows of a chunk at most.</summary>
    public const int Size = 2048;

    private readonly Appender _appender;
    private readonly DuckDBLogicalType[] _types;
    private readonly DuckDBDataChunk _chunk;

    /// <summary>Starts to append.</summary>
    /// <param name="connection">The engine.</param>
    /// <param name="table">The table.</param>
    /// <param name="columns">How many columns it has.</param>
    /// <exception cref="IOException">There is no such table.</exception>
    public ChunkAppender(DuckDBConnection connection, string table, int columns)
    {
        Check(NativeMethods.Appender.DuckDBAppenderCreate(connection.NativeConnection, null!, table, out _appender));
        _types = new DuckDBLogicalType[columns];
        for (var i = 0; i < columns; i++) _types[i] = NativeMethods.Appender.DuckDBAppenderColumnType(_appender, (ulong)i);
        _chunk = NativeMethods.DataChunks.DuckDBCreateDataChunk([.. _types.Select(t => t.DangerousGetHandle())], (ulong)columns);
    }

    /// <summary>Empties the chunk.</summary>
    public void Begin() => NativeMethods.DataChunks.DuckDBDataChunkReset(_chunk);

    /// <summary>The values of a column.</summary>
    /// <typeparam name="T">As wide as the column's type.</typeparam>
    public Span<T> Values<T>(int column)
        where T : unmanaged => new(NativeMethods.Vectors.DuckDBVectorGetData(Vector(column)), Size);

    /// <summary>Which values of a column are there: a bit each, the lowest first, set until it is cleared.</summary>
    public Span<ulong> Validity(int column)
    {
        var vector = Vector(column);
        NativeMethods.Vectors.DuckDBVectorEnsureValidityWritable(vector);
        return new(NativeMethods.Vectors.DuckDBVectorGetValidity(vector), Size / 64);
    }

    /// <summary>Sets a text.</summary>
    public void SetText(int column, int row, string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        fixed (byte* start = bytes) NativeMethods.Vectors.DuckDBVectorAssignStringElementLength(Vector(column), (ulong)row, start, bytes.Length);
    }

    /// <summary>How many bytes an enumeration's numbers have in a column.</summary>
    public int EnumBytes(int column) => NativeMethods.LogicalType.DuckDBEnumInternalType(_types[column]) switch
    {
        DuckDBType.UnsignedTinyInt => 1,
        DuckDBType.UnsignedSmallInt => 2,
        _ => 4,
    };

    /// <summary>Appends the chunk's first rows.</summary>
    /// <exception cref="IOException">The engine takes no more.</exception>
    public void End(int rows)
    {
        NativeMethods.DataChunks.DuckDBDataChunkSetSize(_chunk, (ulong)rows);
        Check(NativeMethods.Appender.DuckDBAppendDataChunk(_appender, _chunk));
    }

    /// <summary>Makes all that was appended part of the table.</summary>
    /// <exception cref="IOException">The engine takes no more.</exception>
    public void Complete() => Check(NativeMethods.Appender.DuckDBAppenderFlush(_appender));

    /// <inheritdoc/>
    public void Dispose()
    {
        _chunk.Dispose();
        foreach (var type in _types) type.Dispose();
        _appender.Dispose();
    }

    private nint Vector(int column) => NativeMethods.DataChunks.DuckDBDataChunkGetVector(_chunk, column);

    private void Check(DuckDBState state)
    {
        if (state == DuckDBState.Success) return;
        using var error = NativeMethods.Appender.DuckDBAppenderErrorData(_appender);
        throw new IOException($"Rows cannot be appended: {NativeMethods.ErrorData.DuckDBErrorDataMessage(error)}");
    }
}
