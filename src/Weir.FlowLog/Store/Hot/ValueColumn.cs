using DuckDB.NET.Native;
using Weir.FlowLog.Wire;

namespace Weir.FlowLog.Store.Hot;

/// <summary>A number that every row has.</summary>
/// <typeparam name="T">As wide as the type.</typeparam>
/// <param name="name">The column.</param>
/// <param name="type">Its type.</param>
/// <param name="value">A row's number.</param>
internal sealed class ValueColumn<T>(string name, DuckDBType type, Func<Rows, int, T> value) : HotColumn(name)
    where T : unmanaged
{
    /// <inheritdoc/>
    public override DuckDBType Type => type;

    /// <inheritdoc/>
    public override void Write(in Piece piece, HotFunction to, int column)
    {
        var (rows, from) = (piece.Batch.Rows, piece.From);
        var values = to.Values<T>(column).Slice(piece.At, piece.Count);
        for (var i = 0; i < values.Length; i++) values[i] = value(rows, from + i);
    }
}

/// <summary>The node's part of a UUID.</summary>
internal sealed class HashColumn(string name) : HotColumn(name)
{
    /// <inheritdoc/>
    public override DuckDBType Type => DuckDBType.UnsignedInteger;

    /// <inheritdoc/>
    public override void Write(in Piece piece, HotFunction to, int column) => to.Values<uint>(column).Slice(piece.At, piece.Count).Fill(piece.Batch.Hash);
}
