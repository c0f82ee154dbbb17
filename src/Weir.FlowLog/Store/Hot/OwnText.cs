using Weir.FlowLog.Wire;

namespace Weir.FlowLog.Store.Hot;

/// <summary>A text of the exchange that a proxy saw: most rows have none, and few are alike.</summary>
/// <param name="name">The column.</param>
/// <param name="text">The exchange's text; empty for none.</param>
internal sealed class OwnText(string name, Func<Exchange, string> text) : HotColumn(name)
{
    /// <inheritdoc/>
    public override string Type => "VARCHAR";

    /// <inheritdoc/>
    public override void Write(in Piece piece, ChunkAppender to, int column)
    {
        var rows = piece.Batch.Rows;
        var validity = to.Validity(column);
        for (var i = 0; i < piece.Count; i++)
        {
            var index = rows.Exchange[piece.From + i];
            var value = index == 0 ? "" : text(rows.Exchanges[(int)index - 1]);
            if (value.Length > 0) to.SetText(column, piece.At + i, value);
            else Nulls.Set(validity, piece.At + i);
        }
    }
}
