using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.Time.Testing;
using Weir.Hub.Ui.Session;
using Xunit;

namespace Weir.Unit.Hub.Ui;

public sealed class SessionTests : IAsyncLifetime
{
    private readonly UiScene _scene = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _scene.StartAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task Nobody_is_answered_without_a_session_or_a_token()
    {
        foreach (var path in (string[])["/ui/api/session", "/ui/api/state", "/ui/api/flows", "/ui/api/flows/live", "/ui/api/complete?q="])
        {
            using var response = await _scene.Page.GetAsync(path, Stop);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }
    }

    [Fact]
    public async Task A_sign_in_gives_a_cookie_that_scripts_of_pages_cannot_read()
    {
        using var response = await _scene.Page.PostAsJsonAsync("/ui/api/session", new { token = _scene.Token }, Stop);
        var cookie = response.Headers.GetValues("Set-Cookie").Single();
        Assert.StartsWith("weir_session=", cookie, StringComparison.Ordinal);
        foreach (var part in (string[])["path=/ui", "secure", "samesite=strict", "httponly"]) Assert.Contains(part, cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, (await _scene.Page.GetAsync("/ui/api/state", Stop)).StatusCode);
    }

    [Fact]
    public async Task Each_token_has_its_role()
    {
        Assert.Equal("operator", (await _scene.SignInAsync(_scene.Token)).GetProperty("role").GetString());
        Assert.Equal("viewer", (await _scene.SignInAsync(_scene.ViewerToken)).GetProperty("role").GetString());
    }

    [Fact]
    public async Task A_change_needs_the_header_that_only_the_page_knows()
    {
        await _scene.SignInAsync(_scene.Token);
        var csrf = _scene.Page.DefaultRequestHeaders.GetValues("X-Weir-Csrf").Single();
        _scene.Page.DefaultRequestHeaders.Remove("X-Weir-Csrf");
        Assert.Equal(HttpStatusCode.Forbidden, (await _scene.Page.DeleteAsync("/ui/api/session", Stop)).StatusCode);
        _scene.Page.DefaultRequestHeaders.Add("X-Weir-Csrf", csrf);
        Assert.Equal(HttpStatusCode.NoContent, (await _scene.Page.DeleteAsync("/ui/api/session", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _scene.Page.GetAsync("/ui/api/state", Stop)).StatusCode);
    }

    [Fact]
    public async Task Who_guesses_tokens_has_to_wait()
    {
        for (var i = 0; i < WrongTokens.Allowed; i++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await _scene.Page.PostAsJsonAsync("/ui/api/session", new { token = $"wrong {i}" }, Stop)).StatusCode);
        using var response = await _scene.Page.PostAsJsonAsync("/ui/api/session", new { token = "wrong again" }, Stop);
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.True(response.Headers.RetryAfter!.Delta > TimeSpan.Zero);
    }

    [Fact]
    public void A_session_ends_when_it_is_old_and_when_nobody_uses_it()
    {
        var time = new FakeTimeProvider();
        var sessions = new SessionStore(time);
        var (idle, _) = sessions.Open(UiRole.Viewer);
        time.Advance(SessionStore.LongestIdle + TimeSpan.FromSeconds(1));
        Assert.Null(sessions.Find(idle));

        var (used, _) = sessions.Open(UiRole.Viewer);
        for (var passed = TimeSpan.Zero; passed < SessionStore.Longest - TimeSpan.FromHours(1); passed += TimeSpan.FromHours(1))
        {
            Assert.NotNull(sessions.Find(used));
            time.Advance(TimeSpan.FromHours(1));
        }

        time.Advance(TimeSpan.FromHours(1));
        Assert.Null(sessions.Find(used));
    }

    [Fact]
    public void A_try_is_given_back_after_a_while()
    {
        var time = new FakeTimeProvider();
        var wrong = new WrongTokens(time);
        for (var i = 0; i < WrongTokens.Allowed; i++) wrong.Note(IPAddress.Loopback);
        Assert.NotNull(wrong.Wait(IPAddress.Loopback));
        Assert.Null(wrong.Wait(IPAddress.IPv6Loopback));
        time.Advance(WrongTokens.Refill + TimeSpan.FromMilliseconds(1));
        Assert.Null(wrong.Wait(IPAddress.Loopback));
    }
}
