namespace Weir.FlowLog.Store;

/// <summary>A file of rows: never changed once it is listed, deleted when it is listed no more and nobody reads it.</summary>
/// <param name="File">Its path below the store's folder: <c>data/2026-03-01T10/000000000012.parquet</c>.</param>
/// <param name="Hour">The hour of all its rows, in ticks since 0001-01-01.</param>
/// <param name="Level">0 as flushed, 1 merged within the hour, 2 the whole hour.</param>
/// <param name="IsAggregate">Whether its rows stand for windows of 30 s instead of single flows.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="From">The earliest time in it, in ticks.</param>
/// <param name="Until">The latest time in it, in ticks.</param>
/// <param name="Crc">CRC-32C of the whole file.</param>
/// <param name="Folded">Of aggregates: flows whose pods were folded into their workload, because their window had too many different rows.</param>
public sealed record Segment(string File, long Hour, int Level, bool IsAggregate, long Rows, long Bytes, long From, long Until, uint Crc, long Folded = 0);
