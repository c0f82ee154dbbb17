using System.Net;

namespace Weir.Workloads.Network;

/// <summary>A connection that someone opened to us.</summary>
/// <param name="Stream">Its bytes, both ways.</param>
/// <param name="Remote">Who opened it.</param>
/// <param name="Local">Which of our addresses was meant.</param>
public sealed record AcceptedConnection(Stream Stream, IPEndPoint Remote, IPEndPoint Local);
