using System.Text.Json.Nodes;
using Weir.Linux;

namespace Weir.Lab.Pods;

/// <summary>A container that runc runs.</summary>
internal sealed class ContainerRun(NodeKit kit, PodSpec pod, PodSandbox sandbox, ContainerSpec spec, IReadOnlyList<JsonObject> services, Action changed)
    : ContainerLife(pod, spec, kit.Time, changed)
{
    private static readonly TimeSpan s_longestGrace = TimeSpan.FromSeconds(3);
    private bool _looked;

    /// <summary>What it printed, one line a record: time, stream, "F", text.</summary>
    public override string LogPath => Path.Combine(Folder, "log");

    private string Folder => Path.Combine(sandbox.Folder, Spec.Name);

    protected override Task<bool> TryProbeAsync(ProbeSpec probe, CancellationToken cancellation) => ProbeRun.TryAsync(probe, sandbox, cancellation);

    protected override async Task<ContainerEnd?> RunOnceAsync(int failures, CancellationToken cancellation)
    {
        if (!_looked)
        {
            _looked = true;
            if (await AdoptAsync(cancellation) is { } adopted) return adopted;
        }

        if (kit.Images.Find(Spec.Image) is not { } image)
        {
            MissImage(failures, kit.Images);
            return null;
        }

        var id = string.Create(CultureInfo.InvariantCulture, $"{NodeKit.Cgroup}-{kit.Name}-{Pod.Key.Uid}-{Spec.Name}-{State.Restarts}");
        try
        {
            Bundle(image, id).Write(Folder);
            return await FollowAsync(await KeptContainer.StartAsync(kit, Folder, id), cancellation);
        }
        catch (Exception e) when (e is LabException or IOException)
        {
            State = State with { WaitingReason = "CreateContainerConfigError", WaitingMessage = e.Message };
            return null;
        }
    }

    private async Task<ContainerEnd> FollowAsync(KeptContainer container, CancellationToken cancellation)
    {
        await using (container)
        {
            await using var log = new ContainerLog(LogPath, kit.Time);
            var logging = container.CopyAsync(log);
            State = State with { WaitingReason = null, WaitingMessage = null, RunningSince = container.StartedAt, RuntimeId = container.Id };
            using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var probing = ProbeAsync(running.Token);
            var end = await container.WaitAsync(Pod.Grace < s_longestGrace ? Pod.Grace : s_longestGrace, cancellation);
            await running.CancelAsync();
            await probing;
            await logging;
            return end.End;
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
        return running is null ? end!.End : await FollowAsync(running, cancellation);
    }

    private OciBundle Bundle(LabImage image, string id)
    {
        var (root, isReadOnly) = Root(image);
        return new OciBundle
        {
            Command = [.. Spec.Command ?? image.EntryPoint, .. Spec.Arguments],
            Environment = ContainerEnvironment.Of(Pod, Spec, services, sandbox.Addresses, kit.Number),
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
