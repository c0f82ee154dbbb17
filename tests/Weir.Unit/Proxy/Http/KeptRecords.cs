using System.Collections.Concurrent;
using Weir.Proxy.Http;

namespace Weir.Unit.Proxy.Http;

/// <summary>Keeps what the proxy recorded.</summary>
internal sealed class KeptRecords : IHttpLog
{
    private readonly ConcurrentQueue<HttpRecord> _records = new();

    /// <summary>In one line each: verdict, what was said, status.</summary>
    public IReadOnlyList<string> Lines =>
    [
        .. _records.Select(r => r.Exchange is { } said
            ? said.IsResponse ? $"{r.Verdict} {said.Protocol} {said.Status} {said.Method} {said.Url}" : $"{r.Verdict} {said.Protocol} {said.Method} {said.Url}"
            : $"{r.Verdict} tls {r.ServerName}"),
    ];

    public IReadOnlyList<HttpRecord> All => [.. _records];

    public void Add(in HttpRecord record) => _records.Enqueue(record);
}
