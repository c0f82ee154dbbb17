using Weir.Model;
using Weir.Proxy.Feed;
using Xunit;

namespace Weir.Unit.Proxy;

/// <summary>What an answer opens, for how long, and what is left when something is full or starts again.</summary>
public sealed class NameBookTests : IDisposable
{
    private readonly ProxyScene _scene = new();

    public NameBookTests() => _scene.Tell(new FeedSettings(), "*.test");

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void An_answer_is_open_at_once_and_closed_when_its_time_is_over()
    {
        _scene.Learn("a.test", 90, "198.18.0.1", "198.18.0.2");
        Assert.Equal(["198.18.0.1", "198.18.0.2"], _scene.Open(ProxyScene.Pod));

        _scene.Time.Advance(TimeSpan.FromSeconds(89));
        _scene.State.Names.Sweep();
        Assert.Equal(2, _scene.Open(ProxyScene.Pod).Count());

        _scene.Time.Advance(TimeSpan.FromSeconds(2));
        _scene.State.Names.Sweep();
        _scene.State.Names.Sweep();
        Assert.Empty(_scene.Open(ProxyScene.Pod));
        Assert.Equal((0, 0), _scene.State.Names.Count);
    }

    [Fact]
    public void A_short_time_to_live_counts_as_the_minimum_and_a_new_answer_prolongs()
    {
        _scene.Learn("a.test", 1, "198.18.0.1");
        _scene.Time.Advance(TimeSpan.FromSeconds(59));
        _scene.Learn("a.test", 1, "198.18.0.1");
        _scene.Time.Advance(TimeSpan.FromSeconds(59));
        _scene.State.Names.Sweep();

        Assert.Equal(["198.18.0.1"], _scene.Open(ProxyScene.Pod));
    }

    [Fact]
    public void An_address_that_two_names_share_stays_open_until_both_are_over()
    {
        _scene.Learn("a.test", 60, "198.18.0.1");
        _scene.Learn("b.test", 120, "198.18.0.1");
        Assert.Equal(["a.test", "b.test"], _scene.State.Names.NamesOf(ProxyScene.Pod, IpAddress.Parse("198.18.0.1")));

        _scene.Time.Advance(TimeSpan.FromSeconds(61));
        _scene.State.Names.Sweep();
        Assert.Equal(["b.test"], _scene.State.Names.NamesOf(ProxyScene.Pod, IpAddress.Parse("198.18.0.1")));
        Assert.Equal(["198.18.0.1"], _scene.Open(ProxyScene.Pod));

        _scene.Time.Advance(TimeSpan.FromSeconds(60));
        _scene.State.Names.Sweep();
        Assert.Empty(_scene.Open(ProxyScene.Pod));
    }

    [Fact]
    public void A_name_that_no_policy_means_opens_nothing_until_one_does()
    {
        _scene.Learn("a.other", 600, "198.18.0.1");
        Assert.Empty(_scene.Open(ProxyScene.Pod));

        _scene.Tell(new FeedSettings(), "*.test", "a.other");
        Assert.Equal(["198.18.0.1"], _scene.Open(ProxyScene.Pod));

        _scene.Tell(new FeedSettings(), "x.test", "y.test", "z.test");
        Assert.NotEmpty(_scene.Open(ProxyScene.Pod)); // the table before may still be in force for a moment

        _scene.Time.Advance(TimeSpan.FromSeconds(6));
        _scene.State.Names.Sweep();
        Assert.Empty(_scene.Open(ProxyScene.Pod));
    }

    [Fact]
    public void Beyond_the_most_addresses_of_a_name_the_one_that_expires_first_makes_room()
    {
        _scene.Tell(new FeedSettings { MaxAddressesPerName = 3 }, "*.test");
        for (var i = 1; i <= 10; i++)
        {
            _scene.Learn("a.test", 100, $"198.18.0.{i}");
            _scene.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["198.18.0.10", "198.18.0.8", "198.18.0.9"], _scene.Open(ProxyScene.Pod));
    }

    [Fact]
    public void Beyond_the_most_names_of_an_endpoint_nothing_more_is_open()
    {
        _scene.Tell(new FeedSettings { MaxNamesPerEndpoint = 10 }, "*.test");
        for (var i = 1; i <= 20; i++) _scene.Learn($"n{i}.test", 100, $"198.18.0.{i}");

        Assert.Equal(10, _scene.Open(ProxyScene.Pod).Count());
        Assert.Equal(10, _scene.State.Names.NotLearned);
    }

    [Fact]
    public void A_proxy_that_was_killed_knows_again_what_it_had_learned_and_nothing_else_stays_open()
    {
        _scene.Learn("a.test", 600, "198.18.0.1", "2001:db8::1");
        _scene.Tables.SetNames(ProxyScene.Pod, IpAddress.Parse("198.18.0.99"), 1); // nobody knows why

        _scene.Restart();

        Assert.Equal(["198.18.0.1", "2001:db8::1"], _scene.Open(ProxyScene.Pod));
        Assert.All(_scene.Tables.Addresses, a => Assert.Contains(_scene.Tables.Decisions, d => d.Set == a.Set && d.Table == ProxyScene.Table + 1));
    }

    [Fact]
    public void A_proxy_that_starts_again_forgets_a_pod_that_went_before_and_sweeps_what_it_left()
    {
        _scene.Learn("a.test", 60, "198.18.0.1");
        _scene.State.Policies.Apply(new FeedUpdate { Sequence = 2, IsWhole = true });
        _scene.Restart();
        Assert.Equal((0, 0), _scene.State.Names.Count);

        _scene.Time.Advance(TimeSpan.FromMinutes(5));
        _scene.State.Names.Sweep();
        Assert.Empty(_scene.Open(ProxyScene.Pod));
    }

    [Fact]
    public void A_journal_that_is_written_anew_has_all_that_is_known_and_what_is_learned_after_it()
    {
        for (var i = 0; i < 20_000; i++) _scene.Learn($"host{i % 1000}.with-a-name-that-takes-some-room.test", 60 + ((uint)i * 20), $"198.18.{i % 1000 / 250}.{i % 250}");
        var before = new FileInfo(Path.Combine(_scene.Folder, "proxy-names.journal")).Length;
        _scene.State.Names.Sweep();
        Assert.InRange(new FileInfo(Path.Combine(_scene.Folder, "proxy-names.journal")).Length, 1, before / 4);
        _scene.Learn("late.test", 60, "198.18.9.9");

        _scene.Restart();
        Assert.Equal((1001, 1001), _scene.State.Names.Count);
        Assert.Contains("198.18.9.9", _scene.Open(ProxyScene.Pod));
    }

    [Fact]
    public void Another_pod_with_the_same_number_inherits_no_names()
    {
        _scene.Learn("a.test", 600, "198.18.0.1");

        _scene.State.Policies.Apply(new FeedUpdate { Sequence = 2, IsWhole = true, Endpoints = [new FeedEndpoint { Id = ProxyScene.Pod, Uid = "other" }] });

        Assert.Empty(_scene.Open(ProxyScene.Pod));
        _scene.Restart();
        Assert.Empty(_scene.Open(ProxyScene.Pod));
    }
}
