using Weir.Linux;

namespace Weir.Lab.Pods;

/// <summary>The volumes of a running pod: made before its containers, and kept in line with what they come from.</summary>
internal sealed class PodVolumes(PodDocuments documents, IPodSandbox sandbox, int node, TimeProvider time)
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(2);
    private readonly VolumeFiles _files = new(documents, sandbox.Addresses, node);

    /// <summary>The place of a mount on the machine.</summary>
    /// <exception cref="LabException">The pod has no such volume, or the lab cannot provide it.</exception>
    public static string SourceOf(PodSpec pod, ContainerSpec container, ContainerMount mount, string podFolder)
    {
        if (!pod.Volumes.TryGetValue(mount.Volume, out var volume))
            throw new LabException($"container {container.Name} mounts the volume '{mount.Volume}', which the pod does not have");
        if (volume.Problem is not null) throw new LabException(volume.Problem);
        var root = volume.HostPath ?? Path.Combine(podFolder, "volumes", mount.Volume);
        var source = mount.SubPath.Length == 0 ? root : Path.GetFullPath(Path.Combine(root, mount.SubPath));
        if (!(source + "/").StartsWith(root.TrimEnd('/') + "/", StringComparison.Ordinal)) throw new LabException($"subPath '{mount.SubPath}' leads out of the volume '{mount.Volume}'");
        if (!Path.Exists(source)) Directory.CreateDirectory(source);
        return source;
    }

    /// <summary>Makes every volume; tries again until what they come from is there.</summary>
    public async Task PrepareAsync(CancellationToken cancellation)
    {
        while (!await TryWriteAsync(tells: true, cancellation)) await Task.Delay(s_retry, time, cancellation);
    }

    /// <summary>Keeps the files in line until cancelled.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        if (documents.Pod.Volumes.Values.All(v => v.Sources.Count == 0)) return;
        try
        {
            while (true)
            {
                await Task.Delay(s_period, time, cancellation);
                await TryWriteAsync(tells: false, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            // The pod ends.
        }
    }

    private async Task<bool> TryWriteAsync(bool tells, CancellationToken cancellation)
    {
        var isWhole = true;
        foreach (var (name, volume) in documents.Pod.Volumes)
        {
            try
            {
                if (volume.Problem is not null) throw new LabException(volume.Problem);
                var folder = Path.Combine(sandbox.Folder, "volumes", name);
                if (volume.Sources.Count > 0) VolumeFolder.Write(folder, await _files.BuildAsync(volume, cancellation));
                else if (volume.HostPath is null) Directory.CreateDirectory(folder);
            }
            catch (Exception e) when (e is LabException or LinuxException or IOException or HttpRequestException or Cluster.ApiRefusedException)
            {
                // Once it is there it stays as it is, also when what it came from goes away.
                isWhole = false;
                if (tells) documents.Warning("FailedMount", $"MountVolume.SetUp failed for volume \"{name}\" : {e.Message}");
            }
        }

        return isWhole;
    }
}
