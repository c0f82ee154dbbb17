using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using Microsoft.Extensions.Logging;
using Weir.Cluster.Identities;
using Weir.Cluster.Objects;
using Weir.Datapath;
using Weir.Model;
using Weir.Observe.Hubble;
using Weir.Observe.Server;
using Weir.Observe.Tls;

namespace Weir.Agent;

/// <summary>How the agent's options become the node's observer.</summary>
internal static partial class NodeObserver
{
    /// <summary>What the observer says of itself.</summary>
    public static ObserverOptions Options(AgentOptions options, NodeState node, IDatapath datapath) => new()
    {
        NodeName = options.NodeName,
        Version = options.Version,
        ClusterName = SecurityLabels.ClusterName,
        Address = Itself(options).Address,
        TlsServerName = Itself(options).TlsServerName,
        KernelLost = () => datapath.LostEvents,
        Facts = new NodeFacts
        {
            Labels = [.. node.Labels.Select(l => $"{l.Key}={l.Value}")],
            InterfaceName = new InterfaceNames().Find,
        },
    };

    /// <summary>Where it listens.</summary>
    /// <exception cref="TlsException">The certificates cannot be used.</exception>
    public static ServerListeners Listeners(AgentOptions options, NodeState node, TimeProvider time, ILogger logger) => new()
    {
        UnixSocket = SocketOf(options),
        Tcp = options.ObserverAddress.Length == 0 ? [] : [EndPointOf(options, node)],
        Tls = options.ObserverCertificates.Length == 0
            ? null
            : TlsMaterial.Load(TlsFiles.InFolder(options.ObserverCertificates), time, problem => Log.Certificates(logger, problem)),
        Report = refusal => Log.Refused(logger, refusal),
    };

    /// <summary>This node, as its own peer service names it.</summary>
    public static PeerNode Itself(AgentOptions options) => options.ObserverAddress.Length > 0 && IPEndPoint.TryParse(options.ObserverAddress, out var at)
        ? new PeerNode(options.NodeName, at.ToString(), ServerNameOf(options.NodeName, options))
        : new PeerNode(options.NodeName, "unix://" + SocketOf(options), null);

    /// <summary>Another node: its observer listens on the same port as this one's.</summary>
    public static PeerNode Peer(string node, IpAddress address, AgentOptions options) =>
        new(node, new IPEndPoint(IPAddress.Parse(address.ToString()), PortOf(options)).ToString(), ServerNameOf(node, options));

    /// <summary>The port in <c>address:port</c>; null when it is none.</summary>
    internal static int? PortIn(string address) =>
        int.TryParse(address.AsSpan(address.LastIndexOf(':') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536 ? port : null;

    private static int PortOf(AgentOptions options) => PortIn(options.ObserverAddress) ?? PeerNode.Port;

    private static IPEndPoint EndPointOf(AgentOptions options, NodeState node) => options.ObserverAddress.StartsWith(':')
        ? new IPEndPoint(IPAddress.Parse(node.Addresses[0].ToString()), PortOf(options))
        : IPEndPoint.Parse(options.ObserverAddress);

    private static string? ServerNameOf(string node, AgentOptions options) =>
        options.ObserverCertificates.Length == 0 ? null : PeerNode.ServerNameOf(node, SecurityLabels.ClusterName);

    private static string SocketOf(AgentOptions options) => Path.Combine(options.RunFolder, "observe.sock");

    /// <summary>The node's interfaces by number; asked anew, at most once a second, when a number is new.</summary>
    private sealed class InterfaceNames
    {
        private Dictionary<uint, string> _known = [];
        private long _lookedAt;

        public string? Find(uint index)
        {
            if (_known.TryGetValue(index, out var name)) return name;
            var now = Environment.TickCount64;
            if (now - _lookedAt < 1000) return null;
            _lookedAt = now;
            var found = new Dictionary<uint, string>();
            foreach (var link in NetworkInterface.GetAllNetworkInterfaces())
            {
                if (link.Supports(NetworkInterfaceComponent.IPv4) && link.GetIPProperties().GetIPv4Properties() is { } v4) found[(uint)v4.Index] = link.Name;
                else if (link.Supports(NetworkInterfaceComponent.IPv6) && link.GetIPProperties().GetIPv6Properties() is { } v6) found[(uint)v6.Index] = link.Name;
            }

            _known = found;
            return found.GetValueOrDefault(index);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(9040, LogLevel.Warning, "The observer's certificates: {Problem}")]
        public static partial void Certificates(ILogger logger, string problem);

        [LoggerMessage(9041, LogLevel.Warning, "The observer: {Refusal}")]
        public static partial void Refused(ILogger logger, string refusal);
    }
}
