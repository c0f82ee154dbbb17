using System.Text;
using CsCheck;
using Weir.Protocols.Http;
using Xunit;

namespace Weir.Unit.Protocols;

public sealed class HttpPathTests
{
    [Theory]
    [InlineData("/", "/")]
    [InlineData("/a/b/c", "/a/b/c")]
    [InlineData("/a/./b", "/a/b")]
    [InlineData("/a/../b", "/b")]
    [InlineData("/../../a", "/a")]
    [InlineData("/a/..", "/")]
    [InlineData("/a/.", "/a/")]
    [InlineData("//a///b/", "/a/b/")]
    [InlineData("/a//../b", "/b")]
    [InlineData("/%61%2D%7e", "/a-~")]
    [InlineData("/a%20b%3F", "/a%20b%3F")]
    [InlineData(@"\a\..\b", "/b")]
    [InlineData("/a?x=/../%2f//", "/a?x=/../%2f//")]
    [InlineData("/.../..a/a..", "/.../..a/a..")]
    public void Has_one_form(string path, string expected) => Assert.Equal((PathForm.Judged, expected), Normalize(path));

    [Theory]
    [InlineData("/a%2fb", "/a/b")]
    [InlineData("/a%5C..%2Fb", "/b")]
    public void An_escaped_slash_redirects(string path, string expected) => Assert.Equal((PathForm.Redirected, expected), Normalize(path));

    [Theory]
    [InlineData("/%")]
    [InlineData("/%4")]
    [InlineData("/%zz")]
    [InlineData("/a%00")]
    public void An_escape_of_nothing_is_refused(string path) => Assert.Equal(PathForm.Refused, Normalize(path).Form);

    [Fact]
    public void The_form_of_a_form_is_itself()
    {
        string[] parts = ["/", ".", "..", "a", "%2e", "%2F", "\\", "?", "%41", "//"];
        Gen.Int[0, parts.Length - 1].Array[0, 12].Select(chosen => "/" + string.Concat(chosen.Select(i => parts[i]))).Sample(
            path =>
            {
                var (form, once) = Normalize(path);
                return form == PathForm.Refused || (once.Length <= path.Length && Normalize(once) == (PathForm.Judged, once));
            },
            iter: 20_000);
    }

    private static (PathForm Form, string Path) Normalize(string path)
    {
        var destination = new byte[path.Length];
        var form = HttpPath.Normalize(Encoding.ASCII.GetBytes(path), destination, out var length);
        return (form, Encoding.ASCII.GetString(destination, 0, length));
    }
}
