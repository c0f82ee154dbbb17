using System.Text;
using Weir.Lab.Pods;
using Weir.Workloads;

namespace Weir.Lab.Simulated;

/// <summary>A container whose program runs as a task of this process: one of the lab's own, for there is nothing else that could run here.</summary>
internal sealed class SimulatedContainer(SimulatedKit kit, PodDocuments documents, SimulatedSandbox sandbox, ContainerSpec spec, Action changed)
    : ContainerLife(documents, sandbox, spec, kit.Time, changed)
{
    private const string Workload = "weir-workload";
    private static readonly TimeSpan s_longestExec = TimeSpan.FromSeconds(30);
    private volatile Dictionary<string, string> _variables = [];
    private readonly SimulatedFiles _files = new(kit, documents.Pod, sandbox, spec);

    private delegate Task<int> Run(AppletContext context, CancellationToken cancellation);

    /// <summary>Runs a probe, as a shell in the container would.</summary>
    /// <param name="line">What the shell is told: one simple command.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<ProgramEnd> ExecAsync(string line, CancellationToken cancellation)
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        var code = await ExecAsync(Words(line), output, error, cancellation);
        cancellation.ThrowIfCancellationRequested();
        return new ProgramEnd(ProgramEnd.Text(output), ProgramEnd.Text(error), code);
    }

    public override Task<ContainerSession> ExecAsync(IReadOnlyList<string> command, bool tty)
    {
        var words = command is ["sh" or "/bin/sh", "-c", var line] ? Words(line) : command;
        return Task.FromResult<ContainerSession>(new SimulatedSession((output, error, stop) => ExecAsync(words, output, error, stop)));
    }

    private IReadOnlyList<string>? Words(string line) => ShellLine.Words(line, _variables.GetValueOrDefault);

    private async Task<int> ExecAsync(IReadOnlyList<string>? words, Stream output, Stream error, CancellationToken cancellation)
    {
        const int NotFound = 127;
        if (words is not { Count: > 0 } || !Applets.Probes.Contains(words[0]))
        {
            error.Write(Encoding.UTF8.GetBytes($"sh: this lab is simulated: its pods have no shell and no programs but {string.Join(", ", Applets.Probes)}, one a line\n"));
            return NotFound;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(s_longestExec);
        return await RunToEndAsync((context, stop) => Applets.RunAsync(words[0], context, stop), words[0], Context([.. words.Skip(1)], output, error), patience.Token);
    }

    protected override async Task<ContainerEnd?> RunOnceAsync(CancellationToken cancellation)
    {
        if (kit.Images.Find(Spec.Image) is not { } image)
        {
            MissImage(kit.Images);
            return null;
        }

        List<string> command = [.. image.CommandOf(Spec)];
        var isRelay = image.Name == SimulatedHubble.Image;
        if (command.Count > 0 && Path.GetFileName(command[0]) == Workload) command.RemoveAt(0);
        var program = Path.GetFileName(command.FirstOrDefault() ?? "");
        if (!isRelay && !Applets.Names.Contains(program))
        {
            CannotStart("CreateContainerError", $"this lab is simulated: it runs {string.Join(", ", Applets.Names.Order(StringComparer.Ordinal))}, and no '{program}'");
            return null;
        }

        try
        {
            _files.Check();
            _variables = Variables(await Documents.ForAsync(Spec, cancellation));
            TellCreated();
            return await RunAsync(
                (context, stop) => isRelay ? kit.Hubble.RunAsync(sandbox.Host, stop) : Applets.RunAsync(program, context, stop), program, [.. command.Skip(1)], cancellation);
        }
        catch (Exception e) when (e is LabException or IOException or HttpRequestException or Cluster.ApiRefusedException)
        {
            CannotStart("CreateContainerConfigError", e.Message);
            return null;
        }
    }

    private async Task<ContainerEnd> RunAsync(Run run, string program, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        using var log = NewLog(Path.Combine(sandbox.Folder, Spec.Name + ".log"));
        var startedAt = kit.Time.GetUtcNow();
        var context = Context(arguments, log.Stream("stdout"), log.Stream("stderr"));
        using var stop = new CancellationTokenSource();
        var running = Task.Run(() => RunToEndAsync(run, program, context, stop.Token), CancellationToken.None);
        await WatchAsync($"simulated-{Pod.Key.Uid}-{Spec.Name}-{State.Restarts}", startedAt, isAdopted: false, running, cancellation);

        // A task cannot ignore being told to stop, so it needs no grace.
        await stop.CancelAsync();
        return new ContainerEnd(await running, startedAt, kit.Time.GetUtcNow());
    }

    /// <summary>Runs a program; one that fails in a way of its own ends alone, as a process would, not with the lab.</summary>
    private static async Task<int> RunToEndAsync(Run run, string program, AppletContext context, CancellationToken cancellation)
    {
        const int Aborted = 134;
        try
        {
            return await run(context, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            context.Error($"{program}: {e}\n");
            return Aborted;
        }
    }

    private AppletContext Context(IReadOnlyList<string> arguments, Stream output, Stream error) => new()
    {
        Arguments = arguments,
        Network = sandbox.Host,
        Output = output,
        ErrorOutput = error,
        ReadFile = _files.Read,
        CreateFile = _files.Create,
        Environment = _variables.GetValueOrDefault,
        Time = kit.Time,
    };

    private Dictionary<string, string> Variables(VariableSources sources) => ContainerEnvironment.Of(Pod, Spec, sources, sandbox.Addresses, kit.Number)
        .Select(line => line.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);
}
