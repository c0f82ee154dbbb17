using System.Text.Json.Nodes;

namespace Weir.Lab.Pods;

/// <summary>One pod on its node, from its network to its end.</summary>
internal sealed class PodRun : IAsyncDisposable
{
    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(500);
    private readonly NodeKit _kit;
    private readonly IPodApi _api;
    private readonly DateTimeOffset _startedAt;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _changed = new(1, 1);
    private readonly Task _running;
    private readonly Task _reporting;
    private volatile PodSandbox? _sandbox;
    private volatile string? _problem;
    private volatile IReadOnlyList<ContainerRun> _init = [];
    private volatile IReadOnlyList<ContainerRun> _containers = [];

    public PodRun(NodeKit kit, IPodApi api, PodSpec spec)
    {
        (_kit, _api, Spec, _startedAt) = (kit, api, spec, kit.Time.GetUtcNow());
        _running = RunAsync(_stop.Token);
        _reporting = ReportAsync(_stop.Token);
    }

    /// <summary>What it runs.</summary>
    public PodSpec Spec { get; }

    /// <summary>The runtime's name of a container that runs; null when none of that name does.</summary>
    /// <param name="name">Null or empty is the first.</param>
    public string? RuntimeIdOf(string? name)
    {
        var run = Find(_containers, name);
        return run?.State is { RunningSince: not null } state ? state.RuntimeId : null;
    }

    /// <summary>The log of a container, init containers included; null when there is none of that name.</summary>
    public string? LogPathOf(string? name) =>
        (Find(_containers, name) ?? Find(_init, name))?.LogPath;

    /// <summary>Stops the containers and takes the network away.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _reporting;
        _stop.Dispose();
        _changed.Dispose();
    }

    private static ContainerRun? Find(IReadOnlyList<ContainerRun> runs, string? name) =>
        runs.FirstOrDefault(c => string.IsNullOrEmpty(name) || c.Spec.Name == name);

    private async Task RunAsync(CancellationToken cancellation)
    {
        await Task.Yield();
        try
        {
            _sandbox = await SandboxAsync(cancellation);
            Changed();
            var services = await _api.ListServicesAsync(Spec.Key.Namespace, cancellation);
            if (!await InitAsync(services, cancellation)) return;
            _containers = [.. Spec.Containers.Select(c => NewRun(c, services))];
            await Task.WhenAll(_containers.Select(c => c.RunAsync(isInit: false, cancellation)));
            await Task.Delay(Timeout.Infinite, cancellation); // over, but its addresses stay until it is deleted
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

    private async Task<PodSandbox> SandboxAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                var sandbox = await PodSandbox.CreateAsync(_kit, Spec, cancellation);
                _problem = null;
                return sandbox;
            }
            catch (Exception e) when (e is LabException or IOException)
            {
                // The agent may be starting; what lasts is shown in the pod's status.
                _problem = e.Message;
                Changed();
                await Task.Delay(s_retry, _kit.Time, cancellation);
            }
        }
    }

    private async Task<bool> InitAsync(IReadOnlyList<JsonObject> services, CancellationToken cancellation)
    {
        foreach (var spec in Spec.InitContainers)
        {
            var run = NewRun(spec, services);
            _init = [.. _init, run];
            if (!await run.RunAsync(isInit: true, cancellation)) return false;
        }

        return true;
    }

    private ContainerRun NewRun(ContainerSpec spec, IReadOnlyList<JsonObject> services) => new(_kit, Spec, _sandbox!, spec, services, Changed);

    private void Changed()
    {
        if (_changed.CurrentCount > 0) return;
        try
        {
            _changed.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // A report is due already, or nobody reports any more.
        }
    }

    /// <summary>Reports the newest state whenever it changed; several changes in a moment become one report.</summary>
    private async Task ReportAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await _changed.WaitAsync(cancellation);
                var status = PodStatus.Of(_kit, Spec, _sandbox, _init, _containers, _startedAt, _problem);
                await _api.WriteStatusAsync(Spec.Key, status, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or Cluster.ApiRefusedException)
            {
                await Task.Delay(s_retry, _kit.Time, CancellationToken.None);
                Changed();
            }
        }
    }
}
