namespace Weir.FlowLog.Store;

/// <summary>A place in the write-ahead log.</summary>
/// <param name="File">The file's number, from 1.</param>
/// <param name="Offset">Bytes from its start.</param>
public readonly record struct WalPosition(long File, long Offset);
