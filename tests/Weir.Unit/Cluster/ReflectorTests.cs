using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Cluster.Watch;
using Weir.Unit.Lab;
using Xunit;

namespace Weir.Unit.Cluster;

/// <summary>The reflector against the real server: what it saw must be what was written.</summary>
public sealed class ReflectorTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_watch_loses_nothing_and_doubles_nothing_under_two_thousand_quick_writes()
    {
        await using var lab = await LabServer.StartAsync();
        var copy = new Copy(lab);
        await using var running = copy.Run();
        await Eventually.HoldsAsync(() => Task.FromResult(copy.Lists == 1), "the list is there");
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async writer =>
        {
            for (var i = 0; i < 50; i++)
            {
                var name = $"m-{writer}-{i}";
                await lab.CreateAsync(Maps, $$$"""{"metadata":{"name":"{{{name}}}"}}""");
                if (i % 2 == 0) await lab.MergeAsync($"{Maps}/{name}", """{"data":{"a":"b"}}""");
                else await lab.DeleteAsync($"{Maps}/{name}");
            }
        }));

        await Eventually.HoldsAsync(() => Task.FromResult(copy.Events >= 2000), "2,000 events have arrived");
        Assert.Equal(2000, copy.Events);
        Assert.Equal(500, copy.Objects.Count);
        Assert.Equal(1, copy.Lists);
        Assert.Equal(copy.Revisions.Order(), copy.Revisions);
    }

    [Fact]
    public async Task A_watcher_that_fell_behind_is_told_so_and_lists_again()
    {
        await using var lab = await LabServer.StartAsync(history: 16);
        using var hold = new SemaphoreSlim(0);
        var copy = new Copy(lab) { Before = () => hold.Wait(Ct) };
        await using var running = copy.Run();
        await Eventually.HoldsAsync(() => Task.FromResult(copy.Lists == 1), "the first list is there");

        // Held at its first event, the reader leaves the server with more than any buffer between them takes.
        var ballast = new string('x', 500_000);
        for (var i = 0; i < 100; i++) await lab.CreateAsync(Maps, $$$"""{"metadata":{"name":"m{{{i}}}"},"data":{"x":"{{{ballast}}}"}}""");
        hold.Release(1000);

        await Eventually.HoldsAsync(() => Task.FromResult(copy.Lists == 2 && copy.Objects.Count == 100), "it has listed again and has all");
    }

    [Fact]
    public async Task It_survives_a_restart_of_the_server_and_misses_nothing()
    {
        await using var lab = await LabServer.StartAsync(onDisk: true);
        await lab.CreateAsync(Maps, """{"metadata":{"name":"before"}}""");
        var copy = new Copy(lab);
        await using var running = copy.Run();
        await Eventually.HoldsAsync(() => Task.FromResult(copy.Objects.Count == 1), "the first object is there");
        await lab.DownAsync();
        await lab.UpAsync();
        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    await lab.CreateAsync(Maps, """{"metadata":{"name":"after"}}""");
                    return true;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            "the server answers again");

        await Eventually.HoldsAsync(() => Task.FromResult(copy.Objects.ContainsKey("before") && copy.Objects.ContainsKey("after")), "both are there");
    }

    [Fact]
    public async Task A_selector_sees_an_object_that_stops_matching_as_gone()
    {
        await using var lab = await LabServer.StartAsync();
        var copy = new Copy(lab, Maps + "?labelSelector=a%3Db");
        await using var running = copy.Run();
        await Eventually.HoldsAsync(() => Task.FromResult(copy.Lists == 1), "the list is there");
        await lab.CreateAsync(Maps, """{"metadata":{"name":"m","labels":{"a":"b"}}}""");
        await lab.CreateAsync(Maps, """{"metadata":{"name":"other"}}""");
        await Eventually.HoldsAsync(() => Task.FromResult(copy.Objects.ContainsKey("m")), "it is there");
        await lab.MergeAsync($"{Maps}/m", """{"metadata":{"labels":{"a":"c"}}}""");

        await Eventually.HoldsAsync(() => Task.FromResult(copy.Objects.IsEmpty), "it is gone");
        Assert.Equal(2, copy.Events);
    }

    private sealed class Copy
    {
        private readonly Reflector _reflector;
        private int _lists;
        private int _events;

        public Copy(LabServer lab, string path = Maps) => _reflector = new Reflector(
            lab.Connection, path, new ClusterWatchOptions(), TimeProvider.System, NullLogger.Instance)
        {
            Listed = items =>
            {
                Objects.Clear();
                foreach (var item in items) Objects[item.ObjectName().Name] = item;
                Interlocked.Increment(ref _lists);
            },
            Changed = document => See(() => Objects[document.ObjectName().Name] = document, document),
            Removed = document => See(() => Objects.TryRemove(document.ObjectName().Name, out _), document),
        };

        public ConcurrentDictionary<string, JsonObject> Objects { get; } = new();

        public ConcurrentQueue<long> Revisions { get; } = new();

        public Action Before { get; init; } = () => { };

        public int Lists => Volatile.Read(ref _lists);

        public int Events => Volatile.Read(ref _events);

        public Running Run() => new(_reflector.RunAsync);

        private void See(Action change, JsonObject document)
        {
            Before();
            change();
            Revisions.Enqueue(long.Parse(document.Text("metadata", "resourceVersion")!, System.Globalization.CultureInfo.InvariantCulture));
            Interlocked.Increment(ref _events);
        }
    }
}
