using Weir.Policy.Reading;
using Xunit;

namespace Weir.Unit.Policy;

public sealed class LinearPatternTests
{
    [Theory]
    [InlineData("/", "/", true)]
    [InlineData("/", "/x", false)]
    [InlineData("/v1/items$", "/v1/items", true)]
    [InlineData("^/a", "/a", true)]
    [InlineData("/a", "/a\n", false)]
    [InlineData(@"/\d+", "/12", true)]
    [InlineData(@"/\d+", "/٣", false)]
    [InlineData(@"[[:alpha:]]+", "abc", true)]
    [InlineData(@"[^[:digit:]]", "1", false)]
    [InlineData(@"[]a]", "]", true)]
    [InlineData(@"[a[]", "[", true)]
    [InlineData(@"\Qa.b\E.", "a.bc", true)]
    [InlineData(@"\Qa.b\E.", "axbc", false)]
    [InlineData(@"(?P<id>x)+", "xx", true)]
    [InlineData(@"\pL\x{41}", "ÄA", true)]
    [InlineData("GET|HEAD", "HEAD", true)]
    [InlineData("GET|HEAD", "HEADS", false)]
    public void Matches_the_whole_value_as_RE2_would(string pattern, string value, bool matches) =>
        Assert.Equal(matches, LinearPattern.Compile(pattern).IsMatch(value));

    [Theory]
    [InlineData("/a(")]
    [InlineData("(?=x)")]
    [InlineData(@"(a)\1")]
    [InlineData("a**")]
    [InlineData("a{1001}")]
    [InlineData("((a{100}){100}){100}")]
    [InlineData("[a")]
    [InlineData(@"a\")]
    [InlineData(@"\Z")]
    public void Refuses_what_RE2_does_not_have_or_what_unfolds_to_too_much(string pattern) => Assert.NotNull(LinearPattern.Check(pattern));
}
