using System.Buffers.Binary;
using Microsoft.Extensions.Logging;
using Weir.Model;
using Weir.Protocols.Dns;
using Weir.Proxy.Dns;
using Weir.Proxy.Exchanges;
using Weir.Proxy.Feed;
using Weir.Proxy.Names;
using Weir.Proxy.Policies;

namespace Weir.Proxy;

/// <summary>
/// What the proxies of a node share, apart from any socket that traffic comes by: the policy, the names, what was seen, and the feed by which the agent
/// tells and is told. A simulated node has one too.
/// </summary>
public sealed class ProxyState : IDisposable
{
    private static readonly TimeSpan s_sweep = TimeSpan.FromSeconds(5);

    private readonly NameJournal _journal;
    private readonly FeedServer _feed;
    private readonly TimeProvider _time;

    /// <summary>Opens what a run directory has.</summary>
    /// <exception cref="IOException">The directory cannot be written.</exception>
    public ProxyState(string runDirectory, INameTable tables, TimeProvider time, ILogger logger)
    {
        _time = time;
        _journal = new NameJournal(runDirectory);
        Outbox = new ExchangeOutbox(time);
        Policies = new PolicyStore(runDirectory, tables, time);
        Names = new NameBook(tables, _journal, time);
        Policies.NamesOf = Names.NamesOf;
        Policies.Changed = (before, now) =>
        {
            TellGone(before, now);
            return Names.SetPolicy(before, now);
        };
        Gate = new DnsGate(Policies, Names, Outbox, DnsCounters);
        _feed = new FeedServer(runDirectory, Policies, Outbox, logger) { Repeat = Repeat };
    }

    /// <summary>The policy in force.</summary>
    public PolicyStore Policies { get; }

    /// <summary>What was seen, on its way to the agent.</summary>
    public ExchangeOutbox Outbox { get; }

    /// <summary>What the DNS proxy has done.</summary>
    public DnsCounters DnsCounters { get; } = new();

    /// <summary>Told each address of a pod that is gone, before the agent gets its answer. Must not block.</summary>
    internal Action<IpAddress> AddressGone { get; set; } = _ => { };

    internal NameBook Names { get; }

    internal DnsGate Gate { get; }

    /// <summary>Takes back what the last run knew, before any agent is there.</summary>
    public void Load()
    {
        Names.Load();
        Policies.Load();
    }

    /// <summary>Serves agents and takes back what expires, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var feed = _feed.RunAsync(cancellation);
        using var timer = new PeriodicTimer(s_sweep, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                Policies.Current.Refresh();
                Names.Sweep();
                if (feed.IsCompleted) break;
            }
        }
        catch (OperationCanceledException)
        {
            // Asked to stop.
        }

        await feed;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _journal.Dispose();
        Outbox.Dispose();
    }

    /// <summary>Another pod may have a number, or an address, of one that is gone: its UID tells them apart.</summary>
    private void TellGone(PolicyView before, PolicyView now)
    {
        foreach (var endpoint in before.Endpoints)
        {
            if (now.Find(endpoint.Told.Id)?.Told.Uid == endpoint.Told.Uid) continue;
            foreach (var address in endpoint.Addresses) AddressGone(address);
        }
    }

    /// <summary>Tells an agent that has just come which names are known, as answers that it does not count again.</summary>
    private void Repeat()
    {
        var message = new byte[64 * 1024];
        Span<byte> data = stackalloc byte[16];
        foreach (var known in Names.All())
        {
            var writer = new DnsWriter(message, 0, DnsHeader.Response);
            if (writer.Question(known.Name, (DnsType)known.QueryType) != DnsFault.None) continue;
            var ttl = (uint)Math.Clamp((known.ExpiresMs - _time.GetUtcNow().ToUnixTimeMilliseconds()) / 1000, 0, int.MaxValue);
            foreach (var address in known.Addresses)
            {
                address.CopyTo(data);
                if (address.IsIPv4) BinaryPrimitives.WriteUInt32BigEndian(data, (uint)address.Low);
                _ = writer.Answer(address.IsIPv4 ? DnsType.A : DnsType.Aaaa, ttl, address.IsIPv4 ? data[..4] : data);
            }

            var ends = new ExchangeEnds(known.Endpoint, TrafficDirection.Egress, IpProtocol.Udp, default, 0, default, 0, 0);
            Outbox.Repeat(ends, message.AsSpan(0, writer.Finish()), known.LearnedMs * 1_000_000);
        }
    }
}
