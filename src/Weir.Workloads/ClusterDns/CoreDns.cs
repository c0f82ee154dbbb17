using System.Text;
using System.Text.Json;
using Weir.Protocols.Dns;
using Weir.Workloads.Http;
using Weir.Workloads.Resolve;
using Weir.Workloads.Roles;

namespace Weir.Workloads.ClusterDns;

/// <summary>Cluster DNS (port 53, health on 8080): the cluster's names from a file, everything else from the upstream server.</summary>
/// <remarks>Argument: the file's path, default /etc/coredns/zone.json. It is read again when its text changes, at most 5 times a second.</remarks>
internal sealed class CoreDns(AppletContext context, string path)
{
    private const uint TimeToLive = 5;
    private static readonly TimeSpan s_recheck = TimeSpan.FromMilliseconds(200);
    private volatile ZoneTable _table = new(new ClusterZone());

    public static Task<int> RunAsync(AppletContext context, CancellationToken cancellation)
    {
        var server = new CoreDns(context, context.Arguments is [var path, ..] ? path : "/etc/coredns/zone.json");
        return RoleLoop.AllAsync(
            server.WatchAsync(cancellation),
            new DnsService(context.Network, server.AnswerAsync).RunAsync(cancellation),
            new HttpService(context.Network, null, (_, _) => Task.FromResult(HttpAnswer.Json("{\"status\":\"ok\"}"))).RunAsync(8080, cancellation));
    }

    internal async Task<byte[]?> AnswerAsync(ReadOnlyMemory<byte> question, int most, CancellationToken cancellation)
    {
        if (!DnsReply.TryReadQuestion(question.Span, out var header, out var name, out var type)) return null;
        var table = _table;
        if (table.Owns(name))
        {
            var records = table.Find(name);
            var code = records is null ? DnsResponseCode.NameError : DnsResponseCode.NoError;
            return DnsReply.Write(header, name, type, code, records ?? [], table.Domain, TimeToLive, most);
        }

        if (table.Upstream is null) return DnsReply.Write(header, name, type, DnsResponseCode.Refused, [], "", TimeToLive, most);
        var upstream = new ResolverConfiguration([table.Upstream.Address], [], 1, TimeSpan.FromSeconds(2), 2);
        var answers = await new DnsExchanger(context.Network, upstream, context.Time).AskAsync([(name, type)], cancellation);
        if (answers[0] is not { } answer) return DnsReply.Write(header, name, type, DnsResponseCode.ServerFailure, [], "", TimeToLive, most);

        // Our own question had an id of its own; the asker waits for his.
        (answer[0], answer[1]) = ((byte)(header.Id >> 8), (byte)header.Id);
        return answer;
    }

    internal void Load(string text)
    {
        try
        {
            _table = new ZoneTable(JsonSerializer.Deserialize(text, ClusterZoneJson.Default.ClusterZone) ?? new ClusterZone());
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            context.Error($"coredns: {path} is no zone ({e.Message}); the one before stays in force.\n");
        }
    }

    private async Task WatchAsync(CancellationToken cancellation)
    {
        byte[] before = [];
        while (true)
        {
            if (context.ReadFile(path) is { } bytes && !bytes.AsSpan().SequenceEqual(before))
            {
                before = bytes;
                Load(Encoding.UTF8.GetString(bytes));
            }

            await Task.Delay(s_recheck, context.Time, cancellation);
        }
    }
}
