namespace Weir.Hub.Ui.Flows;

/// <summary>The last so many flows of a stream, in memory that is used again.</summary>
/// <param name="most">How many at most.</param>
internal sealed class LastFlows(int most)
{
    private readonly List<(byte[] Bytes, int Length)> _kept = [];
    private int _next;

    /// <summary>How many there are.</summary>
    public int Count => _kept.Count;

    /// <summary>Whether there are as many as there may be.</summary>
    public bool IsFull => _kept.Count == most;

    /// <summary>Adds one; the earliest makes room.</summary>
    public void Add(ReadOnlySpan<byte> response)
    {
        if (_kept.Count < most)
        {
            _kept.Add((response.ToArray(), response.Length));
            return;
        }

        var (bytes, _) = _kept[_next];
        if (bytes.Length < response.Length) bytes = new byte[response.Length];
        response.CopyTo(bytes);
        _kept[_next] = (bytes, response.Length);
        _next = (_next + 1) % most;
    }

    /// <summary>The flow with a place counted from the newest, 0 on.</summary>
    public ReadOnlySpan<byte> FromNewest(int place)
    {
        var (bytes, length) = _kept[(_next + _kept.Count - 1 - place) % _kept.Count];
        return bytes.AsSpan(0, length);
    }
}
