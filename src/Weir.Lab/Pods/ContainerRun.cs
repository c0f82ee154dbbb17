using Weir.Linux;

namespace Weir.Lab.Pods;

/// <summary>A container that runc runs.</summary>
internal sealed class ContainerRun(NodeKit kit, PodDocuments documents, PodSandbox sandbox, ContainerSpec spec, Action changed)
    : ContainerLife(documents, sandbox, spec, kit.Time, changed)
{
    private bool _looked;

    private string Folder => Path.Combine(sandbox.Folder, Spec.Name);

    protected override async Task<ContainerEnd?> RunOnceAsync(CancellationToken cancellation)
    {
        if (!_looked)
        {
            _looked = true;
            if (await AdoptAsync(cancellation) is { } adopted) return adopted;
        }

        if (kit.Images.Find(Spec.Image) is not { } image)
        {
            MissImage(kit.Images);
            return null;
        }

        var id = string.Create(CultureInfo.InvariantCulture, $"{NodeKit.Cgroup}-{kit.Name}-{Pod.Key.Uid}-{Spec.Name}-{State.Restarts}");
        using var terminal = Spec.Tty ? PseudoTerminal.Open() : null;
        KeptContainer container;
        try
        {
            var sources = await Documents.ForAsync(Spec, cancellation);
            Bundle(image, id, sources).Write(Folder);
            TellCreated();
            container = await KeptContainer.StartAsync(kit, Folder, id, terminal?.FarPath, Spec.Stdin && terminal is null);
        }
        catch (Exception e) when (e is LabException or IOException or LinuxException or HttpRequestException or Cluster.ApiRefusedException)
        {
            CannotStart("CreateContainerConfigError", e.Message);
            return null;
        }

        return await FollowAsync(container, terminal, isAdopted: false, cancellation);
    }

    public override async Task<ContainerSession> ExecAsync(IReadOnlyList<string> command, bool tty)
    {
        var folder = Directory.CreateTempSubdirectory("weir-exec-").FullName;
        var terminal = tty ? PseudoTerminal.Open() : null;
        try
        {
            List<string> whole = ["runc", "--root", kit.RuncFolder, "--log", PodExec.LogPath(folder), "exec", "--pid-file", PodExec.PidPath(folder)];
            if (tty) whole.AddRange(["--tty", "--env", "TERM=xterm"]);
            whole.AddRange([State.RuntimeId!, .. command]);
            var process = await kit.Starter.StartAsync(null, terminal is null ? whole : TerminalStart.Command(terminal.FarPath, whole), dieWithLab: false);
            return new PodExec(process, terminal, folder);
        }
        catch
        {
            terminal?.Dispose();
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    private async Task<ContainerEnd> FollowAsync(KeptContainer container, PseudoTerminal? terminal, bool isAdopted, CancellationToken cancellation)
    {
        await using (container)
        {
            using var log = NewLog(Path.Combine(Folder, "log"));
            var streams = new ContainerStreams(log, Spec, terminal?.Stream ?? container.Input, terminal);
            Streams = streams;
            var copying = terminal is null ? container.CopyAsync(streams) : streams.CopyAsync("stdout", new TerminalOutput(terminal.Stream));
            await container.MadeAsync();
            if (await WatchAsync(container.Id, container.StartedAt, isAdopted, container.EndingAsync(), cancellation) is { } grace) await container.StopAsync(grace);
            await copying;
            var end = Explained(container.End().End);
            streams.End(end.ExitCode);
            return end;
        }
    }

    /// <summary>Goes on with what a lab before this one started here, or learns how it ended; null when there was nothing.</summary>
    private async Task<ContainerEnd?> AdoptAsync(CancellationToken cancellation)
    {
        var (running, end) = await KeptContainer.FindAsync(kit, Folder);
        if ((running?.Id ?? end?.Id) is not { } id) return null;

        // Its name ends in how often it was started again.
        var restarts = int.TryParse(id[(id.LastIndexOf('-') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        State = State with { RuntimeId = id, Restarts = restarts, IsReady = running is not null && Pod.ReadyContainers.Contains(Spec.Name) };
        if (running is not null) return await FollowAsync(running, terminal: null, isAdopted: true, cancellation);
        NewLog(Path.Combine(Folder, "log")).Dispose();
        return Explained(end!.End);
    }

    // What runc itself has to say is about a program that it could not start.
    private ContainerEnd Explained(ContainerEnd end)
    {
        if (end.ExitCode == 0 || !File.Exists(PodExec.LogPath(Folder))) return end;
        var said = File.ReadAllText(PodExec.LogPath(Folder));
        if (!said.Contains("unable to start container process", StringComparison.Ordinal)) return end;
        const int notStarted = 128;
        var from = said.LastIndexOf("msg=\"", StringComparison.Ordinal) + 5;
        var message = said[from..].Trim().Trim('"').Replace("\\\"", "\"", StringComparison.Ordinal);
        return end with { ExitCode = notStarted, Reason = "StartError", Message = "failed to start container: " + message };
    }

    private OciBundle Bundle(LabImage image, string id, VariableSources sources)
    {
        var (root, isReadOnly) = Root(image);
        var environment = ContainerEnvironment.Of(Pod, Spec, sources, sandbox.Addresses, kit.Number);
        var known = environment.Select(line => line.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);
        return new OciBundle
        {
            Command = [.. image.CommandOf(Spec).Select(word => ContainerEnvironment.Expand(word, known))],
            Environment = environment,
            HasTerminal = Spec.Tty,
            WorkingFolder = Spec.WorkingFolder,
            RootFolder = root,
            IsReadOnly = isReadOnly || Spec.IsReadOnly,
            User = (Spec.RunAs.User ?? Pod.RunAs.User ?? 0, Spec.RunAs.Group ?? Pod.RunAs.Group ?? 0),
            Hostname = Pod.Hostname,
            NetworkNamespace = sandbox.Namespace.Path,
            Cgroup = $"/{NodeKit.Cgroup}/{id}",
            Binds = [.. sandbox.Files(), .. Spec.Mounts.Select(Bind)],
        };
    }

    /// <summary>A writable view of the image, or where the kernel allows none, the image itself, read-only.</summary>
    private (string Root, bool IsReadOnly) Root(LabImage image)
    {
        var root = Path.Combine(Folder, "root");
        foreach (var mount in Mounts.Below(root)) Mounts.Unmount(mount);
        foreach (var name in (ReadOnlySpan<string>)["root", "upper", "work"]) Directory.CreateDirectory(Path.Combine(Folder, name));
        try
        {
            Mounts.Overlay(image.RootFolder, Path.Combine(Folder, "upper"), Path.Combine(Folder, "work"), root);
            return (root, false);
        }
        catch (LinuxException)
        {
            return (image.RootFolder, true);
        }
    }

    private (string, string, bool) Bind(ContainerMount mount) => (PodVolumes.SourceOf(Pod, Spec, mount, sandbox.Folder), mount.Path, mount.IsReadOnly);
}
