using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.Agent;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Datapath.Model;
using Weir.FlowLog.Node;
using Weir.Hub;
using Weir.Lab.Api;
using Weir.Lab.Api.Access;
using Weir.Lab.Cleanup;
using Weir.Lab.ClusterApi;
using Weir.Lab.Controllers;
using Weir.Lab.Front;
using Weir.Lab.Network;
using Weir.Lab.Pods;
using Weir.Model;
using Weir.Proxy;

namespace Weir.Lab.Simulated;

/// <summary>
/// A lab that needs no privilege: the kernel is the managed tables, containers are tasks of this process, and everything else (API server,
/// controllers, agents, observers) is what runs in a lab of real pods. Everything that it makes lies below its folder.
/// </summary>
public sealed class SimulatedLab : IAsyncDisposable
{
    private const string Datapath = "simulated";
    private readonly SimulatedLabOptions _options;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly SimulatedNetwork _network;
    private readonly SimulatedWorld _world;
    private readonly Stack<Func<ValueTask>> _undo = new();
    private readonly NodePods _pods = new();
    private readonly CancellationTokenSource _stop = new();
    private bool _stopped;

    private SimulatedLab(SimulatedLabOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        (_options, _time, _loggers) = (options, time, loggers);
        _network = new SimulatedNetwork(time);
        _world = new SimulatedWorld(_network);
    }

    /// <summary>The way to the API server.</summary>
    public KubernetesConnection Connection { get; private set; } = null!;

    /// <summary>Whether it goes on with the objects of a lab that was killed.</summary>
    public bool IsResumed { get; private set; }

    /// <summary>What keeps the nodes' flows, and answers about them.</summary>
    public HubServer Hub { get; private set; } = null!;

    /// <summary>What the machine sees of the lab; null when its options serve nothing.</summary>
    public LabFront? Front { get; private set; }

