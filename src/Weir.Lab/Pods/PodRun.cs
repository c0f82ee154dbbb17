using System.Text.Json.Nodes;

namespace Weir.Lab.Pods;

/// <summary>One pod on its node, from its network to its end.</summary>
internal sealed class PodRun : IAsyncDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(500);
    private readonly IPodRuntime _runtime;
    private readonly IPodApi _api;
    private readonly CancellationTokenSource _stop = new();
    private readonly PodReporter _reporter;
    private readonly Task _running;
    private readonly PodDocuments _documents;
    private volatile IPodSandbox? _sandbox;
    private volatile string? _problem;
    private volatile IReadOnlyList<ContainerLife> _init = [];
    private volatile IReadOnlyList<ContainerLife> _containers = [];

    public PodRun(IPodRuntime runtime, IPodApi api, PodSpec spec)
    {
        (_runtime, _api, Spec) = (runtime, api, spec);
        _documents = new PodDocuments(api, spec);
        var startedAt = spec.StartedAt ?? runtime.Time.GetUtcNow();
        _reporter = new PodReporter(api, spec.Key, () => Status(startedAt), runtime.Time);
        if (spec.StartedAt is null) _reporter.Changed();
        _running = RunAsync(_stop.Token);
    }

    /// <summary>What it runs.</summary>
    public PodSpec Spec { get; }

    /// <summary>Its network; null before it has one.</summary>
    public IPodSandbox? Sandbox => _sandbox;

    /// <summary>A container, init containers included; null when none of that name was made yet.</summary>
    /// <param name="name">Null or empty is the first.</param>
    public ContainerLife? Container(string? name) => Find(_containers, name) ?? Find(_init, name);

    /// <summary>Takes over what may change of a pod that runs: its labels and annotations.</summary>
    public void Update(PodSpec spec) => _documents.Pod = spec;

    /// <summary>Stops the containers, each within a time, and takes the network away.</summary>
    /// <param name="grace">How long a container may take.</param>
    public async Task StopAsync(TimeSpan grace)
    {
        foreach (var container in _containers.Concat(_init)) container.Grace = grace;
        await DisposeAsync();
    }

    /// <summary>Stops the containers and takes the network away.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reporter.DisposeAsync(); // first: how a pod looks while it is stopped is nobody's business
        await _running;
        _stop.Dispose();
    }

    // What the API server knows of a pod that was taken over stands until every container has been looked for: a ready one that
    // were shown as waiting for a moment would lose its connections.
    private void Changed()
    {
        if (_sandbox is { IsAdopted: true } && !IsLookedAt()) return;
        _reporter.Changed();
    }

    private bool IsLookedAt() => _containers.Count > 0
        ? _containers.All(c => c.State != ContainerState.Creating)
        : _init.Any(c => c.State != ContainerState.Creating && c.State is not { IsOver: true, LastEnd.ExitCode: 0 }); // one that still runs, or fails

    private static ContainerLife? Find(IReadOnlyList<ContainerLife> runs, string? name) =>
        runs.FirstOrDefault(c => string.IsNullOrEmpty(name) || c.Spec.Name == name);

    private JsonObject Status(DateTimeOffset startedAt) => PodStatus.Of(
        _runtime.Node, Spec, _sandbox?.Addresses, [.. _init.Select(c => c.State)], [.. _containers.Select(c => c.State)], startedAt, _problem);

    private async Task RunAsync(CancellationToken cancellation)
    {
        await Task.Yield();
        try
        {
            foreach (var field in Spec.Unknown) _documents.Warning("UnsupportedField", $"{field} is not supported by the lab and is ignored");
            _sandbox = await SandboxAsync(cancellation);
            Changed();
            _documents.Services = await _api.ListServicesAsync(Spec.Key.Namespace, cancellation);
            var volumes = new PodVolumes(_documents, _sandbox, _runtime.Node, _runtime.Time);
            await volumes.PrepareAsync(cancellation);
            var refreshing = volumes.RefreshAsync(cancellation);
            await RunContainersAsync(cancellation);
            await refreshing;
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
        finally
        {
            if (_sandbox is not null) await _sandbox.RemoveAsync(CancellationToken.None);
        }
    }

    /// <summary>Runs the init containers and then the others. What runs beside them from the start is stopped after them.</summary>
    private async Task RunContainersAsync(CancellationToken cancellation)
    {
        using var sidecarsStop = new CancellationTokenSource();
        var sidecars = new List<Task<bool>>();
        try
        {
            if (!await InitAsync(sidecars, sidecarsStop.Token, cancellation)) await Task.Delay(Timeout.Infinite, cancellation);
            _containers = [.. Spec.Containers.Select(NewRun)];
            var running = _containers.Select(c => c.RunAsync(isInit: false, cancellation)).ToList();
            await Task.WhenAll(running);
        }
        finally
        {
            await sidecarsStop.CancelAsync();
            await Task.WhenAll(sidecars).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        await Task.Delay(Timeout.Infinite, cancellation); // over, but its addresses stay until it is deleted
    }

    private async Task<IPodSandbox> SandboxAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                var sandbox = await _runtime.CreateSandboxAsync(Spec, cancellation);
                _problem = null;
                return sandbox;
            }
            catch (Exception e) when (e is LabException or IOException)
            {
                // The agent may be starting; what lasts is shown in the pod's status.
                if (_problem is not null) _documents.Warning("FailedCreatePodSandBox", $"Failed to create pod sandbox: {e.Message}");
                _problem = e.Message;
                _reporter.Changed();
                await Task.Delay(s_retry, _runtime.Time, cancellation);
            }
        }
    }

    private async Task<bool> InitAsync(List<Task<bool>> sidecars, CancellationToken sidecarsStop, CancellationToken cancellation)
    {
        foreach (var spec in Spec.InitContainers)
        {
            var run = NewRun(spec);
            _init = [.. _init, run];
            if (!spec.IsSidecar)
            {
                if (!await run.RunAsync(isInit: true, cancellation)) return false;
                continue;
            }

            sidecars.Add(run.RunAsync(isInit: true, sidecarsStop));
            while (!run.State.IsStarted) await Task.Delay(s_look, _runtime.Time, cancellation);
        }

        return true;
    }

    private ContainerLife NewRun(ContainerSpec spec) => _runtime.CreateContainer(_documents, _sandbox!, spec, Changed);
}
