using Weir.FlowLog.Wire;

namespace Weir.FlowLog.Store.Hot;

/// <summary>The word of a small number, such as a verdict's; only the words that occur are listed.</summary>
/// <param name="name">The column.</param>
/// <param name="number">A row's number.</param>
/// <param name="word">Its word; null for none.</param>
internal sealed class WordText(string name, Func<Rows, int, uint> number, Func<uint, string?> word) : EnumText(name)
{
    // Numbers come over the network: all that are too large share the last place.
    private const uint Most = 1024;
    private readonly int?[] _numbers = new int?[Most + 1];

    /// <inheritdoc/>
    public override void Prepare(HotBatch batch)
    {
        for (var i = 0; i < batch.Rows.Time.Count; i++)
        {
            var at = Math.Min(number(batch.Rows, i), Most);
            _numbers[at] ??= NumberOf(word(at) ?? "");
        }
    }

    /// <inheritdoc/>
    protected override void Numbers(in Piece piece, Span<int> to)
    {
        for (var i = 0; i < to.Length; i++) to[i] = _numbers[Math.Min(number(piece.Batch.Rows, piece.From + i), Most)] ?? None;
    }
}
