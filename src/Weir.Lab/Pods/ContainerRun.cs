using System.Diagnostics;
using System.Text.Json.Nodes;
using Weir.Lab.Processes;
using Weir.Linux;

namespace Weir.Lab.Pods;

/// <summary>A container that runc runs.</summary>
internal sealed class ContainerRun(NodeKit kit, PodSpec pod, PodSandbox sandbox, ContainerSpec spec, IReadOnlyList<JsonObject> services, Action changed)
    : ContainerLife(pod, spec, kit.Time, changed)
{
    private static readonly TimeSpan s_longestGrace = TimeSpan.FromSeconds(3);

    private string Folder => Path.Combine(sandbox.Folder, Spec.Name);

    protected override Task<bool> TryProbeAsync(ProbeSpec probe, CancellationToken cancellation) => ProbeRun.TryAsync(probe, sandbox, cancellation);

    protected override async Task<ContainerEnd?> RunOnceAsync(int failures, CancellationToken cancellation)
    {
        if (kit.Images.Find(Spec.Image) is not { } image)
        {
            MissImage(failures, kit.Images);
            return null;
        }

        var id = string.Create(CultureInfo.InvariantCulture, $"{NodeKit.Cgroup}-{kit.Name}-{Pod.Key.Uid}-{Spec.Name}-{State.Restarts}");
        PseudoTerminal? terminal = null;
        Process process;
        try
        {
            Bundle(image, id).Write(Folder);
            terminal = Spec.Tty ? PseudoTerminal.Open() : null;
            IReadOnlyList<string> command = ["runc", "--root", kit.RuncFolder, "run", "--bundle", Folder, id];
            process = await kit.Starter.StartAsync(null, terminal is null ? command : TerminalStart.Command(terminal.FarPath, command));
        }
        catch (Exception e) when (e is LabException or IOException or LinuxException)
        {
            terminal?.Dispose();
            State = State with { WaitingReason = "CreateContainerConfigError", WaitingMessage = e.Message };
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
        State = State with { WaitingReason = null, WaitingMessage = null, RunningSince = startedAt, RuntimeId = id };
        using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var probing = ProbeAsync(running.Token);
        await WaitAsync(process, id, cancellation);
        await running.CancelAsync();
        await probing;
        await copying;
        streams.End(process.ExitCode);
        return new ContainerEnd(process.ExitCode, startedAt, kit.Time.GetUtcNow());
    }

    private async Task WaitAsync(Process process, string id, CancellationToken cancellation)
    {
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            // runc hands the signal on; a container's first process ignores it unless it has a handler, so patience is short.
            ProcessLife.Signal(process.Id, ProcessLife.SigTerm);
            using var grace = new CancellationTokenSource(Pod.Grace < s_longestGrace ? Pod.Grace : s_longestGrace, kit.Time);
            try
            {
                await process.WaitForExitAsync(grace.Token);
            }
            catch (OperationCanceledException)
            {
                await ToolRun.RunAsync("runc", ["--root", kit.RuncFolder, "kill", id, "KILL"], CancellationToken.None);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    private OciBundle Bundle(LabImage image, string id)
    {
        var (root, isReadOnly) = Root(image);
        return new OciBundle
        {
            Command = image.CommandOf(Spec),
            Environment = ContainerEnvironment.Of(Pod, Spec, services, sandbox.Addresses, kit.Number),
            HasTerminal = Spec.Tty,
            WorkingFolder = Spec.WorkingFolder,
            RootFolder = root,
            IsReadOnly = isReadOnly,
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

    private (string, string, bool) Bind(ContainerMount mount)
    {
        if (!Pod.Volumes.TryGetValue(mount.Volume, out var volume)) throw new LabException($"container {Spec.Name} mounts the volume '{mount.Volume}', which the pod does not have");
        if (volume.Problem is not null) throw new LabException(volume.Problem);
        var source = volume.HostPath ?? Path.Combine(sandbox.Folder, "volumes", mount.Volume);
        Directory.CreateDirectory(source);
        return (source, mount.Path, mount.IsReadOnly);
    }
}
