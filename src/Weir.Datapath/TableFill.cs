namespace Weir.Datapath;

/// <summary>How full one of the datapath's tables is.</summary>
/// <param name="Table">Its name, as in bpf/maps.h.</param>
/// <param name="Entries">How many entries it has. What programs add while they are counted may be missing.</param>
/// <param name="Capacity">How many it holds.</param>
public sealed record TableFill(string Table, long Entries, long Capacity);
