using System.CommandLine;
using Weir.NodeProxy;
using Weir.Proxy.Http;
using Xunit;

namespace Weir.Unit.Proxy;

/// <summary>Hubble's redaction settings on the proxy's command line, and what they leave of a record.</summary>
public sealed class RedactionOptionsTests
{
    [Theory]
    [InlineData("", "http://u:p@shop/a?key=1", "one two")]
    [InlineData("--redact-http-urlquery", "http://u:HUBBLE_REDACTED@shop/a", "one two")]
    [InlineData("--redact-http-urlquery --redact-http-userinfo=false", "http://u:p@shop/a", "one two")]
    [InlineData("--redact-http-headers-allow x-a", "http://u:HUBBLE_REDACTED@shop/a?key=1", "one HUBBLE_REDACTED")]
    [InlineData("--redact-http-headers-deny X-A,x-c", "http://u:HUBBLE_REDACTED@shop/a?key=1", "HUBBLE_REDACTED two")]
    [InlineData("--redact-http-headers-deny x-a --redact-http-headers-deny x-b", "http://u:HUBBLE_REDACTED@shop/a?key=1", "HUBBLE_REDACTED HUBBLE_REDACTED")]
    public void What_is_chosen_is_what_records_keep(string options, string url, string headers)
    {
        var redaction = Read(options);
        Assert.Equal(url, redaction.Url("http", "u:p@shop", "/a?key=1"));
        Assert.Equal(headers, $"{redaction.Header("x-a", "one")} {redaction.Header("X-B", "two")}");
    }

    [Fact]
    public void Only_the_request_id_is_recorded_unless_other_headers_are_named()
    {
        Assert.Equal(["x-request-id"], Read("").HeadersRecorded);
        Assert.Equal(["x-a", "authorization"], Read("--record-http-headers x-a,authorization").HeadersRecorded);
    }

    [Fact]
    public void Headers_to_show_and_headers_to_hide_exclude_each_other() =>
        Assert.Contains("exclude each other", Assert.Single(Parse("--redact-http-headers-allow a --redact-http-headers-deny b").Errors).Message, StringComparison.Ordinal);

    private static HttpRedaction Read(string options)
    {
        var parsed = Parse(options);
        Assert.Empty(parsed.Errors);
        return RedactionOptions.Read(parsed);
    }

    private static ParseResult Parse(string options) => ProxyCommand.Complete(new RootCommand()).Parse($"--run . --node n {options}");
}
