using System.Text;
using Weir.Hub.Ui.Flows;
using Weir.Model;
using Weir.Observe.Wire;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Hub.Ui.Map;

/// <summary>Gathers flows into cards and what runs between them, over a window of time in equal pieces.</summary>
/// <remarks>A flow between known cards allocates nothing. One thread at a time.</remarks>
internal sealed class MapGraph
{
    private const string Unresolved = "unresolved";
    private const int MostUnresolved = 8;
    private readonly Dictionary<byte[], MapNode> _nodes = new(ByteKeys.Instance);
    private readonly Dictionary<(MapNode From, MapNode To, int Port, Transport Transport, bool IsDropped), MapEdge> _edges = [];
    private readonly MapOptions _options;
    private readonly Func<string, string?> _serviceAt;
    private int _unresolved;
    private readonly long _bin;
    private readonly long _origin;
    private long _from;

    /// <summary>Makes an empty one.</summary>
    /// <param name="options">How it is drawn.</param>
    /// <param name="from">When the window begins: nanoseconds since 1970.</param>
    /// <param name="length">How long it is, in nanoseconds.</param>
    /// <param name="serviceAt">The service of an address, <c>namespace/name</c>; null where it is none's.</param>
    public MapGraph(MapOptions options, long from, long length, Func<string, string?> serviceAt)
    {
        (_options, _serviceAt) = (options, serviceAt);
        _bin = Math.Max(1, length / MapEdge.Bins);
        _origin = _from = from;
    }

    /// <summary>When the window begins.</summary>
    public long From => _from;

    /// <summary>When it ends.</summary>
    public long Until => _from + (_bin * MapEdge.Bins);

    /// <summary>What runs between cards, as far as anything did inside the window.</summary>
    public IEnumerable<MapEdge> Edges => _edges.Values.Where(e => e.Total > 0);

    /// <summary>Flows of the system that are not shown.</summary>
    public long HiddenSystem { get; private set; }

    /// <summary>The piece of time with a place counted from the window's beginning.</summary>
    public int BinOf(int place) => (int)((((_from - _origin) / _bin) + place) % MapEdge.Bins);

    /// <summary>Lets the window end at a time: what lies before its new beginning is forgotten.</summary>
    public void Advance(long until)
    {
        while (Until <= until)
        {
            var gone = BinOf(0);
            foreach (var edge in _edges.Values) edge.Clear(gone);
            foreach (var node in _nodes.Values) node.Requests.Clear(gone);
            _from += _bin;
        }

        foreach (var (key, edge) in _edges)
            if (edge.Total == 0) _edges.Remove(key);
    }

    /// <summary>Adds a flow; what lies outside the window, or says nothing new, is left out.</summary>
    public void Add(in FlowView flow)
    {
        if (flow.TimeNanoseconds < _from || flow.TimeNanoseconds >= Until) return;
        var count = FlowCounts.Of(flow);
        var isVerdict = flow.Kind == (int)Model.FlowKind.PolicyVerdict;
        if (count == FlowCount.None && !isVerdict) return;
        var isDropped = count == FlowCount.Dropped || (isVerdict && flow.Verdict == (int)Model.Verdict.Dropped);

        // A drop is shown whomever it hits: a workload that cannot look up names is broken.
        if (!_options.ShowsSystem && !isDropped && (IsSystem(flow.Source) || IsSystem(flow.Destination)))
        {
            if (count != FlowCount.None) HiddenSystem += flow.Count;
            return;
        }

        var isReply = flow.IsReply == true;
        var (client, server) = isReply ? (NodeOf(flow, isSource: false), NodeOf(flow, isSource: true)) : (NodeOf(flow, isSource: true), NodeOf(flow, isSource: false));
        var key = (client, server, isReply ? flow.SourcePort : flow.DestinationPort, flow.Protocol, isDropped);
        if (!_edges.TryGetValue(key, out var edge)) _edges[key] = edge = new MapEdge(client, server, key.Item3, key.Protocol, isDropped);
        Note(edge, flow, count);
    }

    private void Note(MapEdge edge, in FlowView flow, FlowCount count)
    {
        var bin = (int)((flow.TimeNanoseconds - _origin) / _bin % MapEdge.Bins);
        if (count is FlowCount.Passed or FlowCount.Dropped) edge.Add(bin, flow.Count);
        if (count is FlowCount.Request or FlowCount.Error)
        {
            edge.AddRequests(bin, flow.Count, count == FlowCount.Error);
            edge.AddLatency(flow.L7.LatencyNanoseconds);
        }

        if (count != FlowCount.None && (flow.L7.IsHttp || flow.L7.IsDns))
            edge.To.Requests.Add(bin, edge.Port, flow.L7.IsDns, flow.L7.Method, flow.L7.IsDns ? flow.L7.Query : flow.L7.Path, flow.Count, count != FlowCount.Request);
        edge.IsRedirected |= flow.Verdict == (int)Model.Verdict.Redirected || flow.L7.IsHttp || flow.L7.IsDns;
        edge.IsAudited |= flow.Verdict == (int)Model.Verdict.Audit;
        var fields = new WireFields(flow.Message);
        while (fields.TryNext(out var field, out _, out var value))
        {
            if (RuleView.IsRule(field)) edge.AddRule(new RuleView(value), RuleView.IsAllow(field), RuleView.IsEgress(field));
            else if (field == (flow.IsReply == true ? Msg.Flow.SourceNamesFieldNumber : Msg.Flow.DestinationNamesFieldNumber)) edge.AddName(value);
        }
    }

