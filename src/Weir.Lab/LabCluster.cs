using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.Cluster;
using Weir.Hub;
using Weir.Lab.Api;
using Weir.Lab.Api.Access;
using Weir.Lab.Cleanup;
using Weir.Lab.ClusterApi;
using Weir.Lab.Controllers;
using Weir.Lab.Front;
using Weir.Lab.Network;
using Weir.Lab.Pods;
using Weir.Lab.Processes;
using Weir.Linux;
using Weir.Observe.Hubble;
using Weir.Proxy;

namespace Weir.Lab;

/// <summary>A running lab: the front door. Everything that it makes lies below its folder or in its journal, and goes when it stops.</summary>
public sealed class LabCluster : IAsyncDisposable
{
    private const string Datapath = "ebpf";
    private readonly LabOptions _options;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly Stack<Func<ValueTask>> _undo = new();
    private readonly NodePods _pods = new();
    private readonly CancellationTokenSource _stop = new();
    private bool _stopped;

    private LabCluster(LabOptions options, TimeProvider time, ILoggerFactory loggers) => (_options, _time, _loggers) = (options, time, loggers);

    /// <summary>The way to the API server.</summary>
    public KubernetesConnection Connection { get; private set; } = null!;

    /// <summary>What keeps the nodes' flows, and answers about them.</summary>
    public HubServer Hub { get; private set; } = null!;

    /// <summary>What the machine sees of the lab; null when its options serve nothing.</summary>
    public LabFront? Front { get; private set; }

    /// <summary>Whether it goes on where a lab that was killed had stopped.</summary>
    public bool IsResumed { get; private set; }

    /// <summary>The namespaces.</summary>
    public LabNetwork Network { get; private set; } = null!;

    /// <summary>The machine's way to addresses of the lab.</summary>
    public WorldRelay Relay { get; private set; } = null!;

    /// <summary>Starts processes in the lab's namespaces that die with it.</summary>
    public ProcessStarter Starter { get; private set; } = null!;

    /// <summary>The agents in the nodes' order; none without <see cref="LabOptions.WeirCommand"/>.</summary>
    public IReadOnlyList<SupervisedProcess> Agents { get; private set; } = [];

    /// <summary>The proxies in the nodes' order; none without <see cref="LabOptions.WeirCommand"/>.</summary>
    public IReadOnlyList<SupervisedProcess> Proxies { get; private set; } = [];

    /// <summary>Builds and starts a lab; one that an earlier crash left is swept away first. What fails is undone.</summary>
    /// <param name="options">How.</param>
    /// <param name="progress">Told each step, as a short sentence.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where the parts log.</param>
    /// <exception cref="LabException">Something is missing, or another lab holds the folder; the message says what to do.</exception>
    public static async Task<LabCluster> StartAsync(
        LabOptions options, IProgress<string>? progress, CancellationToken cancellation, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problems().ToList() is { Count: > 0 } problems) throw new LabException(string.Join(Environment.NewLine, problems));
        if (!ProcessLife.IsRoot) throw new LabException("The lab makes network namespaces and containers, which needs root.");
        var lab = new LabCluster(options, time ?? TimeProvider.System, loggers ?? NullLoggerFactory.Instance);
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

    /// <summary>Runs a command in a pod's container, with its three streams.</summary>
    /// <param name="ns">The pod's namespace.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="container">Null is the first.</param>
    /// <param name="command">Program and arguments; found in the container's PATH.</param>
    /// <returns>The running command, which the caller disposes; null when no such container runs.</returns>
    public async Task<PodExec?> ExecAsync(string ns, string pod, string? container, IReadOnlyList<string> command)
    {
        return _pods.RunningContainer(ns, pod, container) is { } running ? (PodExec)await running.ExecAsync(command, tty: false) : null;
    }

    /// <summary>The file with a container's output, one record a line; null when there is no such container.</summary>
    public string? LogPathOf(string ns, string pod, string? container) =>
        _pods.Find(ns, pod)?.Container(container)?.Log?.Path;

