using System.Text;
using System.Text.Json.Nodes;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Xunit;

namespace Weir.Unit.Lab;

/// <summary>Service accounts and their tokens.</summary>
public sealed class ServiceAccountTests : IAsyncLifetime
{
    private const string Accounts = "/api/v1/namespaces/default/serviceaccounts";
    private SecureServer _lab = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _lab = await SecureServer.StartAsync();
        await _lab.CreateAsync(Accounts, """{"metadata":{"name":"robot"}}""");
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task A_token_names_its_account_until_the_account_goes()
    {
        var made = await _lab.CreateAsync($"{Accounts}/robot/token", """{"spec":{"expirationSeconds":1200}}""");
        var token = made.Text("status", "token")!;
        Assert.Equal("""["https://kubernetes.default.svc.cluster.local"]""", made.At("spec", "audiences")!.ToJsonString());

        var (code, body) = await _lab.SendAsync(HttpMethod.Post, "/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}", token);
        Assert.Equal(201, code);
        Assert.Equal("system:serviceaccount:default:robot", JsonNode.Parse(body).Text("status", "userInfo", "username"));
        Assert.Contains("system:serviceaccounts:default", body, StringComparison.Ordinal);
        Assert.Equal(403, (await _lab.SendAsync(HttpMethod.Get, "/api/v1/nodes", token: token)).Code);

        await _lab.Connection.SendAsync(HttpMethod.Delete, $"{Accounts}/robot", null, Ct);
        Assert.Equal(401, (await _lab.SendAsync(HttpMethod.Get, "/apis", token: token)).Code);
        await _lab.CreateAsync(Accounts, """{"metadata":{"name":"robot"}}""");
        Assert.Equal(401, (await _lab.SendAsync(HttpMethod.Get, "/apis", token: token)).Code); // another of the same name
    }

    [Fact]
    public async Task A_token_that_was_touched_or_is_for_somebody_else_is_refused()
    {
        var made = await _lab.CreateAsync($"{Accounts}/robot/token", """{"spec":{"audiences":["vault"]}}""");
        var elsewhere = made.Text("status", "token")!;
        Assert.Equal(401, (await _lab.SendAsync(HttpMethod.Get, "/apis", token: elsewhere)).Code);

        var review = await _lab.CreateAsync("/apis/authentication.k8s.io/v1/tokenreviews", $$$"""{"spec":{"token":"{{{elsewhere}}}","audiences":["vault"]}}""");
        Assert.True(review.Flag("status", "authenticated"));
        Assert.Equal("system:serviceaccount:default:robot", review.Text("status", "user", "username"));

        var good = (await _lab.CreateAsync($"{Accounts}/robot/token", "{}")).Text("status", "token")!;
        var parts = good.Split('.');
        var claims = Encoding.UTF8.GetString(Convert.FromBase64String(Padded(parts[1]))).Replace(":robot", ":admin", StringComparison.Ordinal);
        var forged = $"{parts[0]}.{Convert.ToBase64String(Encoding.UTF8.GetBytes(claims)).TrimEnd('=').Replace('+', '-').Replace('/', '_')}.{parts[2]}";
        Assert.Equal(200, (await _lab.SendAsync(HttpMethod.Get, "/apis", token: good)).Code);
        Assert.Equal(401, (await _lab.SendAsync(HttpMethod.Get, "/apis", token: forged)).Code);
    }

    [Fact]
    public async Task A_token_of_a_pod_lives_as_long_as_the_pod()
    {
        var pod = await _lab.CreateAsync(
            "/api/v1/namespaces/default/pods", """{"metadata":{"name":"p"},"spec":{"serviceAccountName":"robot","schedulerName":"none","containers":[{"name":"c","image":"i"}]}}""");
        var uid = pod.Text("metadata", "uid");
        var made = await _lab.CreateAsync(
            $"{Accounts}/robot/token", $$$"""{ "spec": { "boundObjectRef": { "kind": "Pod", "apiVersion": "v1", "name": "p", "uid": "{{{uid}}}" } } }""");
        var token = made.Text("status", "token");
        var (_, self) = await _lab.SendAsync(HttpMethod.Post, "/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}", token);
        Assert.Equal("""["p"]""", JsonNode.Parse(self).At("status", "userInfo", "extra", "authentication.kubernetes.io/pod-name")!.ToJsonString());

        var wrong = await Assert.ThrowsAsync<ApiRefusedException>(() => _lab.CreateAsync(
            $"{Accounts}/default/token", """{"spec":{"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"p"}}}"""));
        Assert.Equal(400, wrong.Code);
        await _lab.Connection.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/default/pods/p?gracePeriodSeconds=0", null, Ct);
        Assert.Equal(401, (await _lab.SendAsync(HttpMethod.Get, "/apis", token: token)).Code);
    }

