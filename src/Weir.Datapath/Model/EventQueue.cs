using Weir.Datapath.Abi;

namespace Weir.Datapath.Model;

/// <summary>Waiting events, oldest first, of a bounded number: what finds no room is counted as lost.</summary>
internal sealed class EventQueue(int capacity)
{
    private readonly EventAbi[] _events = new EventAbi[capacity];
    private int _first;
    private int _count;

    public ulong Lost { get; private set; }

    public int Count => _count;

    /// <summary>Adds an event for which <see cref="TryReserve"/> found room.</summary>
    public void Add(in EventAbi seen) => _events[(_first + _count++) % _events.Length] = seen;

    /// <summary>Whether there is room for one more; counts a loss if not.</summary>
    public bool TryReserve()
    {
        if (_count < _events.Length) return true;
        Lost++;
        return false;
    }

    public bool TryTake(out EventAbi seen)
    {
        seen = default;
        if (_count == 0) return false;
        seen = _events[_first];
        _first = (_first + 1) % _events.Length;
        _count--;
        return true;
    }
}