    /// <summary>Stops everything and leaves nothing. Doing it again does nothing.</summary>
    /// <returns>What could not be taken away, as sentences; empty when nothing is left.</returns>
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
            catch (Exception e) when (e is LabException or IOException)
            {
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
        await ClearAsync(progress, cancellation);
        foreach (var folder in (string[])["bpf", "dns", "images", "netns", "pods", "runc", "state", "world", .. NodeNames()])
            Directory.CreateDirectory(Path.Combine(run, folder));
        LaterAwait(async () => ThrowIfAny(await LabSweeper.SweepAsync(run, CancellationToken.None)));
        var journal = new LabJournal(run);
        journal.AddCgroup(NodeKit.Cgroup);
        if (_options.WatchdogCommand is { } watchdog) Later(WatchdogProcess.Start(watchdog, run).DisposeAsync);
        if (!IsResumed)
        {
            Mounts.BpfFileSystem(Path.Combine(run, "bpf"));
            await File.WriteAllTextAsync(Path.Combine(run, "dns/zone.json"), "{}", cancellation);
            progress.Report($"Making the fabric, the outside world and {_options.Nodes} nodes");
        }

        Starter = new ProcessStarter(journal);
        Later(Starter.Dispose);
        var namespaces = Path.Combine(run, "netns");
        Network = IsResumed ? LabNetwork.Open(namespaces, _options.Nodes) : LabNetwork.Create(namespaces, _options.Nodes);
        Later(Network.Dispose);

        progress.Report(IsResumed ? "Starting the outside world" : "Starting the outside world and building the images");
        var sites = Path.Combine(run, "world/sites.pem");
        var images = ImageStore.Of(Path.Combine(run, "images/base"));
        if (!IsResumed)
        {
            var authority = WorldAuthority.Create(_time);
            await File.WriteAllTextAsync(sites, authority.SitesPem, cancellation);
            images = await ImageStore.BuildAsync(Path.Combine(run, "images"), _options, authority.AuthorityPem, cancellation);
        }

        Supervise(Network.World, [_options.WorkloadBinary, "world", sites], Path.Combine(run, "world/world.log"));
        Relay = new WorldRelay(Network.World);
        Later(Relay.DisposeAsync);

        progress.Report("Starting the API server");
        await StartApiAsync(cancellation);
        if (_options.WeirCommand is { } weir) StartAgents(weir, progress);
        foreach (var number in Enumerable.Range(1, _options.Nodes)) StartNode(number, images);
        if (!IsResumed) await SystemManifests.ApplyAsync(Connection, _options.RunFolder, cancellation);
        if (!IsResumed && _options.WeirCommand is { } command) await LabHubble.ApplyAsync(Connection, run, Path.GetDirectoryName(command[^1])!, _options.Nodes, cancellation);
        if (_options.IsKept && !IsResumed) KeptLab.Mark(run, Datapath, _options.Nodes);
    }

    /// <summary>Sweeps away what an earlier lab left; of one that this one goes on with, only what its process would have taken along.</summary>
    private async Task ClearAsync(IProgress<string> progress, CancellationToken cancellation)
    {
        var run = _options.RunFolder;
        if (!IsResumed)
        {
            if (Directory.Exists(run)) progress.Report("Sweeping away what an earlier lab left");
            ThrowIfAny(await LabSweeper.SweepAsync(run, cancellation));
            return;
        }

        progress.Report("Going on with the lab that was killed");
        KeptLab.NoteResumed(run, _time);
        var problems = new List<string>();
        await LabSweeper.KillProcessesAsync(run, problems, cancellation);
        ThrowIfAny(problems);
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
        _options.ConfigureApi?.Invoke(server);
        await server.StartAsync(cancellation);
        Connection = KubernetesConnection.Open("unix:" + socket);
        Later(Connection.Dispose);
        Front?.Open(server.Port, Connection, _options.Nodes, async (address, stop) => new NetworkStream(await Relay.ConnectAsync(address, stop), ownsSocket: true));
        Hub = await LabHub.StartAsync(_options.RunFolder, Front, options.Keys, new LabHub.Cluster(_options.Nodes, Connection), _time, _loggers, cancellation);
        Later(Hub.DisposeAsync);
        var controllers = new LabControllers(Connection, time: _time, loggers: _loggers, server: server);
        await controllers.PrepareAsync(cancellation);
        if (Front is not null) await Front.OpenToPodsAsync(Network.Nodes, cancellation);
        Accompany(controllers.RunAsync);
        foreach (var number in Enumerable.Range(1, _options.Nodes)) await NodeRegistration.RegisterAsync(Connection, number, _time, cancellation);
        var wiring = new ServiceWiring(
            Connection, _options.Nodes, Network.RouteBalancer, Path.Combine(_options.RunFolder, "dns/zone.json"), _time, _loggers.CreateLogger("Weir.Lab.ServiceWiring"));
        Accompany(wiring.RunAsync);
    }

