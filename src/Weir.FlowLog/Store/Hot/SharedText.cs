using Google.Protobuf.Collections;
using Weir.FlowLog.Wire;

namespace Weir.FlowLog.Store.Hot;

/// <summary>A text of what a batch lists once and its rows name by number, from 1.</summary>
/// <param name="name">The column.</param>
/// <param name="index">Which one a row names; 0 for none.</param>
/// <param name="texts">The text of each that is listed.</param>
internal sealed class SharedText(string name, Func<Rows, RepeatedField<uint>> index, Func<Rows, IEnumerable<string>> texts) : EnumText(name)
{
    private readonly List<int[]> _numbers = [];

    /// <inheritdoc/>
    public override void Prepare(HotBatch batch) => _numbers.Add([None, .. texts(batch.Rows).Select(NumberOf)]);

    /// <inheritdoc/>
    protected override void Numbers(in Piece piece, Span<int> to)
    {
        var (numbers, rows) = (_numbers[piece.Batch.Number], index(piece.Batch.Rows));
        for (var i = 0; i < to.Length; i++) to[i] = numbers[rows[piece.From + i]];
    }
}
