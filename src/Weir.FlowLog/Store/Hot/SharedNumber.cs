using DuckDB.NET.Native;
using Google.Protobuf.Collections;
using Weir.FlowLog.Wire;

namespace Weir.FlowLog.Store.Hot;

/// <summary>A number of what a batch lists once and its rows name by number, from 1; null where it is missing.</summary>
/// <typeparam name="T">As wide as the type.</typeparam>
/// <param name="name">The column.</param>
/// <param name="type">Its type.</param>
/// <param name="index">Which one a row names; 0 for none.</param>
/// <param name="values">The number of each that is listed.</param>
internal sealed class SharedNumber<T>(string name, DuckDBType type, Func<Rows, RepeatedField<uint>> index, Func<Rows, IEnumerable<T?>> values) : HotColumn(name)
    where T : unmanaged
{
    private readonly List<T?[]> _values = [];

    /// <inheritdoc/>
    public override DuckDBType Type => type;

    /// <inheritdoc/>
    public override void Prepare(HotBatch batch) => _values.Add([null, .. values(batch.Rows)]);

    /// <inheritdoc/>
    public override void Write(in Piece piece, HotFunction to, int column)
    {
        var (listed, rows) = (_values[piece.Batch.Number], index(piece.Batch.Rows));
        var validity = to.Validity(column);
        if (listed.Length == 1)
        {
            Nulls.Set(validity, piece.At, piece.Count);
            return;
        }

        var written = to.Values<T>(column);
        for (var i = 0; i < piece.Count; i++)
        {
            // A number that the list does not know, of a newer node, is as good as its last.
            var value = listed[Math.Min(rows[piece.From + i], (uint)listed.Length - 1)];
            if (value is { } known) written[piece.At + i] = known;
            else Nulls.Set(validity, piece.At + i);
        }
    }
}