    private static bool IsSystem(in EndView end) =>
        end.Namespace.SequenceEqual("kube-system"u8) || (end.Pod.IsEmpty && end.Identity is 1 or 4 or 6);

    private MapNode NodeOf(in FlowView flow, bool isSource)
    {
        var end = isSource ? flow.Source : flow.Destination;
        Span<byte> key = stackalloc byte[512];
        var length = 0;
        if (end.Entity is { } entity)
        {
            if (entity == "unknown") return UnresolvedOf(isSource ? flow.SourceIp : flow.DestinationIp);
            Add(key, ref length, Encoding.ASCII.GetBytes(entity, key[length..]));
            if (_options.ExpandsWorld && entity == "world") AddOutside(flow, isSource, key, ref length);
        }
        else
        {
            Append(key, ref length, end.Namespace);
            if (!_options.ByNamespace)
            {
                Append(key, ref length, "/"u8);
                Append(key, ref length, end.Workload.IsEmpty ? "Pod"u8 : end.WorkloadKind);
                Append(key, ref length, "/"u8);
                Append(key, ref length, end.Workload.IsEmpty ? end.Pod : end.Workload);
            }
        }

        var table = _nodes.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (table.TryGetValue(key[..length], out var known)) return known;
        return table[key[..length]] = Made(Encoding.UTF8.GetString(key[..length]), end.Entity);
    }

    // An address that stands for nobody, such as that of a service without backends: a card each, and one for all the rest.
    private MapNode UnresolvedOf(ReadOnlySpan<byte> ip)
    {
        Span<byte> key = stackalloc byte[64];
        var length = 0;
        Append(key, ref length, "unresolved/"u8);
        Append(key, ref length, ip);
        var table = _nodes.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (table.TryGetValue(key[..length], out var known)) return known;
        if (_unresolved == MostUnresolved) length = Unresolved.Length;
        if (table.TryGetValue(key[..length], out known)) return known;
        var address = length == Unresolved.Length ? "" : Encoding.UTF8.GetString(ip);
        if (address.Length > 0) _unresolved++;
        var service = address.Length == 0 ? null : _serviceAt(address);
        return table[key[..length]] = new MapNode(Encoding.UTF8.GetString(key[..length]), service is null ? Unresolved : "service", "", address.Length == 0 ? "other addresses" : service?[(service.IndexOf('/', StringComparison.Ordinal) + 1)..] ?? address, "") { Address = address };
    }

    private MapNode Made(string id, string? entity)
    {
        if (entity is not null)
        {
            var slash = id.IndexOf('/', StringComparison.Ordinal);
            return new MapNode(id, entity is "world-ipv4" or "world-ipv6" ? "world" : entity, "", slash < 0 ? entity : id[(slash + 1)..], "");
        }

        if (_options.ByNamespace) return new MapNode(id, "namespace", id, id, "");
        var parts = id.Split('/', 3);
        return new MapNode(id, "workload", parts[0], parts[2], parts[1]);
    }

    // By the name that the address was learned under, else by its network of 256 addresses.
    private static void AddOutside(in FlowView flow, bool isSource, Span<byte> key, ref int length)
    {
        Append(key, ref length, "/"u8);
        var name = Wire.First(flow.Message, isSource ? Msg.Flow.SourceNamesFieldNumber : Msg.Flow.DestinationNamesFieldNumber);
        if (!name.IsEmpty)
        {
            Append(key, ref length, name.TrimEnd((byte)'.'));
            return;
        }

        var ip = isSource ? flow.SourceIp : flow.DestinationIp;
        var dot = ip.LastIndexOf((byte)'.');
        Append(key, ref length, dot < 0 ? ip : ip[..(dot + 1)]);
        if (dot >= 0) Append(key, ref length, "0/24"u8);
    }

    private static void Append(Span<byte> key, ref int length, ReadOnlySpan<byte> text)
    {
        text = text[..Math.Min(text.Length, key.Length - length)];
        text.CopyTo(key[length..]);
        length += text.Length;
    }

    private static void Add(Span<byte> key, ref int length, int written) => length = Math.Min(key.Length, length + written);
}
