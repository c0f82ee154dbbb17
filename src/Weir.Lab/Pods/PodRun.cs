using System.Text.Json.Nodes;

namespace Weir.Lab.Pods;

/// <summary>One pod on its node, from its network to its end.</summary>
internal sealed class PodRun : IAsyncDisposable
{
    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(500);
    private readonly IPodRuntime _runtime;
    private readonly IPodApi _api;
    private readonly CancellationTokenSource _stop = new();
    private readonly PodReporter _reporter;
    private readonly Task _running;
    private volatile IPodSandbox? _sandbox;
    private volatile string? _problem;
    private volatile IReadOnlyList<ContainerLife> _init = [];
    private volatile IReadOnlyList<ContainerLife> _containers = [];

    public PodRun(IPodRuntime runtime, IPodApi api, PodSpec spec)
    {
        (_runtime, _api, Spec) = (runtime, api, spec);
        var startedAt = runtime.Time.GetUtcNow();
        _reporter = new PodReporter(api, spec.Key, () => Status(startedAt), runtime.Time);
        _running = RunAsync(_stop.Token);
    }

    /// <summary>What it runs.</summary>
    public PodSpec Spec { get; }

    /// <summary>Its network; null before it has one.</summary>
    public IPodSandbox? Sandbox => _sandbox;

    /// <summary>A container, init containers included; null when none of that name was made yet.</summary>
    /// <param name="name">Null or empty is the first.</param>
    public ContainerLife? Container(string? name) => Find(_containers, name) ?? Find(_init, name);

    /// <summary>Stops the containers and takes the network away.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reporter.DisposeAsync(); // first: how a pod looks while it is stopped is nobody's business
        await _running;
        _stop.Dispose();
    }

    private static ContainerLife? Find(IReadOnlyList<ContainerLife> runs, string? name) =>
        runs.FirstOrDefault(c => string.IsNullOrEmpty(name) || c.Spec.Name == name);

    private JsonObject Status(DateTimeOffset startedAt) => PodStatus.Of(
        _runtime.Node, Spec, _sandbox?.Addresses, [.. _init.Select(c => c.State)], [.. _containers.Select(c => c.State)], startedAt, _problem);

    private async Task RunAsync(CancellationToken cancellation)
    {
        await Task.Yield();
        try
        {
            _sandbox = await SandboxAsync(cancellation);
            _reporter.Changed();
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
                _problem = e.Message;
                _reporter.Changed();
                await Task.Delay(s_retry, _runtime.Time, cancellation);
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

    private ContainerLife NewRun(ContainerSpec spec, IReadOnlyList<JsonObject> services) =>
        _runtime.CreateContainer(Spec, _sandbox!, spec, services, _reporter.Changed);
}
