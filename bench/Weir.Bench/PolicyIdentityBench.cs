using BenchmarkDotNet.Attributes;
using Weir.Policy.Compile;

namespace Weir.Bench;

/// <summary>Bar: one identity comes to 1,000 policies and 10,000 identities, all tables updated, in under 1 ms.</summary>
[MemoryDiagnoser]
[SimpleJob(warmupCount: 1, iterationCount: 5)]
public class PolicyIdentityBench
{
    private PolicyScene _scene = null!;
    private PolicyRepository _repository = null!;

    [GlobalSetup]
    public void Setup()
    {
        _scene = new PolicyScene(1_000, 10_000);
        _repository = _scene.Compile();
    }

    /// <summary>An identity comes and goes: two changes.</summary>
    [Benchmark(OperationsPerInvoke = 2)]
    public int ComesAndGoes()
    {
        var identity = PolicyScene.IdentityOf(20_000);
        var came = _repository.SetIdentity(identity, _scene.LabelsOf(20_000));
        return came.Count + _repository.RemoveIdentity(identity).Count;
    }
}
