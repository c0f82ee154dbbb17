using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Xunit;

namespace Weir.Unit.Lab;

/// <summary>Watchers under load, and those that fall behind: over TLS, as clients know the server.</summary>
public sealed class WatcherTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_a_hundred_writes_a_second_by_two_clients_twenty_watchers_miss_none_and_see_none_twice()
    {
        const int Each = 150;
        await using var lab = await SecureServer.StartAsync();
        using var reader = lab.OpenByKubeconfig();
        var from = (await reader.SendAsync(HttpMethod.Get, Maps, null, Ct)).Text("metadata", "resourceVersion")!;
        var watchers = Enumerable.Range(0, 20).Select(_ => CollectAsync(reader, from, e => e.Type == "ADDED" && e.Name == "last")).ToList();

        using var one = lab.OpenByKubeconfig();
        using var two = lab.OpenByKubeconfig();
        var answered = (await Task.WhenAll(WriteAsync(one, "a", Each), WriteAsync(two, "b", Each))).SelectMany(w => w).ToHashSet();
        await lab.CreateAsync(Maps, """{"metadata":{"name":"last"}}""");

        foreach (var watcher in watchers)
        {
            var seen = (await watcher.WaitAsync(TimeSpan.FromSeconds(30), Ct)).Where(e => e.Name != "last" && e.Name != "kube-root-ca.crt").ToList();
            Assert.Equal(seen.Select(e => e.Revision).Order(), seen.Select(e => e.Revision));
            Assert.Equal(seen.Count, seen.Select(e => e.Revision).Distinct().Count());
            Assert.Equal(2 * Each, seen.Count);
            Assert.Equal(answered, seen.Where(e => e.Type != "DELETED").Select(e => e.Revision).ToHashSet());
        }
    }

    [Fact]
    public async Task A_watcher_that_slept_gets_what_it_missed_or_is_told_to_list_again()
    {
        await using var lab = await SecureServer.StartAsync(history: 64);
        using var client = lab.OpenByKubeconfig();
        await Eventually.HoldsAsync(
            async () => (await client.SendAsync(HttpMethod.Get, Maps, null, Ct)).Items("items").Any(), "the controllers have written what they write at the start");
        var before = (await client.SendAsync(HttpMethod.Get, Maps, null, Ct)).Text("metadata", "resourceVersion")!;
        var first = await CreateAsync(client, 0, 60);
        var missed = await CollectAsync(client, before, e => e.Name == "m59");
        Assert.Equal(first, missed.Select(e => e.Revision));

        await CreateAsync(client, 60, 10);
        var told = Assert.Single(await CollectAsync(client, before, e => e.Type == "ERROR"));
        Assert.Equal((410, "Expired"), (told.Document.Number("code"), told.Document.Text("reason")));
        Assert.StartsWith("too old resource version: ", told.Document.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_typed_client_lists_watches_and_goes_on_where_it_was_by_its_kubeconfig()
    {
        await using var lab = await SecureServer.StartAsync();
        using var connection = lab.OpenByKubeconfig();
        var core = connection.Typed.CoreV1;
        await CreateAsync(connection, 0, 3);
        var list = await core.ListNamespacedConfigMapAsync("default", cancellationToken: Ct);
        var known = list.Items.ToDictionary(m => m.Metadata.Name);
        var revision = list.Metadata.ResourceVersion;

        for (var round = 0; round < 3; round++)
        {
            await CreateAsync(connection, 10 * (round + 1), 2);
            await connection.SendAsync(HttpMethod.Delete, $"{Maps}/m{round}", null, Ct);
            await foreach (var (type, map) in core.WatchListNamespacedConfigMapAsync("default", resourceVersion: revision, allowWatchBookmarks: true, cancellationToken: Ct))
            {
                revision = map.Metadata.ResourceVersion;
                if (type == WatchEventType.Deleted) known.Remove(map.Metadata.Name);
                else if (type is WatchEventType.Added or WatchEventType.Modified) known[map.Metadata.Name] = map;
                if (type == WatchEventType.Deleted && map.Metadata.Name == $"m{round}") break;
            }
        }

        var now = await core.ListNamespacedConfigMapAsync("default", cancellationToken: Ct);
        Assert.Equal(now.Items.Select(m => (m.Name(), m.ResourceVersion())).Order(), known.Values.Select(m => (m.Name(), m.ResourceVersion())).Order());
    }

    // Fifty a second: a map is made, changed and deleted in turn.
    private static async Task<List<long>> WriteAsync(KubernetesConnection client, string name, int count)
    {
        var answered = new List<long>();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var i = 0; i < count; i++)
        {
            await pace.WaitForNextTickAsync(Ct);
            var path = $"{Maps}/{name}{i / 3}";
            var written = (i % 3) switch
            {
                0 => await client.SendAsync(HttpMethod.Post, Maps, JsonNode.Parse($$$"""{"metadata":{"name":"{{{name}}}{{{i / 3}}}"}}"""), Ct),
                1 => await client.SendAsync(HttpMethod.Patch, path, JsonNode.Parse("""{"data":{"k":"v"}}"""), Ct, "application/merge-patch+json"),
                _ => await client.SendAsync(HttpMethod.Delete, path, null, Ct),
            };
            if (i % 3 < 2) answered.Add(long.Parse(written.Text("metadata", "resourceVersion")!, null));
        }

        return answered;
    }

    private static async Task<List<long>> CreateAsync(KubernetesConnection client, int from, int count)
    {
        var made = new List<long>();
        for (var i = from; i < from + count; i++)
        {
            var map = await client.SendAsync(HttpMethod.Post, Maps, JsonNode.Parse($$$"""{"metadata":{"name":"m{{{i}}}"}}"""), Ct);
            made.Add(long.Parse(map.Text("metadata", "resourceVersion")!, null));
        }

        return made;
    }

    private static async Task<List<Seen>> CollectAsync(KubernetesConnection client, string from, Func<Seen, bool> enough)
    {
        var all = new List<Seen>();
        using var lines = new StreamReader(await client.OpenStreamAsync($"{Maps}?watch=true&resourceVersion={from}", Ct));
        while (await lines.ReadLineAsync(Ct) is { } line)
        {
            var happened = JsonNode.Parse(line)!;
            var document = happened["object"]!.AsObject();
            all.Add(new Seen(
                happened.Text("type")!, document.Text("metadata", "name") ?? "", long.TryParse(document.Text("metadata", "resourceVersion"), out var revision) ? revision : 0, document));
            if (enough(all[^1])) break;
        }

        return all;
    }

    private sealed record Seen(string Type, string Name, long Revision, JsonObject Document);
}