    private void StartAgents(IReadOnlyList<string> weir, IProgress<string> progress)
    {
        progress.Report("Starting an agent and a proxy on each node");
        var agents = new List<SupervisedProcess>();
        var proxies = new List<SupervisedProcess>();
        var run = _options.RunFolder;
        IReadOnlyList<string> proxy = File.Exists(_options.ProxyBinary) ? [_options.ProxyBinary] : [.. weir, "proxy"];
        LabHubble.MakeCertificates(run, _time);
        foreach (var (number, node, name) in Enumerable.Range(1, _options.Nodes).Zip(Network.Nodes, NodeNames()))
        {
            var own = Path.Combine(run, name);
            if (_options.UseProxies) Later(SocketKeeper.Start(new ProxyOptions { RunDirectory = own }, node).DisposeAsync);
            if (_options.UseProxies) proxies.Add(Supervise(node, [.. proxy, "--node", name, "--run", own, "--bpffs", $"{run}/bpf"], Path.Combine(own, "proxy.log")));
            agents.Add(Supervise(
                node,
                [.. weir, "agent", "--node", name, "--api", $"unix:{run}/api.sock", "--run", own, "--bpffs", $"{run}/bpf", "--uplink", "uplink", "--flow-log", $"{own}/log/events.log", "--hub", "unix:" + LabHub.SocketOf(run),
                    "--observer-address", $"{LabAddresses.Node(number)[0]}:{PeerNode.Port}", "--observer-certificates", LabHubble.ServerCertificates(run), .. _options.UseProxies ? [] : (string[])["--no-proxy"], .. _options.AgentArguments],
                Path.Combine(own, "agent.log")));
        }

        (Agents, Proxies) = (agents, proxies);
    }

    private void StartNode(int number, ImageStore images)
    {
        var runtime = new RuncPods(new NodeKit(number, Network.Nodes[number - 1], Network, images, Starter, _options, _time));
        var node = new PodNode(runtime, new ClusterPods(Connection, LabAddresses.NodeName(runtime.Node), _time, _loggers.CreateLogger("Weir.Lab.Pods")));
        _pods.Add(node);
        Later(node.DisposeAsync);
        node.Start();
    }

    private IEnumerable<string> NodeNames() => Enumerable.Range(1, _options.Nodes).Select(LabAddresses.NodeName);

    private SupervisedProcess Supervise(NetworkNamespace inside, IReadOnlyList<string> command, string log)
    {
        var process = SupervisedProcess.Start(Starter, inside, command, log);
        Later(process.DisposeAsync);
        return process;
    }

    /// <summary>Runs a loop beside the lab; it ends before what it uses does.</summary>
    private void Accompany(Func<CancellationToken, Task> loop)
    {
        var running = Task.Run(() => loop(_stop.Token));
        LaterAwait(async () =>
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

    private void LaterAwait(Func<Task> undo) => _undo.Push(() => new ValueTask(undo()));

    private static void ThrowIfAny(IReadOnlyList<string> problems)
    {
        if (problems.Count > 0) throw new LabException("The lab could not be swept away whole: " + string.Join(' ', problems));
    }
}
