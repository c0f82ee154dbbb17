using System.Collections.Concurrent;
using System.Diagnostics;
using Weir.Kernel.Network;
using Weir.Model;
using Weir.Policy.Compile;
using Weir.Proxy;
using Weir.Proxy.Exchanges;
using Weir.Proxy.Feed;

namespace Weir.Kernel.Proxy;

/// <summary><c>weir proxy</c> of one node of a test, as a process inside the node's namespace, known to the node's datapath.</summary>
internal sealed class RelayProcess : IDisposable
{
    private readonly DirectoryInfo _run = Directory.CreateTempSubdirectory($"weirtest{Environment.ProcessId}-proxy");
    private readonly TestNode _node;
    private readonly ConcurrentQueue<ExchangeRecord> _seen = new();
    private readonly Dictionary<uint, EndpointPolicy> _policies = [];
    private readonly Dictionary<uint, uint> _tables = [];
    private Process _process = null!;
    private FeedClient? _feed;
    private readonly SocketKeeper? _keeper;

    /// <summary>Starts it.</summary>
    /// <param name="node">The node that it serves.</param>
    /// <param name="keepsSockets">Whether its sockets are kept here, as by a supervisor, while it is killed.</param>
    public RelayProcess(TestNode node, bool keepsSockets = false)
    {
        _node = node;
        try
        {
            if (keepsSockets)
            {
                using var inside = Weir.Linux.NetworkNamespace.Open($"/run/netns/{node.Namespace.Name}");
                _keeper = SocketKeeper.Start(new ProxyOptions { RunDirectory = _run.FullName }, inside);
            }

            Start();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public ProxyPorts Ports { get; private set; } = null!;

    /// <summary>What it told of so far.</summary>
    public IReadOnlyCollection<ExchangeRecord> Seen => _seen;

    /// <summary>Starts it, again after <see cref="Kill"/>, and tells it of the node's pods.</summary>
    public void Start()
    {
        // The native program where it was published; else the same code in the command line's process.
        var native = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../publish/Weir.NodeProxy/release_linux-x64/weir-proxy"));
        string[] proxy = File.Exists(native) ? [native] : ["dotnet", Path.Combine(AppContext.BaseDirectory, "weir.dll"), "proxy"];
        var bpffs = _node.Options.BpffsPath;
        _process = Process.Start(new ProcessStartInfo(
            "nsenter",
            [$"--net=/run/netns/{_node.Namespace.Name}", "--", .. proxy, "--run", _run.FullName, "--node", _node.Options.NodeName, "--bpffs", bpffs])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        Ports = WaitForPorts();
        _node.Datapath.SetProxyPorts(Ports.TcpPort, Ports.UdpPort);
        _feed = FeedClient.ConnectAsync(_run.FullName, r => _seen.Enqueue(r with { Dns = r.Dns.ToArray() }), _ => { }, CancellationToken.None).GetAwaiter().GetResult();
        _ = _feed.RunAsync(CancellationToken.None);
        Tell();
    }

    /// <summary>Puts a pod's policy in force, at the proxy first, as an agent does.</summary>
    public void SetPolicy(uint endpoint, EndpointPolicy policy) => _node.Datapath.SetPolicy(endpoint, policy, table =>
    {
        _policies[endpoint] = policy;
        _tables[endpoint] = table;
        Tell();
    });

    /// <summary>Ends the connection, as an agent that is killed does.</summary>
    public void LoseAgent()
    {
        _feed?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _feed = null;
    }

    /// <summary>Ends it as a crash does.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        LoseAgent();
        if (_process is { HasExited: false }) Kill();
        _process?.Dispose();
        _keeper?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _run.Delete(recursive: true);
    }

    private void Tell()
    {
        var policies = new List<FeedPolicy>();
        var rules = new Dictionary<uint, RuleSet>();
        var endpoints = _node.Pods.Select(pod => new FeedEndpoint
        {
            Id = pod.Spec.Id,
            Pod = $"pod{pod.Spec.Id}",
            Uid = $"uid{pod.Spec.Id}",
            Addresses = [pod.IPv4, pod.IPv6],
            Identity = pod.Spec.Identity.Value,
            EgressTable = _tables.GetValueOrDefault(pod.Spec.Id),
            Egress = Place(_policies.GetValueOrDefault(pod.Spec.Id)?.Egress),
            Ingress = Place(_policies.GetValueOrDefault(pod.Spec.Id)?.Ingress),
        }).ToList();
        var update = new FeedUpdate { Sequence = 0, IsWhole = true, Endpoints = endpoints, Policies = policies, Rules = [.. rules.Select(r => new FeedRule(r.Key, r.Value))] };
        if (_feed!.TellAsync(update, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20)).GetAwaiter().GetResult() is { } problem)
            throw new InvalidOperationException(problem);

        int Place(DirectionTable? table)
        {
            if (table is null || FeedPolicy.Of(table, Remember) is not { } policy) return -1;
            policies.Add(policy);
            return policies.Count - 1;
        }

        uint Remember(RuleSet set)
        {
            var id = _node.Datapath.RuleIdOf(set);
            rules[id] = set;
            return id;
        }
    }

    private ProxyPorts WaitForPorts()
    {
        var started = Stopwatch.StartNew();
        while (started.Elapsed < TimeSpan.FromSeconds(30))
        {
            if (ProxyPorts.TryRead(_run.FullName) is { } ports && ports.IsAlive) return ports;
            if (_process.WaitForExit(10)) break;
        }

        if (!_process.HasExited) Kill();
        throw new InvalidOperationException($"weir proxy did not start: {_process.StandardError.ReadToEnd()}");
    }
}
