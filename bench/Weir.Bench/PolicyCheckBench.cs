using BenchmarkDotNet.Attributes;
using Weir.Policy.Documents;
using Weir.Policy.Lint;

namespace Weir.Bench;

/// <summary>Bar: 1,000 files checked in under 1 s.</summary>
[MemoryDiagnoser]
[SimpleJob(warmupCount: 1, iterationCount: 3)]
public class PolicyCheckBench
{
    private List<TextFile> _files = [];

    [Params(10, 100, 1_000)]
    public int Files { get; set; }

    [GlobalSetup]
    public void Setup() => _files = [.. new PolicyScene(Files, 0).Texts.Select((t, i) => new TextFile($"{i}.yaml", t))];

    [Benchmark]
    public LintReport Check() => Linter.Check(_files);
}
