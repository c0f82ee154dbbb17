namespace Weir.FlowLog.Store.Hot;

/// <summary>The node of a batch.</summary>
internal sealed class NodeText(string name) : EnumText(name)
{
    private readonly List<int> _numbers = [];

    /// <inheritdoc/>
    public override void Prepare(HotBatch batch) => _numbers.Add(NumberOf(batch.Node));

    /// <inheritdoc/>
    protected override void Numbers(in Piece piece, Span<int> to) => to.Fill(_numbers[piece.Batch.Number]);
}
