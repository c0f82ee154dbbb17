namespace Weir.Proxy.Exchanges;

/// <summary>What was answered to an HTTP request.</summary>
/// <param name="Status">The status.</param>
/// <param name="Latency">Time from the request's head to the answer's.</param>
public readonly record struct HttpAnswer(ushort Status, TimeSpan Latency);
