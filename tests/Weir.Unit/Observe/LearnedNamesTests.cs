using Weir.Model;
using Weir.Observe.Enrich;
using Xunit;

namespace Weir.Unit.Observe;

public sealed class LearnedNamesTests
{
    private const long Second = 1_000_000_000;
    private static readonly IpAddress _address = IpAddress.Parse("198.18.0.1");
    private static readonly Endpoint _world = new() { Identity = SecurityIdentity.World, Labels = LabelSet.Empty };
    private readonly LearnedNames _names = new();

    [Fact]
    public void The_newest_name_comes_first_each_is_told_once_and_eight_at_most()
    {
        for (var i = 0; i < 20; i++) _names.Add(1, _address, $"n{i % 10}.example.net.", "A", i * Second);
        var learned = _names.Name(_world, 1, _address).Learned;
        Assert.Equal([.. Enumerable.Range(2, 8).Reverse().Select(i => ($"n{i}.example.net", (10 + i) * Second))], learned.Select(n => (n.Name, n.TimeNanoseconds)));
    }

    [Fact]
    public void A_name_that_is_answered_again_moves_to_the_front_with_its_new_time()
    {
        _names.Add(1, _address, "a.test.", "A", 1 * Second);
        _names.Add(1, _address, "b.test.", "AAAA", 2 * Second);
        Assert.Equal(["b.test", "a.test"], _names.Name(_world, 1, _address).Names);
        _names.Add(1, _address, "a.test.", "A", 3 * Second);
        Assert.Equal([new LearnedName("a.test", 3 * Second, "A"), new LearnedName("b.test", 2 * Second, "AAAA")], _names.Name(_world, 1, _address).Learned);
        _names.Add(1, _address, "a.test.", "A", 5 * Second);
        Assert.Equal(5 * Second, _names.Name(_world, 1, _address).Learned[0].TimeNanoseconds);
    }

    [Fact]
    public void Another_endpoint_and_another_address_have_no_part_in_it()
    {
        _names.Add(1, _address, "a.test.", "A", Second);
        Assert.Same(_world, _names.Name(_world, 2, _address));
        Assert.Same(_world, _names.Name(_world, 1, IpAddress.Parse("198.18.0.2")));
    }

    [Fact]
    public void Names_that_are_known_and_the_flows_to_them_cost_no_allocation()
    {
        string[] known = ["a.test.", "b.test.", "c.test."];
        for (var i = 0; i < 3; i++) _names.Add(1, _address, known[i], "A", Second);
        _names.Add(2, _address, known[0], "A", Second);
        _ = _names.Name(_world, 2, _address);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            _names.Add(1, _address, known[i % 3], "A", Second + (i * 1000L));
            _names.Add(2, _address, known[0], "A", Second + (i * 1000L));
            _ = _names.Name(_world, 2, _address);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
