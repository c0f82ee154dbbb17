using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Access;

/// <summary>Answers <c>serviceaccounts/NAME/token</c>: a token for an hour, or as long as was asked for, bound to a pod or a secret if wanted.</summary>
internal sealed class TokenRequests(ServiceAccountTokens? accounts, ObjectStore store, ResourceRegistry registry, TimeProvider time)
{
    private const long Shortest = 600;
    private const long Usual = 3600;
    private const long Longest = 1L << 32;

    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext http, ApiTarget target)
    {
        if (accounts is null) throw ApiFaults.BadRequest("this server has no keys to sign tokens with");
        var request = await RequestBody.ObjectAsync(http);
        var account = store.Find(target.Kind, target.Namespace, target.Name) ?? throw ApiFaults.NotFound(target.Kind, target.Name);
        var spec = request.Ensure("spec");
        var seconds = spec.Number("expirationSeconds") ?? Usual;
        if (seconds is < Shortest or > Longest)
        {
            throw ApiFaults.Invalid(
                new ResourceKind("authentication.k8s.io", "v1", "tokenrequests", "TokenRequest"),
                "",
                [FieldFault.Invalid("spec.expirationSeconds", seconds, seconds < Shortest ? "may not specify a duration less than 10 minutes" : "may not specify a duration larger than 2^32 seconds")]);
        }

        List<string> audiences = [.. spec.Items("audiences").Select(a => a.GetValue<string>())];
        var (token, expires) = accounts.Mint(account, Bound(spec, target), audiences, TimeSpan.FromSeconds(seconds));
        request["apiVersion"] = "authentication.k8s.io/v1";
        request["kind"] = "TokenRequest";
        request["metadata"] = new JsonObject
        {
            ["name"] = target.Name, ["namespace"] = target.Namespace, ["creationTimestamp"] = Timestamps.Text(time.GetUtcNow()),
        };
        spec["expirationSeconds"] = seconds;
        if (audiences.Count == 0) spec["audiences"] = new JsonArray(ServiceAccountTokens.Audience);
        request["status"] = new JsonObject { ["token"] = token, ["expirationTimestamp"] = Timestamps.Text(expires) };
        await Answer.DocumentAsync(http, 201, request);
    }

    private StoredObject? Bound(JsonObject spec, ApiTarget target)
    {
        if (spec.Map("boundObjectRef") is not { } bound) return null;
        if (bound.Text("kind") != "Pod")
            throw ApiFaults.BadRequest($"cannot bind token to object of type {bound.Text("apiVersion")}, Kind={bound.Text("kind")}: this server binds to pods");
        var kind = registry.Find("", "v1", "pods")!;
        var name = bound.Text("name") ?? "";
        var pod = store.Find(kind, target.Namespace, name) ?? throw ApiFaults.NotFound(kind, name);
        if (bound.Text("uid") is { Length: > 0 } uid && uid != pod.Uid)
            throw ApiFaults.Conflict(kind, name, $"the UID in the bound object reference ({uid}) does not match the UID in record. The object might have been deleted and then recreated");
        var own = pod.Document().Text("spec", "serviceAccountName") is { Length: > 0 } named ? named : "default";
        if (own != target.Name)
            throw ApiFaults.BadRequest($"cannot bind token for serviceaccount \"{target.Name}\" to pod running with different serviceaccount name.");
        return pod;
    }
}
