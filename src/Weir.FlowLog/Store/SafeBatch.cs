using Weir.FlowLog.Wire;

namespace Weir.FlowLog.Store;

/// <summary>A batch that is in the write-ahead log and not yet in a segment.</summary>
/// <param name="Node">Where its flows were seen.</param>
/// <param name="Source">Whose batches its mark counts: the node's, or those of a file that is imported.</param>
/// <param name="Mark">Its place among them.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="End">Where the log goes on behind it.</param>
internal sealed record SafeBatch(string Node, string Source, HighWater Mark, Rows Rows, WalPosition End);
