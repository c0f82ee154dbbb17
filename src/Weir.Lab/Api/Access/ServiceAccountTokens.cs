using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Access;

/// <summary>Gives out and checks the tokens of service accounts: signed claims, good only while what they are bound to lives.</summary>
internal sealed class ServiceAccountTokens(ApiKeys keys, ObjectStore store, ResourceRegistry registry, TimeProvider time)
{
    /// <summary>For whom a token is that names no audience.</summary>
    public const string Audience = "https://kubernetes.default.svc.cluster.local";

    private const string LegacyIssuer = "kubernetes/serviceaccount";
    private static readonly TimeSpan _skew = TimeSpan.FromSeconds(10);

    private readonly TokenSigner _signer = new(keys.AccountKey);

    /// <summary>Signs a token.</summary>
    /// <param name="account">The service account.</param>
    /// <param name="pod">The pod that it is for; null for none.</param>
    /// <param name="audiences">Who may take it; none is this server.</param>
    /// <param name="lifetime">How long it is good.</param>
    /// <returns>The token and its end.</returns>
    public (string Token, DateTimeOffset Expires) Mint(
        StoredObject account, StoredObject? pod, IReadOnlyList<string> audiences, TimeSpan lifetime)
    {
        var now = time.GetUtcNow();
        var end = now + lifetime;
        var bound = new JsonObject
        {
            ["namespace"] = account.Namespace,
            ["serviceaccount"] = new JsonObject { ["name"] = account.Name, ["uid"] = account.Uid },
        };
        if (pod is not null)
        {
            if (pod.Document().Text("spec", "nodeName") is { Length: > 0 } node) bound["node"] = new JsonObject { ["name"] = node };
            bound["pod"] = new JsonObject { ["name"] = pod.Name, ["uid"] = pod.Uid };
        }

        var claims = new JsonObject
        {
            ["aud"] = new JsonArray([.. (audiences.Count > 0 ? audiences : [Audience]).Select(a => (JsonNode)a)]),
            ["exp"] = end.ToUnixTimeSeconds(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["iss"] = Audience,
            ["jti"] = Guid.NewGuid().ToString(),
            ["kubernetes.io"] = bound,
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["sub"] = $"system:serviceaccount:{account.Namespace}:{account.Name}",
        };
        return (_signer.Sign(claims), DateTimeOffset.FromUnixTimeSeconds(end.ToUnixTimeSeconds()));
    }

    /// <summary>Signs the token of a secret, which is good as long as the secret and the account are.</summary>
    public string MintForSecret(string ns, string secret, string account, string accountUid) => _signer.Sign(new JsonObject
    {
        ["iss"] = LegacyIssuer,
        ["kubernetes.io/serviceaccount/namespace"] = ns,
        ["kubernetes.io/serviceaccount/secret.name"] = secret,
        ["kubernetes.io/serviceaccount/service-account.name"] = account,
        ["kubernetes.io/serviceaccount/service-account.uid"] = accountUid,
        ["sub"] = $"system:serviceaccount:{ns}:{account}",
    });

    /// <summary>The service account of a token; null when it is not good here and now.</summary>
    /// <param name="token">The token.</param>
    /// <param name="audiences">Of which it must name one; null is this server.</param>
    public ApiUser? Verify(string token, IReadOnlyList<string>? audiences = null)
    {
        if (_signer.Open(token) is not { } claims) return null;
        if (claims.Text("iss") == LegacyIssuer) return VerifyLegacy(token, claims);
        var now = time.GetUtcNow();
        if (claims.Text("iss") != Audience
            || claims.Number("exp") is not { } exp || now > DateTimeOffset.FromUnixTimeSeconds(exp)
            || claims.Number("nbf") is not { } nbf || now + _skew < DateTimeOffset.FromUnixTimeSeconds(nbf)) return null;
        var named = claims.Items("aud").Select(a => a.GetValue<string>());
        if (!named.Intersect(audiences is { Count: > 0 } ? audiences : [Audience]).Any()) return null;

        if (claims["kubernetes.io"] is not JsonObject bound) return null;
        var ns = bound.Text("namespace") ?? "";
        var account = bound.Text("serviceaccount", "name") ?? "";
        var uid = bound.Text("serviceaccount", "uid") ?? "";
        if (!Lives("serviceaccounts", ns, account, uid)) return null;
        var extra = new Dictionary<string, IReadOnlyList<string>> { ["authentication.kubernetes.io/credential-id"] = [$"JTI={claims.Text("jti")}"] };
        if (bound.Text("node", "name") is { } node) extra["authentication.kubernetes.io/node-name"] = [node];
        if (bound.Text("pod", "name") is { } pod)
        {
            var podUid = bound.Text("pod", "uid") ?? "";
            if (!Lives("pods", ns, pod, podUid)) return null;
            extra["authentication.kubernetes.io/pod-name"] = [pod];
            extra["authentication.kubernetes.io/pod-uid"] = [podUid];
        }

        return User(ns, account, uid) with { Extra = extra };
    }

    /// <summary>A service account as a user.</summary>
    public static ApiUser User(string ns, string account, string uid) => new(
        $"system:serviceaccount:{ns}:{account}", ["system:serviceaccounts", $"system:serviceaccounts:{ns}", ApiUser.Authenticated]) { Uid = uid };

    private ApiUser? VerifyLegacy(string token, JsonObject claims)
    {
        const string Prefix = "kubernetes.io/serviceaccount/";
        var ns = Claim("namespace");
        var account = Claim("service-account.name");
        var uid = Claim("service-account.uid");

        // The secret is what the token lives by: it must still be there, and hold this very token.
        var held = Find("secrets", ns, Claim("secret.name"))?.Document().Text("data", "token");
        if (held != Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(token)) || !Lives("serviceaccounts", ns, account, uid)) return null;
        return User(ns, account, uid);

        string Claim(string name) => claims[Prefix + name]?.GetValue<string>() ?? "";
    }

    private bool Lives(string plural, string ns, string name, string uid) =>
        Find(plural, ns, name) is { } stored && stored.Uid == uid && stored.Document().Text("metadata", "deletionTimestamp") is null;

    private StoredObject? Find(string plural, string ns, string name) =>
        registry.Find("", "v1", plural) is { } kind ? store.Find(kind, ns, name) : null;
}
