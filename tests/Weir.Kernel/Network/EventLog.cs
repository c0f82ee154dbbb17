using Weir.Datapath;
using Weir.Datapath.Abi;

namespace Weir.Kernel.Network;

/// <summary>Keeps the events that it is handed.</summary>
internal sealed class EventLog : IEventSink
{
    public List<EventAbi> Seen { get; } = [];

    /// <inheritdoc/>
    public void OnEvent(in EventAbi seen) => Seen.Add(seen);

    /// <summary>The events of a kind, in order.</summary>
    public IEnumerable<EventAbi> Of(EventKind kind) => Seen.Where(seen => seen.Kind == (byte)kind);
}

/// <summary><c>enum event_kind</c> of bpf/abi.h.</summary>
internal enum EventKind : byte
{
    New = 1,
    Drop = 2,
    Changed = 3,
    Summary = 4,
    End = 5,
}
