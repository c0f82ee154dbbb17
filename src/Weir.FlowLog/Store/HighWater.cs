namespace Weir.FlowLog.Store;

/// <summary>How far a node's batches are stored.</summary>
/// <param name="Epoch">The agent's start.</param>
/// <param name="Sequence">The last batch of it.</param>
public readonly record struct HighWater(ulong Epoch, ulong Sequence)
{
    /// <summary>Whether a batch with this mark is stored when <paramref name="by"/> is.</summary>
    public bool IsCovered(HighWater by) => Epoch < by.Epoch || (Epoch == by.Epoch && Sequence <= by.Sequence);
}
