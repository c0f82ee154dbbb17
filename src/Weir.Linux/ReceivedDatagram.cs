using System.Net;

namespace Weir.Linux;

/// <summary>One datagram's length and its two ends as the sender saw them.</summary>
/// <param name="Length">Bytes in the buffer.</param>
/// <param name="Source">Who sent it; null when the socket does not say.</param>
/// <param name="Destination">Whom it was sent to before any redirect; null without the option.</param>
public readonly record struct ReceivedDatagram(int Length, IPEndPoint? Source, IPEndPoint? Destination);
