using System.Globalization;

namespace Weir.Bench;

/// <summary>A benchmark that is a program of its own, and not BenchmarkDotNet's.</summary>
/// <param name="Usage">Its name, and its arguments in capitals; <c>…</c> behind the last where there may be more of it.</param>
/// <param name="Does">What it measures; empty for what benchmarks start themselves.</param>
/// <param name="RunAsync">Runs it with its arguments.</param>
internal sealed record Benchmark(string Usage, string Does, Func<string[], Task> RunAsync)
{
    /// <summary>Its name.</summary>
    public string Name { get; } = Usage.Split(' ')[0];

    /// <summary>Whether it can have so many arguments.</summary>
    public bool Takes(int arguments)
    {
        var named = Usage.Split(' ').Length - 1;
        return Usage.EndsWith('…') ? arguments >= named : arguments == named;
    }
}

/// <summary>All of them.</summary>
internal static class Benchmarks
{
    /// <summary>In the order in which the usage lists them.</summary>
    public static IReadOnlyList<Benchmark> All { get; } =
    [
        new("apply FOLDER PODS EDITS", "how soon an edited policy is in force", a => ApplyLatency.RunAsync(a[0], Number(a[1]), Number(a[2]))),
        new("flowlog ROWS…", "ingest, bytes a row, the lab's queries beside hand-written SQL", a => FlowLogSpeed.RunAsync([.. a.Select(Number)])),
        new("hubble FLOWS", "one reader and a full ring, over mTLS", a => HubbleSpeed.RunAsync(Number(a[0]))),
        new("hubble-readers SECONDS RATE READERS", "what readers with filters cost a node", a => ReaderLoad.RunAsync(Number(a[0]), Number(a[1]), Number(a[2]))),
        new("hubble-relay SECONDS NODES RATE", "a relay before many nodes", a => RelayLoad.RunAsync(Number(a[0]), Number(a[1]), Number(a[2]))),
        new("hubble-soak SECONDS RATE READERS", "an observer under load for long", a => HubbleSoak.RunAsync(Number(a[0]), Number(a[1]), Number(a[2]))),
        new("list", "how long the lab's API server takes to list pods", _ => ListLatency.RunAsync()),
        new("names MOST", "what an answer costs the book of learned names", a => NameSpeed.RunAsync(Number(a[0]))),
        new("scrape SERIES", "how long a scrape of so many series takes", a => ScrapeSpeed.RunAsync(Number(a[0]))),
        new("hubble-readers-side SOCKET READERS", "", a => ReaderLoad.ReadAsync(a[0], Number(a[1]))),
        new("hubble-relay-nodes FOLDER NODES RATE", "", a => RelayLoad.ServeNodesAsync(a[0], Number(a[1]), Number(a[2]))),
        new("hubble-relay-side SOCKET SECONDS", "", a => RelayLoad.ReadAsync(a[0], Number(a[1]))),
    ];

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