    /// <summary>Builds and starts a lab; the folder of one that crashed is emptied first. What fails is undone.</summary>
    /// <param name="options">How.</param>
    /// <param name="progress">Told each step, as a short sentence.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where the parts log.</param>
    /// <exception cref="LabException">The options are wrong, or another lab holds the folder; the message says what to do.</exception>
    public static async Task<SimulatedLab> StartAsync(
        SimulatedLabOptions options, IProgress<string>? progress, CancellationToken cancellation, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problems().ToList() is { Count: > 0 } problems) throw new LabException(string.Join(Environment.NewLine, problems));
        var lab = new SimulatedLab(options, time ?? TimeProvider.System, loggers ?? NullLoggerFactory.Instance);
        try
        {
            await lab.BuildAsync(progress ?? new Progress<string>(), cancellation);
            return lab;
        }
        catch
        {
            await lab.StopAsync();
            throw;
        }
    }

    /// <summary>Runs a probe in a pod's container, as a shell there would.</summary>
    /// <param name="ns">The pod's namespace.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="container">Null is the first.</param>
    /// <param name="line">What <c>sh -c</c> would be given: one simple command, one of the lab's probes.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>How it went; null when no such container runs.</returns>
    public async Task<ProgramEnd?> ExecAsync(string ns, string pod, string? container, string line, CancellationToken cancellation)
    {
        return _pods.RunningContainer(ns, pod, container) is SimulatedContainer running ? await running.ExecAsync(line, cancellation) : null;
    }

    /// <summary>Connects from the external client to an address of the lab.</summary>
    public Task<Stream> ConnectFromOutsideAsync(IPEndPoint address, CancellationToken cancellation) => _world.Client.ConnectTcpAsync(address, cancellation);

    /// <summary>Stops everything and leaves nothing. Doing it again does nothing.</summary>
    /// <returns>What failed meanwhile or could not be taken away, as sentences; empty when all is well.</returns>
    public async Task<IReadOnlyList<string>> StopAsync()
    {
        if (_stopped) return [];
        _stopped = true;
        await _stop.CancelAsync();
        var problems = new List<string>();
        while (_undo.TryPop(out var undo))
        {
            try
            {
                await undo();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Also of an agent that failed long ago: whatever it was, the rest has to go.
                problems.Add(e.Message);
            }
        }

        _stop.Dispose();
        return problems;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task BuildAsync(IProgress<string> progress, CancellationToken cancellation)
    {
        var run = _options.RunFolder;
        var held = await LabLock.TakeAsync(run, _time, cancellation);
        Later(held.Dispose);
        IsResumed = _options.IsKept && KeptLab.Fits(run, Datapath, _options.Nodes);
        if (!IsResumed && _options.MustResume) throw new LabException($"There is nothing to go on with in {run}.");
        Clear(run);
        Later(() => Directory.Delete(run, recursive: true));
        foreach (var folder in (string[])["dns", "pods", "state", .. Enumerable.Range(1, _options.Nodes).Select(LabAddresses.NodeName)])
            Directory.CreateDirectory(Path.Combine(run, folder));
        if (_options.WatchdogCommand is { } watchdog) Later(WatchdogProcess.Start(watchdog, run).DisposeAsync);
        await File.WriteAllTextAsync(Path.Combine(run, "dns/zone.json"), "{}", cancellation);

        progress.Report($"Simulating the outside world and {_options.Nodes} nodes");
        var authority = WorldAuthority.Create(_time);
        Accompany(stop => _world.RunAsync(authority.SitesPem, _time, stop));
        progress.Report("Starting the API server");
        await StartApiAsync(cancellation);
        progress.Report("Starting an agent for each node");
        var nodes = new Dictionary<int, SimulatedNode>();
        foreach (var number in Enumerable.Range(1, _options.Nodes)) await StartAgentAsync(number, nodes, cancellation);
        Accompany(Wiring(nodes).RunAsync);
        LabHubble.MakeCertificates(run, _time);
        var hubble = await SimulatedHubble.StartAsync(run, _options.Nodes, _time, cancellation);
        Later(hubble.DisposeAsync);
        foreach (var (number, node) in nodes) StartNode(new SimulatedKit(number, node, _network, run, authority.AuthorityPem, _time) { Hubble = hubble });
        if (!IsResumed) await SystemManifests.ApplyAsync(Connection, run, cancellation);

        // Also of a lab that goes on: its certificates are new.
        await LabHubble.ApplyAsync(Connection, run, AppContext.BaseDirectory, _options.Nodes, cancellation);
        if (_options.IsKept && !IsResumed) KeptLab.Mark(run, Datapath, _options.Nodes);
    }

    /// <summary>Empties the folder of an earlier lab; of one that this one goes on with, the state stays, and the addresses that it served.</summary>
    private void Clear(string run)
    {
        if (!Directory.Exists(run)) return;
        if (!IsResumed)
        {
            Directory.Delete(run, recursive: true);
            return;
        }

        KeptLab.NoteResumed(run, _time);
        foreach (var folder in Directory.EnumerateDirectories(run))
            if (folder != KeptLab.StateFolder(run)) Directory.Delete(folder, recursive: true);
    }

    private async Task StartApiAsync(CancellationToken cancellation)
    {
        var socket = Path.Combine(_options.RunFolder, "api.sock");
        var options = new ApiServerOptions
        {
            SocketPath = socket, DatabasePath = _options.IsKept ? Path.Combine(KeptLab.StateFolder(_options.RunFolder), "api.db") : null,
        };
        options = options with { Keys = ApiKeys.Open(Path.Combine(KeptLab.StateFolder(_options.RunFolder), "keys"), _time) };
        Later(options.Keys.Dispose);
        if (_options.FrontPort is { } port)
        {
            Front = new LabFront(_options.RunFolder, port, options.Keys);
            Later(Front.DisposeAsync);
            options = options with { Loopback = Front.ApiAddress };
        }

        var server = new ApiServer(options with { Pods = _pods }, _time, _loggers);
        Later(server.DisposeAsync);
        await server.StartAsync(cancellation);
        Connection = KubernetesConnection.Open("unix:" + socket);
        Later(Connection.Dispose);
        Front?.Open(server.Port, Connection, _options.Nodes, ConnectFromOutsideAsync);
        Hub = await LabHub.StartAsync(_options.RunFolder, Front, options.Keys, new LabHub.Cluster(_options.Nodes, Connection), _time, _loggers, cancellation);
        Later(Hub.DisposeAsync);
        var controllers = new LabControllers(Connection, time: _time, loggers: _loggers, server: server);
        await controllers.PrepareAsync(cancellation);
        Accompany(controllers.RunAsync);
        foreach (var number in Enumerable.Range(1, _options.Nodes)) await NodeRegistration.RegisterAsync(Connection, number, _time, cancellation);
    }

    /// <summary>Adds a node to the network with the tables that its own agent, in this process, fills and reads.</summary>
    private async Task StartAgentAsync(int number, Dictionary<int, SimulatedNode> nodes, CancellationToken cancellation)
    {
        var name = LabAddresses.NodeName(number);
        var state = NodeState.Read(await Connection.SendAsync(HttpMethod.Get, $"/api/v1/nodes/{name}", null, cancellation));
        var datapath = new ModelDatapath(new ModelDatapathOptions { PodCidrs = state.PodPrefixes, NodeAddresses = state.Addresses });
        Later(datapath.Dispose);
        var node = nodes[number] = _network.AddNode(name, datapath);
        var folder = Path.Combine(_options.RunFolder, name);
        var proxy = new ProxyState(folder, datapath.Names, _time, _loggers.CreateLogger("Weir.Proxy"));
        Later(proxy.Dispose);
        Later(node.Judge(proxy, _time).Dispose);
        Accompany(proxy.RunAsync);

        // The agent looks for a proxy's ports; here the numbers mean nothing but that there is one.
        new ProxyPorts(ProxyPorts.CurrentVersion, Environment.ProcessId, 1, 1).Write(folder);
        var options = new AgentOptions
        {
            NodeName = name,
            Api = $"unix:{_options.RunFolder}/api.sock",
            RunFolder = folder,
            Bpffs = "",
            Hub = "unix:" + LabHub.SocketOf(_options.RunFolder),
            FlowLog = new LogFileOptions { Path = Path.Combine(_options.RunFolder, name, "log/events.log") },
        };
        Accompany(stop => AgentHost.RunAsync(options, Connection, state, datapath, () => 0, _loggers, stop));
    }

    private ServiceWiring Wiring(Dictionary<int, SimulatedNode> nodes) => new(
        Connection,
        _options.Nodes,
        (address, number) => _network.SetRoute(IpPrefix.Of(SocketPair.AddressOf(address)), nodes.GetValueOrDefault(number)),
        Path.Combine(_options.RunFolder, "dns/zone.json"),
        _time,
        _loggers.CreateLogger("Weir.Lab.ServiceWiring"));

    private void StartNode(SimulatedKit kit)
    {
        var runtime = new SimulatedPods(kit);
        var node = new PodNode(runtime, new ClusterPods(Connection, LabAddresses.NodeName(runtime.Node), _time, _loggers.CreateLogger("Weir.Lab.Pods")));
        _pods.Add(node);
        Later(node.DisposeAsync);
        node.Start();
    }

    /// <summary>Runs a loop beside the lab; it ends before what it uses does.</summary>
    private void Accompany(Func<CancellationToken, Task> loop)
    {
        var running = Task.Run(() => loop(_stop.Token));
        _undo.Push(async () =>
        {
            try
            {
                await running;
            }
            catch (OperationCanceledException)
            {
                // As asked.
            }
        });
    }

    private void Later(Action undo) => _undo.Push(() =>
    {
        undo();
        return ValueTask.CompletedTask;
    });

    private void Later(Func<ValueTask> undo) => _undo.Push(undo);
}
