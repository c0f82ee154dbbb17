using Weir.FlowLog.Wire;

namespace Weir.FlowLog.Store;

/// <summary>A batch that is in the write-ahead log and not yet in a segment.</summary>
/// <param name="Node">Where its flows were seen.</param>
/// <param name="Mark">Its place among the node's batches.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="End">Where the log goes on behind it.</param>
internal sealed record SafeBatch(string Node, HighWater Mark, Rows Rows, WalPosition End);
