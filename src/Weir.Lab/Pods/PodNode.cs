using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Weir.Lab.Network;

namespace Weir.Lab.Pods;

/// <summary>A node's keeper of pods (what a kubelet is): runs those bound to it, stops those that were deleted, tells how they are.</summary>
/// <param name="runtime">What the pods are made of.</param>
/// <param name="api">Where they are learnt of.</param>
internal sealed class PodNode(IPodRuntime runtime, IPodApi api) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<PodKey, PodRun> _pods = new();
    private readonly ConcurrentDictionary<PodKey, Task> _stopping = new();
    private readonly CancellationTokenSource _stop = new();
    private static readonly TimeSpan s_hurry = TimeSpan.FromSeconds(3);
    private readonly ConcurrentDictionary<PodKey, bool> _left = new(); // by a lab before this one, and not yet seen to
    private Task _following = Task.CompletedTask;
    private Task _telling = Task.CompletedTask;

    /// <summary>Starts following the API server.</summary>
    public void Start()
    {
        _telling = TellAsync();
        foreach (var pod in runtime.FindLeft()) _left[pod] = true;
        _following = FollowAsync();
    }

    /// <summary>A container that runs here; null when none of that name does.</summary>
    /// <param name="ns">The pod's namespace.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="container">Null or empty is the first.</param>
    public ContainerLife? RunningContainer(string ns, string pod, string? container) =>
        Find(ns, pod)?.Container(container) is { State.RunningSince: not null } running ? running : null;

    /// <summary>A pod of this node; null when it has none of that name.</summary>
    public PodRun? Find(string ns, string pod) => _pods.FirstOrDefault(p => p.Key.Namespace == ns && p.Key.Name == pod).Value;

    /// <summary>Stops following, and every pod.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _following;
        await _telling;
        await Task.WhenAll(_pods.Values.Select(p => p.StopAsync(p.Spec.Grace < s_hurry ? p.Spec.Grace : s_hurry)));
        await Task.WhenAll(_stopping.Values);
        _stop.Dispose();
    }

    private async Task FollowAsync()
    {
        try
        {
            await api.FollowAsync(LabAddresses.NodeName(runtime.Node), All, Changed, Removed, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The lab stops.
        }
    }

    private async Task TellAsync()
    {
        try
        {
            await api.TellAllAsync(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The lab stops.
        }
    }

    private void All(IReadOnlyList<JsonObject> pods)
    {
        var there = pods.Select(p => PodSpec.Read(p).Key).ToHashSet();
        foreach (var key in _pods.Keys.Concat(_left.Keys))
            if (!there.Contains(key)) StopPod(key, confirm: false);
        foreach (var pod in pods) Changed(pod);
    }

    private void Changed(JsonObject pod)
    {
        var spec = PodSpec.Read(pod);
        if (spec.IsDeleted) StopPod(spec.Key, confirm: true, spec.Grace);
        else if ((string?)pod["status"]?["phase"] is "Succeeded" or "Failed" && !_pods.ContainsKey(spec.Key) && !_left.ContainsKey(spec.Key)) return;
        else if (!_stopping.ContainsKey(spec.Key))
        {
            _left.TryRemove(spec.Key, out _);
            _pods.GetOrAdd(spec.Key, _ => new PodRun(runtime, api, spec)).Update(spec);
        }
    }

    private void Removed(JsonObject pod) => StopPod(PodSpec.Read(pod).Key, confirm: false);

    private void StopPod(PodKey key, bool confirm, TimeSpan grace = default)
    {
        _pods.TryRemove(key, out var run);
        var left = _left.TryRemove(key, out _);
        if (run is null && !left && !confirm) return;
        _stopping.GetOrAdd(key, _ => StopAsync(run, left, key, confirm, grace));
    }

    private async Task StopAsync(PodRun? run, bool left, PodKey key, bool confirm, TimeSpan grace)
    {
        await Task.Yield();
        if (left) await runtime.RemoveLeftAsync(key);
        if (run is not null) await run.StopAsync(grace);
        try
        {
            if (confirm) await api.ConfirmStoppedAsync(key, _stop.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or Cluster.ApiRefusedException)
        {
            // The next list shows the pod as deleted once more.
        }

        _stopping.TryRemove(key, out var _);
    }
}
