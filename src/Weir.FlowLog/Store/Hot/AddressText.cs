using Google.Protobuf.Collections;
using Weir.FlowLog.Wire;
using Weir.Model;

namespace Weir.FlowLog.Store.Hot;

/// <summary>An address as text; each is written out once.</summary>
/// <param name="name">The column.</param>
/// <param name="words">Two words an address.</param>
internal sealed class AddressText(string name, Func<Rows, RepeatedField<ulong>> words) : EnumText(name)
{
    private readonly Dictionary<IpAddress, int> _known = [];
    private readonly List<int[]> _numbers = [];

    /// <inheritdoc/>
    public override void Prepare(HotBatch batch)
    {
        var (field, numbers) = (words(batch.Rows), new int[batch.Rows.Time.Count]);
        for (var i = 0; i < numbers.Length; i++)
        {
            var address = new IpAddress(field[2 * i], field[(2 * i) + 1]);
            if (!_known.TryGetValue(address, out var number)) _known[address] = number = NumberOf(address.ToString());
            numbers[i] = number;
        }

        _numbers.Add(numbers);
    }

    /// <inheritdoc/>
    protected override void Numbers(in Piece piece, Span<int> to) => _numbers[piece.Batch.Number].AsSpan(piece.From, to.Length).CopyTo(to);
}
