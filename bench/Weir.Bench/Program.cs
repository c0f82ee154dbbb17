using BenchmarkDotNet.Running;
using Weir.Bench;

if (args is [] or ["help"])
{
    foreach (var known in Benchmarks.All.Where(b => b.Does.Length > 0)) Console.Out.WriteLine($"Weir.Bench {known.Usage,-38} {known.Does}");
    Console.Out.WriteLine($"Weir.Bench {"--filter '*NAME*'",-38} BenchmarkDotNet, with its own options");
    return 0;
}

if (Benchmarks.All.FirstOrDefault(b => b.Name == args[0]) is not { } benchmark)
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
    return 0;
}

if (!benchmark.Takes(args.Length - 1))
{
    Console.Error.WriteLine($"usage: Weir.Bench {benchmark.Usage}");
    return 2;
}

await benchmark.RunAsync(args[1..]);
return 0;
