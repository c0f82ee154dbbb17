using DuckDB.NET.Native;
using Weir.FlowLog.Wire;

namespace Weir.FlowLog.Store.Hot;

/// <summary>A text of the exchange that a proxy saw: most rows have none, and few are alike.</summary>
/// <param name="name">The column.</param>
/// <param name="text">The exchange's text; empty for none.</param>
internal sealed class OwnText(string name, Func<Exchange, string> text) : HotColumn(name)
{
    private bool _isUsed;

    /// <inheritdoc/>
    public override DuckDBType Type => DuckDBType.Varchar;

    /// <inheritdoc/>
    public override IReadOnlyList<string>? Words => _isUsed ? null : Nothing;

    /// <inheritdoc/>
    public override void Prepare(HotBatch batch) => _isUsed = _isUsed || batch.Rows.Exchanges.Any(e => text(e).Length > 0);

    /// <inheritdoc/>
    public override void Write(in Piece piece, HotFunction to, int column)
    {
        var rows = piece.Batch.Rows;
        var validity = to.Validity(column);
        if (rows.Exchanges.Count == 0)
        {
            Nulls.Set(validity, piece.At, piece.Count);
            return;
        }

        for (var i = 0; i < piece.Count; i++)
        {
            var index = rows.Exchange[piece.From + i];
            var value = index == 0 ? "" : text(rows.Exchanges[(int)index - 1]);
            if (value.Length > 0) to.SetText(column, piece.At + i, value);
            else Nulls.Set(validity, piece.At + i);
        }
    }
}
