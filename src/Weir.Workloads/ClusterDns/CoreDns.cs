using System.Net;
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
        if (!DnsReply.TryRead(question.Span, out var asked)) return null;
        var table = _table;
        if (table.Owns(asked.Name))
        {
            var records = table.Find(asked.Name);
            if (records is [{ Type: DnsType.CName, Target: { } target }] && asked.Type != DnsType.CName) records = await FollowAsync(table, records, target, asked.Type, cancellation);
            var code = records is null ? DnsResponseCode.NameError : DnsResponseCode.NoError;
            return DnsReply.Write(asked, code, records ?? [], table.Domain, TimeToLive, most);
        }

        if (table.Upstream is null) return DnsReply.Write(asked, DnsResponseCode.Refused, [], "", TimeToLive, most);
        if (await AskUpstreamAsync(table.Upstream.Address, asked.Name, asked.Type, cancellation) is not { } answer)
            return DnsReply.Write(asked, DnsResponseCode.ServerFailure, [], "", TimeToLive, most);
        if (!DnsReply.Fits(asked, answer, most)) return DnsReply.Cut(asked);

        // Our own question had an id of its own; the asker waits for his.
        (answer[0], answer[1]) = ((byte)(asked.Header.Id >> 8), (byte)asked.Header.Id);
        return answer;
    }

    /// <summary>An alias of a service with the addresses of what it stands for, as far as they can be had.</summary>
    private async Task<IReadOnlyList<ZoneRecord>> FollowAsync(ZoneTable table, IReadOnlyList<ZoneRecord> alias, string target, DnsType type, CancellationToken cancellation)
    {
        if (table.Owns(target)) return [.. alias, .. (table.Find(target) ?? []).Where(r => r.Type == type).Select(r => r with { Owner = target })];
        if (table.Upstream is null || await AskUpstreamAsync(table.Upstream.Address, target, type, cancellation) is not { } answer) return alias;
        return [.. alias, .. DnsAnswer.Read(answer).Addresses.Select(address => ZoneTable.Record(address) with { Owner = target })];
    }

    private async Task<byte[]?> AskUpstreamAsync(IPAddress server, string name, DnsType type, CancellationToken cancellation)
    {
        var upstream = new ResolverConfiguration([server], [], 1, TimeSpan.FromSeconds(2), 2);
        return (await new DnsExchanger(context.Network, upstream, context.Time).AskAsync([(name, type)], cancellation))[0];
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
