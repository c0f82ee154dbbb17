namespace Weir.Lab.Pods;

/// <summary>Real pods: namespaces attached by the CNI plugin, and runc's containers in them.</summary>
internal sealed class RuncPods(NodeKit kit) : IPodRuntime
{
    public int Node => kit.Number;

    public TimeProvider Time => kit.Time;

    public async Task<IPodSandbox> CreateSandboxAsync(PodSpec pod, CancellationToken cancellation) => await PodSandbox.CreateAsync(kit, pod, cancellation);

    public IReadOnlyList<PodKey> FindLeft() => LeftPod.FindAll(kit.PodsFolder, kit.Number);

    public Task RemoveLeftAsync(PodKey pod) => PodSandbox.RemoveLeftAsync(kit, pod);

    public ContainerLife CreateContainer(PodDocuments documents, IPodSandbox sandbox, ContainerSpec spec, Action changed) =>
        new ContainerRun(kit, documents, (PodSandbox)sandbox, spec, changed);
}
