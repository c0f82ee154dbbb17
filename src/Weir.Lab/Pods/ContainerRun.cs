using System.Diagnostics;
using System.Text.Json.Nodes;
using Weir.Lab.Processes;
using Weir.Linux;

namespace Weir.Lab.Pods;

/// <summary>One container of a pod: runs it in runc, again after it ended, and knows how it is.</summary>
internal sealed class ContainerRun(NodeKit kit, PodSpec pod, PodSandbox sandbox, ContainerSpec spec, IReadOnlyList<JsonObject> services, Action changed)
{
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_longestGrace = TimeSpan.FromSeconds(3);
    private ContainerState _state = ContainerState.Creating;

    /// <summary>What it runs.</summary>
    public ContainerSpec Spec => spec;

    /// <summary>How it is.</summary>
    public ContainerState State
    {
        get => _state;
        private set
        {
            _state = value;
            changed();
        }
    }

    /// <summary>What it printed, one line a record: time, stream, "F", text.</summary>
    public string LogPath => Path.Combine(Folder, "log");

    private string Folder => Path.Combine(sandbox.Folder, spec.Name);

    /// <summary>Runs it, and again as its pod's policy says, until it is over or cancelled; then it is stopped.</summary>
    /// <param name="isInit">An init container runs again only after a failure.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>Whether its last run succeeded.</returns>
    public async Task<bool> RunAsync(bool isInit, CancellationToken cancellation)
    {
        for (var failures = 0; ; failures++)
        {
            var end = await RunOnceAsync(failures, cancellation);
            if (end is not null)
            {
                var again = pod.RestartPolicy == "Always" && !isInit || pod.RestartPolicy != "Never" && end.ExitCode != 0;
                State = State with { RunningSince = null, IsReady = isInit && end.ExitCode == 0, LastEnd = end, IsOver = !again || cancellation.IsCancellationRequested };
                if (State.IsOver) return end.ExitCode == 0;

                // What ran for a while starts again at once; what fails at once waits longer each time.
                if (end.FinishedAt - end.StartedAt > s_longestPause) failures = 0;
                State = State with { WaitingReason = "CrashLoopBackOff", WaitingMessage = $"container {spec.Name} exited with {end.ExitCode}" };
            }

            var pause = TimeSpan.FromMilliseconds(Math.Min(s_longestPause.TotalMilliseconds, 500 * Math.Pow(2, Math.Min(failures, 10))));
            await Task.Delay(pause, kit.Time, cancellation);
            if (end is not null) State = State with { Restarts = State.Restarts + 1 };
        }
    }

    /// <summary>Runs it once; null when it could not even start.</summary>
    private async Task<ContainerEnd?> RunOnceAsync(int failures, CancellationToken cancellation)
    {
        if (kit.Images.Find(spec.Image) is not { } image)
        {
            State = State with
            {
                WaitingReason = failures % 2 == 0 ? "ErrImagePull" : "ImagePullBackOff",
                WaitingMessage = $"there is no image '{spec.Image}' in this lab, which pulls nothing; there are {string.Join(", ", kit.Images.Names)}",
            };
            return null;
        }

        var id = string.Create(CultureInfo.InvariantCulture, $"{NodeKit.Cgroup}-{kit.Name}-{pod.Key.Uid}-{spec.Name}-{State.Restarts}");
        Process process;
        try
        {
            Bundle(image, id).Write(Folder);
            process = await kit.Starter.StartAsync(null, ["runc", "--root", kit.RuncFolder, "run", "--bundle", Folder, id]);
        }
        catch (Exception e) when (e is LabException or IOException)
        {
            State = State with { WaitingReason = "CreateContainerConfigError", WaitingMessage = e.Message };
            return null;
        }

        using (process)
        {
            var startedAt = kit.Time.GetUtcNow();
            process.StandardInput.Close();
            await using var log = new ContainerLog(LogPath, kit.Time);
            var logging = log.CopyAsync(process);
            State = State with { WaitingReason = null, WaitingMessage = null, RunningSince = startedAt, RuntimeId = id };
            using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var probing = ProbeAsync(running.Token);
            await WaitAsync(process, id, cancellation);
            await running.CancelAsync();
            await probing;
            await logging;
            return new ContainerEnd(process.ExitCode, startedAt, kit.Time.GetUtcNow());
        }
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
            using var grace = new CancellationTokenSource(pod.Grace < s_longestGrace ? pod.Grace : s_longestGrace, kit.Time);
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

    /// <summary>Keeps the state's readiness in line with the probes. Until the first success it looks every second at least.</summary>
    private async Task ProbeAsync(CancellationToken cancellation)
    {
        try
        {
            foreach (var probe in (ProbeSpec?[])[spec.StartupProbe, spec.ReadinessProbe])
            {
                if (probe is null) continue;
                while (!await ProbeRun.TryAsync(probe, sandbox, cancellation))
                    await Task.Delay(TimeSpan.FromMilliseconds(300), kit.Time, cancellation);
            }

            State = State with { IsReady = true };
            while (spec.ReadinessProbe is { } readiness)
            {
                await Task.Delay(readiness.Period, kit.Time, cancellation);
                var holds = await ProbeRun.TryAsync(readiness, sandbox, cancellation);
                if (holds != State.IsReady) State = State with { IsReady = holds };
            }
        }
        catch (OperationCanceledException)
        {
            // It ended, or is being stopped.
        }
    }

    private OciBundle Bundle(LabImage image, string id)
    {
        var (root, isReadOnly) = Root(image);
        return new OciBundle
        {
            Command = [.. spec.Command ?? image.EntryPoint, .. spec.Arguments],
            Environment = ContainerEnvironment.Of(pod, spec, services, sandbox, kit),
            WorkingFolder = spec.WorkingFolder,
            RootFolder = root,
            IsReadOnly = isReadOnly,
            Hostname = pod.Hostname,
            NetworkNamespace = sandbox.Namespace.Path,
            Cgroup = $"/{NodeKit.Cgroup}/{id}",
            Binds = [.. sandbox.Files(), .. spec.Mounts.Select(Bind)],
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
        if (!pod.Volumes.TryGetValue(mount.Volume, out var volume)) throw new LabException($"container {spec.Name} mounts the volume '{mount.Volume}', which the pod does not have");
        if (volume.Problem is not null) throw new LabException(volume.Problem);
        var source = volume.HostPath ?? Path.Combine(sandbox.Folder, "volumes", mount.Volume);
        Directory.CreateDirectory(source);
        return (source, mount.Path, mount.IsReadOnly);
    }
}
