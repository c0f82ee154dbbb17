namespace Weir.Datapath.Model;

/// <summary>A table of bounded size in which the entry that was written or read longest ago makes room: an LRU map.</summary>
/// <remarks>The kernel's own choice of victim is only roughly the oldest; no decision may hang on which it is.</remarks>
internal sealed class BoundedTable<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _nodes = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _byUse = [];

    public int Count => _nodes.Count;

    /// <summary>The entries, the one used last first.</summary>
    public IEnumerable<(TKey Key, TValue Value)> Entries => _byUse;

    public bool TryGet(TKey key, out TValue value)
    {
        value = default!;
        if (!_nodes.TryGetValue(key, out var node)) return false;
        if (_byUse.First != node)
        {
            _byUse.Remove(node);
            _byUse.AddFirst(node);
        }

        value = node.Value.Value;
        return true;
    }

    /// <summary>As <see cref="TryGet"/>, but does not count as a use.</summary>
    public bool TryPeek(TKey key, out TValue value)
    {
        var found = _nodes.TryGetValue(key, out var node);
        value = found ? node!.Value.Value : default!;
        return found;
    }

    public void Set(TKey key, TValue value)
    {
        if (_nodes.TryGetValue(key, out var node))
        {
            node.Value = (key, value);
            return;
        }

        if (_nodes.Count == capacity)
        {
            node = _byUse.Last!;
            _byUse.RemoveLast();
            _nodes.Remove(node.Value.Key);
            node.Value = (key, value);
        }
        else
        {
            node = new LinkedListNode<(TKey, TValue)>((key, value));
        }

        _byUse.AddFirst(node);
        _nodes[key] = node;
    }

    public void Remove(TKey key)
    {
        if (_nodes.Remove(key, out var node)) _byUse.Remove(node);
    }

    /// <summary>Removes every entry that <paramref name="doomed"/> says yes to.</summary>
    public void RemoveWhere(Func<TKey, TValue, bool> doomed)
    {
        for (var node = _byUse.First; node is not null;)
        {
            var next = node.Next;
            if (doomed(node.Value.Key, node.Value.Value)) Remove(node.Value.Key);
            node = next;
        }
    }
}
