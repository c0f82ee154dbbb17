using System.Diagnostics;
using Weir.Lab.Processes;
using Weir.Linux;

namespace Weir.Lab.Pods;

/// <summary>A container that runc runs.</summary>
internal sealed class ContainerRun(NodeKit kit, PodDocuments documents, PodSandbox sandbox, ContainerSpec spec, Action changed)
    : ContainerLife(documents, sandbox, spec, kit.Time, changed)
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(10);

    private string Folder => Path.Combine(sandbox.Folder, Spec.Name);

    protected override async Task<ContainerEnd?> RunOnceAsync(CancellationToken cancellation)
    {
        if (kit.Images.Find(Spec.Image) is not { } image)
        {
            MissImage(kit.Images);
            return null;
        }

        var id = string.Create(CultureInfo.InvariantCulture, $"{NodeKit.Cgroup}-{kit.Name}-{Pod.Key.Uid}-{Spec.Name}-{State.Restarts}");
        PseudoTerminal? terminal = null;
        Process process;
        try
        {
            var sources = await Documents.ForAsync(Spec, cancellation);
            Bundle(image, id, sources).Write(Folder);
            TellCreated();
            File.Delete(PodExec.LogPath(Folder));
            File.Delete(PodExec.PidPath(Folder));
            terminal = Spec.Tty ? PseudoTerminal.Open() : null;
            IReadOnlyList<string> command = ["runc", "--root", kit.RuncFolder, "--log", PodExec.LogPath(Folder), "run", "--pid-file", PodExec.PidPath(Folder), "--bundle", Folder, id];
            process = await kit.Starter.StartAsync(null, terminal is null ? command : TerminalStart.Command(terminal.FarPath, command));
        }
        catch (Exception e) when (e is LabException or IOException or LinuxException or HttpRequestException or Cluster.ApiRefusedException)
        {
            terminal?.Dispose();
            CannotStart("CreateContainerConfigError", e.Message);
            return null;
        }

        using (terminal)
        using (process)
        {
            return await FollowAsync(process, terminal, id, cancellation);
        }
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

    private async Task<ContainerEnd> FollowAsync(Process process, PseudoTerminal? terminal, string id, CancellationToken cancellation)
    {
        var startedAt = kit.Time.GetUtcNow();
        if (!Spec.Stdin || terminal is not null) process.StandardInput.Close();
        using var log = NewLog(Path.Combine(Folder, "log"));
        var input = !Spec.Stdin ? null : terminal is null ? process.StandardInput.BaseStream : terminal.Stream;
        var streams = new ContainerStreams(log, Spec, input, terminal);
        Streams = streams;
        var copying = terminal is null
            ? Task.WhenAll(streams.CopyAsync("stdout", process.StandardOutput.BaseStream), streams.CopyAsync("stderr", process.StandardError.BaseStream))
            : streams.CopyAsync("stdout", new TerminalOutput(terminal.Stream));

        // Before runc has made the container nothing can be run beside it.
        while (!process.HasExited && !File.Exists(PodExec.PidPath(Folder))) await Task.Delay(s_look, kit.Time, CancellationToken.None);
        if (await WatchAsync(id, process.WaitForExitAsync(CancellationToken.None), cancellation) is { } grace) await StopAsync(process, id, grace);
        await copying;
        streams.End(process.ExitCode);
        return await EndAsync(process.ExitCode, startedAt);
    }

    private async Task<ContainerEnd> EndAsync(int exitCode, DateTimeOffset startedAt)
    {
        var end = new ContainerEnd(exitCode, startedAt, kit.Time.GetUtcNow());
        if (exitCode == 0 || !File.Exists(PodExec.LogPath(Folder))) return end;

        // What runc itself has to say is about a program that it could not start.
        var said = await File.ReadAllTextAsync(PodExec.LogPath(Folder), CancellationToken.None);
        if (!said.Contains("unable to start container process", StringComparison.Ordinal)) return end;
        const int notStarted = 128;
        var from = said.LastIndexOf("msg=\"", StringComparison.Ordinal) + 5;
        return end with { ExitCode = notStarted, Reason = "StartError", Message = "failed to start containerd task: " + said[from..].Trim().Trim('"').Replace("\\\"", "\"", StringComparison.Ordinal) };
    }

    private async Task StopAsync(Process process, string id, TimeSpan grace)
    {
        // runc hands the signal on; a container's first process ignores it unless it has a handler.
        ProcessLife.Signal(process.Id, ProcessLife.SigTerm);
        using var patience = new CancellationTokenSource(grace > TimeSpan.Zero ? grace : TimeSpan.FromMilliseconds(1), kit.Time);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            await ToolRun.RunAsync("runc", ["--root", kit.RuncFolder, "kill", id, "KILL"], CancellationToken.None);
            await process.WaitForExitAsync(CancellationToken.None);
        }
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
