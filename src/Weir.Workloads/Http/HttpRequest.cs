namespace Weir.Workloads.Http;

/// <summary>A request that a server received.</summary>
/// <param name="Method">GET, POST, ...</param>
/// <param name="Path">Without the query.</param>
/// <param name="Host">The Host header without its port, lower case.</param>
/// <param name="Body">At most 64 KiB.</param>
public sealed record HttpRequest(string Method, string Path, string Host, byte[] Body);
