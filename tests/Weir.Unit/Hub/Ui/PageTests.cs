using System.Net;
using Xunit;

namespace Weir.Unit.Hub.Ui;

public sealed class PageTests : IAsyncLifetime
{
    private readonly UiScene _scene = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _scene.StartAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task A_hub_without_the_built_page_says_how_to_build_it()
    {
        using var response = await _scene.Page.GetAsync("/", Stop);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("npm run build", await response.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Views_of_the_page_get_the_page_and_other_paths_get_nothing()
    {
        await File.WriteAllTextAsync(Path.Combine(_scene.WebFolder, "index.html"), "<!doctype html><title>Weir</title>", Stop);
        Directory.CreateDirectory(Path.Combine(_scene.WebFolder, "assets"));
        await File.WriteAllTextAsync(Path.Combine(_scene.WebFolder, "assets/app-1.js"), "export {};" + new string(' ', 1000), Stop);
        await File.WriteAllTextAsync(_scene.WebFolder + ".secret", "secret", Stop);

        using var view = new HttpRequestMessage(HttpMethod.Get, "/flows?q=verdict%3Ddropped") { Headers = { { "Accept", "text/html" } } };
        Assert.Contains("<title>Weir</title>", await (await _scene.Page.SendAsync(view, Stop)).Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        using var script = new HttpRequestMessage(HttpMethod.Get, "/assets/app-1.js") { Headers = { { "Accept-Encoding", "br" } } };
        using var answer = await _scene.Page.SendAsync(script, Stop);
        Assert.Equal("text/javascript; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(["br"], answer.Content.Headers.ContentEncoding);
        Assert.Contains("immutable", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        foreach (var path in (string[])["/assets/app-2.js", "/nothing", "/ui/api/nothing", "/assets/..%2f..%2fetc%2fpasswd", "/..%2f" + Path.GetFileName(_scene.WebFolder) + ".secret"])
            Assert.Equal(HttpStatusCode.NotFound, (await _scene.Page.GetAsync(path, Stop)).StatusCode);
        File.Delete(_scene.WebFolder + ".secret");
    }

    [Fact]
    public async Task Every_answer_to_a_browser_keeps_it_from_running_what_is_not_ours()
    {
        foreach (var path in (string[])["/", "/ui/api/state", "/v2/rest/query"])
        {
            using var response = await _scene.Page.GetAsync(path, Stop);
            var policy = response.Headers.GetValues("Content-Security-Policy").Single();
            Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
        }
    }
}
