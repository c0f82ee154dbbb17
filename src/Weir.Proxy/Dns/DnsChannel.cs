using System.Buffers.Binary;
using System.Security.Cryptography;
using Weir.Model;
using Weir.Protocols.Dns;
using Weir.Proxy.Exchanges;
using Weir.Proxy.Policies;

namespace Weir.Proxy.Dns;

/// <summary>
/// The questions of one client address to one server, on one upstream socket: each gets an id that nobody can guess, and its answer finds the way
/// back by it. Knows no socket; one caller at a time.
/// </summary>
internal sealed class DnsChannel(DnsGate gate, PolicyStore policies, DnsCounters counters, TimeProvider time, IpAddress client, IpAddress server, ushort serverPort)
{
    /// <summary>The most questions that wait at once.</summary>
    public const int MostWaiting = 4096;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly Dictionary<ushort, AskedQuestion> _waiting = [];
    private readonly Queue<(AskedQuestion Question, ushort Id, long Since)> _order = new();
    private readonly Stack<AskedQuestion> _free = new();
    private readonly byte[] _random = new byte[512];
    private readonly ExchangeEnds[] _sides = new ExchangeEnds[2];
    private int _randomLeft, _sideCount;
    private PolicyView? _sidesOf;

    /// <summary>The client's address.</summary>
    public IpAddress Client => client;

    /// <summary>The server's address.</summary>
    public IpAddress Server => server;

    /// <summary>The server's port.</summary>
    public ushort ServerPort => serverPort;

    /// <summary>How many questions wait.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>When it was last used, in the clock's own ticks.</summary>
    public long LastUse { get; private set; } = time.GetTimestamp();

    /// <summary>Takes a query of the client's; one that may pass has another id afterwards.</summary>
    /// <param name="query">The message.</param>
    /// <param name="port">The client's port.</param>
    /// <param name="reply">Receives what to answer at once; at least 512 bytes.</param>
    /// <param name="length">Of the reply.</param>
    public DnsStep Ask(Span<byte> query, ushort port, Span<byte> reply, out int length)
    {
        LastUse = time.GetTimestamp();
        length = 0;
        GiveUpOld();
        if (_waiting.Count >= MostWaiting)
        {
            counters.CountOverflow();
            return DnsStep.Drop;
        }

        var asked = _free.Count > 0 ? _free.Pop() : new AskedQuestion();
        var step = gate.JudgeQuery(Sides(port), query, reply, out length, asked);
        if (step != DnsStep.Pass)
        {
            _free.Push(asked);
            return step;
        }

        (asked.ClientId, asked.ClientPort, asked.Since, asked.Id) = (BinaryPrimitives.ReadUInt16BigEndian(query), port, LastUse, FreeId());
        _waiting[asked.Id] = asked;
        _order.Enqueue((asked, asked.Id, asked.Since));
        BinaryPrimitives.WriteUInt16BigEndian(query, asked.Id);
        return DnsStep.Pass;
    }

    /// <summary>Takes an answer of the server's; one that may pass has the client's id afterwards.</summary>
    /// <param name="answer">The message.</param>
    /// <param name="port">The port of the client that asked.</param>
    public DnsStep Answer(Span<byte> answer, out ushort port)
    {
        port = 0;
        if (answer.Length < DnsHeader.Length || !_waiting.TryGetValue(BinaryPrimitives.ReadUInt16BigEndian(answer), out var asked))
        {
            counters.CountUnasked();
            return DnsStep.Drop;
        }

        port = asked.ClientPort;
        BinaryPrimitives.WriteUInt16BigEndian(answer, asked.ClientId);
        var step = gate.JudgeAnswer(Sides(port), asked, answer);

        // A forged answer does not use up the question: the true one may still come.
        if (step != DnsStep.Pass) return step;
        _waiting.Remove(asked.Id);
        _free.Push(asked);
        return step;
    }

    private void GiveUpOld()
    {
        while (_order.TryPeek(out var oldest))
        {
            var waits = Waits(oldest);
            if (waits && time.GetElapsedTime(oldest.Since) < s_patience) break;
            _order.Dequeue();
            if (!waits) continue;
            _waiting.Remove(oldest.Id);
            _free.Push(oldest.Question);
        }

        // Behind one that is never answered, those that were must not pile up.
        if (_order.Count <= MostWaiting * 4) return;
        for (var i = _order.Count; i > 0; i--)
        {
            var next = _order.Dequeue();
            if (Waits(next)) _order.Enqueue(next);
        }
    }

    private bool Waits((AskedQuestion Question, ushort Id, long Since) entry) =>
        _waiting.TryGetValue(entry.Id, out var asked) && asked == entry.Question && asked.Since == entry.Since;

    /// <summary>The endpoints between which the channel is, under the policy in force.</summary>
    private ReadOnlySpan<ExchangeEnds> Sides(ushort port)
    {
        var policy = policies.Current;
        if (!ReferenceEquals(policy, _sidesOf))
        {
            _sidesOf = policy;
            _sideCount = 0;
            if (policy.Find(client) is { } source)
                _sides[_sideCount++] = new ExchangeEnds(source.Told.Id, TrafficDirection.Egress, IpProtocol.Udp, client, 0, server, serverPort, policy.IdentityOf(server).Value);
            if (policy.Find(server) is { } target)
                _sides[_sideCount++] = new ExchangeEnds(target.Told.Id, TrafficDirection.Ingress, IpProtocol.Udp, client, 0, server, serverPort, policy.IdentityOf(client).Value);
        }

        for (var i = 0; i < _sideCount; i++) _sides[i] = _sides[i] with { ClientPort = port };
        return _sides.AsSpan(0, _sideCount);
    }

    private ushort FreeId()
    {
        while (true)
        {
            if (_randomLeft == 0)
            {
                RandomNumberGenerator.Fill(_random);
                _randomLeft = _random.Length;
            }

            _randomLeft -= 2;
            var id = BinaryPrimitives.ReadUInt16LittleEndian(_random.AsSpan(_randomLeft));
            if (!_waiting.ContainsKey(id)) return id;
        }
    }
}
