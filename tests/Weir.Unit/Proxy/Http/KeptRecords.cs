using System.Collections.Concurrent;
using Weir.Model;
using Weir.Proxy.Exchanges;

namespace Weir.Unit.Proxy.Http;

/// <summary>Keeps what the proxy recorded.</summary>
internal sealed class KeptRecords
{
    private readonly ConcurrentQueue<(ExchangeEnds Ends, Verdict Verdict, HttpExchange Exchange)> _records = new();

    /// <summary>In one line each: direction, verdict, what was said, status.</summary>
    public IReadOnlyList<string> Lines =>
    [
        .. _records.Select(r => $"{r.Ends.Direction} {r.Verdict} {r.Exchange.Protocol}{(r.Exchange.IsResponse ? $" {r.Exchange.Status}" : "")} {r.Exchange.Method} {r.Exchange.Url}"),
    ];

    public HttpExchange First => _records.First().Exchange;

    public void Add(in ExchangeEnds ends, Verdict verdict, uint rule, HttpExchange request, HttpAnswer? answer) => _records.Enqueue((ends, verdict, request with
    {
        IsResponse = answer is not null,
        Status = answer?.Status ?? 0,
        Latency = answer?.Latency ?? TimeSpan.Zero,
    }));
}
