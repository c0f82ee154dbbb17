using Weir.Datapath.Abi;

namespace Weir.Datapath;

/// <summary>Where the event reader puts what the kernel reported. Must not allocate, throw or block.</summary>
public interface IEventSink
{
    /// <summary>Takes one event; <paramref name="seen"/> is valid during the call only.</summary>
    void OnEvent(in EventAbi seen);
}
