using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Lab.Api.Access;

namespace Weir.Lab.Controllers;

/// <summary>Keeps what service accounts need: the account <c>default</c> and the authority's certificate in each namespace, and the tokens of their secrets.</summary>
internal sealed class AccountController
{
    private const string TokenType = "kubernetes.io/service-account-token";
    private const string AccountAnnotation = "kubernetes.io/service-account.name";

    private readonly LabApi _api;
    private readonly LabCaches _caches;
    private readonly ServiceAccountTokens _tokens;
    private readonly string _authorityPem;
    private readonly ObjectCache _accounts;
    private readonly ObjectCache _secrets;
    private readonly WorkQueue<string> _namespaces;
    private readonly WorkQueue<ObjectName> _tokenSecrets;

    /// <summary>Prepares the controller.</summary>
    /// <param name="connection">The server.</param>
    /// <param name="api">Writes to it.</param>
    /// <param name="caches">The shared copies.</param>
    /// <param name="tokens">Signs tokens.</param>
    /// <param name="authorityPem">The certificate by which pods know the server.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where failures are told.</param>
    public AccountController(
        KubernetesConnection connection, LabApi api, LabCaches caches, ServiceAccountTokens tokens, string authorityPem, TimeProvider time, ILogger logger)
    {
        (_api, _caches, _tokens, _authorityPem) = (api, caches, tokens, authorityPem);
        _namespaces = new WorkQueue<string>("accounts", time, logger);
        _tokenSecrets = new WorkQueue<ObjectName>("account tokens", time, logger);
        _accounts = new ObjectCache(connection, "/api/v1/serviceaccounts", time, logger);
        _secrets = new ObjectCache(connection, $"/api/v1/secrets?fieldSelector={Uri.EscapeDataString($"type={TokenType}")}", time, logger);
        caches.Namespaces.Changed += (_, after) =>
        {
            if (after is not null) _namespaces.Add(after.ObjectName().Name);
        };
        _accounts.Changed += (before, after) =>
        {
            if (after is null) _namespaces.Add(before!.ObjectName().Namespace);
            foreach (var secret in _secrets.In((after ?? before)!.ObjectName().Namespace)) _tokenSecrets.Add(secret.ObjectName());
        };
        _secrets.Changed += (_, after) =>
        {
            if (after is not null) _tokenSecrets.Add(after.ObjectName());
        };
    }

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Task[] watching = [_accounts.RunAsync(cancellationToken), _secrets.RunAsync(cancellationToken)];
        await Task.WhenAny(Task.WhenAll(_accounts.WhenListed, _secrets.WhenListed), Task.WhenAll(watching));
        await Task.WhenAll([.. watching, _namespaces.RunAsync(WelcomeAsync, cancellationToken), _tokenSecrets.RunAsync(FillAsync, cancellationToken)]);
    }

    private async Task WelcomeAsync(string ns, CancellationToken cancellationToken)
    {
        if (_caches.Namespaces.Find(new ObjectName("", ns)) is not { } home || PodCondition.IsEnding(home)) return;
        var authority = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = "kube-root-ca.crt",
                ["annotations"] = new JsonObject { ["kubernetes.io/description"] = "Contains a CA bundle that can be used to verify the lab's API server." },
            },
            ["data"] = new JsonObject { ["ca.crt"] = _authorityPem },
        };
        try
        {
            await _api.EnsureAsync($"/api/v1/namespaces/{ns}/serviceaccounts", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "default" } }, cancellationToken);
            await _api.EnsureAsync($"/api/v1/namespaces/{ns}/configmaps", authority, cancellationToken);
        }
        catch (ApiRefusedException ended) when (ended.Code is 403 or 404)
        {
            // Deleted meanwhile.
        }
    }

    private async Task FillAsync(ObjectName name, CancellationToken cancellationToken)
    {
        if (_secrets.Find(name) is not { } secret) return;
        var collection = LabApi.Path("", "secrets", name.Namespace);
        if (secret.Text("metadata", "annotations", AccountAnnotation) is not { Length: > 0 } accountName
            || _accounts.Find(new ObjectName(name.Namespace, accountName)) is not { } account)
        {
            // As a real cluster does: a token of nobody is of no use.
            await _api.DeleteAsync(collection, secret, _secrets, cancellationToken);
            return;
        }

        if (secret.Text("data", "token") is { Length: > 0 }) return;
        var uid = account.Text("metadata", "uid") ?? "";
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["kubernetes.io/service-account.uid"] = uid } },
            ["data"] = new JsonObject
            {
                ["token"] = Base64(_tokens.MintForSecret(name.Namespace, name.Name, accountName, uid)),
                ["namespace"] = Base64(name.Namespace),
                ["ca.crt"] = Base64(_authorityPem),
            },
        };
        await _api.MergeAsync($"{collection}/{name.Name}", patch, _secrets, cancellationToken);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
