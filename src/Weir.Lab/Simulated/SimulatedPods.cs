using Weir.Lab.Pods;

namespace Weir.Lab.Simulated;

/// <summary>Pods of a simulated node: programs that run in this process on the simulated network.</summary>
internal sealed class SimulatedPods(SimulatedKit kit) : IPodRuntime
{
    public int Node => kit.Number;

    public TimeProvider Time => kit.Time;

    public async Task<IPodSandbox> CreateSandboxAsync(PodSpec pod, CancellationToken cancellation) => await SimulatedSandbox.CreateAsync(kit, pod, cancellation);

    public IReadOnlyList<PodKey> FindLeft() => []; // they live and die with the process

    public Task RemoveLeftAsync(PodKey pod) => Task.CompletedTask;

    public ContainerLife CreateContainer(PodDocuments documents, IPodSandbox sandbox, ContainerSpec spec, Action changed) =>
        new SimulatedContainer(kit, documents, (SimulatedSandbox)sandbox, spec, changed);
}
