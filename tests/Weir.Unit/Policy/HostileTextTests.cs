using System.Diagnostics;
using System.Text;
using Weir.Policy.Documents;
using Weir.Policy.Reading;
using Xunit;

namespace Weir.Unit.Policy;

public sealed class HostileTextTests
{
    [Fact]
    public void Aliases_that_multiply_are_stopped()
    {
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 12; i++) text.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        Assert.Contains("aliases", Refused(text.ToString()), StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_is_stopped() =>
        Assert.Contains("nested deeper", Refused(new string('[', 100_000) + new string(']', 100_000)), StringComparison.Ordinal);

    [Fact]
    public void A_text_that_is_too_long_is_refused_without_reading_it() =>
        Assert.Contains("at most", Refused(new string('a', YamlNodes.MaxLength + 1)), StringComparison.Ordinal);

    [Fact]
    public void A_hundred_thousand_ports_are_refused_in_reasonable_time()
    {
        var ports = string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"{{\"port\":\"{i % 65536}\"}}"));
        var text = $$$"""{"apiVersion":"cilium.io/v2","kind":"CiliumNetworkPolicy","metadata":{"name":"p"},"spec":{"endpointSelector":{},"egress":[{"toPorts":[{"ports":[{{{ports}}}]}]}]}}""";
        var start = Stopwatch.GetTimestamp();
        Assert.Contains("at most 40", Refused(text), StringComparison.Ordinal);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("a: b: c")]
    [InlineData("\"\\ud800\"")]
    [InlineData("- *missing")]
    [InlineData("? [a]: b")]
    [InlineData("a: 1\na: 2")]
    [InlineData("\t- x")]
    [InlineData("%YAML 9.9\n---\nx")]
    public void Broken_text_is_refused_and_never_throws(string text) => Assert.NotNull(PolicyReader.ReadText(text));

    [Fact]
    public void What_once_crashed_the_reader_no_longer_does()
    {
        var seeds = Directory.GetFiles(Path.Combine(Corpus.Root, "fuzz", "corpus", "policy"));
        Assert.NotEmpty(seeds);
        foreach (var seed in seeds) Assert.NotNull(PolicyReader.ReadText(File.ReadAllText(seed)));
    }

    private static string Refused(string text) => string.Join(' ', PolicyReader.ReadText(text).SelectMany(r => r.Problems).Take(5));
}