    [Fact]
    public async Task A_token_for_too_short_a_time_is_refused_in_the_words_of_a_real_server()
    {
        var refused = await Assert.ThrowsAsync<ApiRefusedException>(() => _lab.CreateAsync($"{Accounts}/robot/token", """{"spec":{"expirationSeconds":60}}"""));
        Assert.Equal((422, "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes"), (refused.Code, refused.Message));
    }

    [Fact]
    public async Task A_secret_for_an_account_gets_a_token_that_lives_as_long_as_the_secret()
    {
        const string Secrets = "/api/v1/namespaces/default/secrets";
        await _lab.CreateAsync(Secrets, """{"metadata":{"name":"s","annotations":{"kubernetes.io/service-account.name":"robot"}},"type":"kubernetes.io/service-account-token"}""");
        JsonObject filled = [];
        await Eventually.HoldsAsync(
            async () => (filled = await _lab.Connection.SendAsync(HttpMethod.Get, $"{Secrets}/s", null, Ct)).Text("data", "token") is not null, "the secret has a token");
        var token = Encoding.UTF8.GetString(Convert.FromBase64String(filled.Text("data", "token")!));
        Assert.Equal(200, (await _lab.SendAsync(HttpMethod.Get, "/apis", token: token)).Code);
        Assert.Equal(_lab.Keys.AuthorityPem, Encoding.UTF8.GetString(Convert.FromBase64String(filled.Text("data", "ca.crt")!)));

        await _lab.Connection.SendAsync(HttpMethod.Delete, $"{Secrets}/s", null, Ct);
        Assert.Equal(401, (await _lab.SendAsync(HttpMethod.Get, "/apis", token: token)).Code);
    }

    [Fact]
    public async Task Every_namespace_has_its_account_and_the_authoritys_certificate()
    {
        await _lab.CreateAsync("/api/v1/namespaces", """{"metadata":{"name":"new"}}""");
        await Eventually.HoldsAsync(() => ThereAsync("/api/v1/namespaces/new/configmaps/kube-root-ca.crt"), "it is there");
        await Eventually.HoldsAsync(() => ThereAsync("/api/v1/namespaces/new/serviceaccounts/default"), "it is there");
        await _lab.Connection.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/new/serviceaccounts/default", null, Ct);
        await Eventually.HoldsAsync(() => ThereAsync("/api/v1/namespaces/new/serviceaccounts/default"), "it is there");
    }

    [Fact]
    public async Task A_pod_of_an_account_that_is_not_there_is_refused()
    {
        var refused = await Assert.ThrowsAsync<ApiRefusedException>(() => _lab.CreateAsync(
            "/api/v1/namespaces/default/pods", """{"metadata":{"name":"p"},"spec":{"serviceAccountName":"ghost","containers":[{"name":"c","image":"i"}]}}"""));
        Assert.Equal(
            (403, "pods \"p\" is forbidden: error looking up service account default/ghost: serviceaccount \"ghost\" not found"), (refused.Code, refused.Message));
    }

    private async Task<bool> ThereAsync(string path)
    {
        try
        {
            await _lab.Connection.SendAsync(HttpMethod.Get, path, null, Ct);
            return true;
        }
        catch (ApiRefusedException missing) when (missing.IsNotFound)
        {
            return false;
        }
    }

    private static string Padded(string text)
    {
        var plain = text.Replace('-', '+').Replace('_', '/');
        return plain.PadRight(plain.Length + ((4 - (plain.Length % 4)) % 4), '=');
    }
}
