using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Access;

/// <summary>Answers questions about who asks and who may do what.</summary>
internal sealed class AccessReviews(Authenticator authenticator, RoleRules rules)
{
    /// <summary>Answers a review that was posted.</summary>
    public async Task HandleAsync(HttpContext http, ApiTarget target)
    {
        var user = FrontRequests.UserOf(http);
        var review = await RequestBody.ObjectAsync(http);
        review["apiVersion"] = target.Kind.ApiVersion;
        review["kind"] = target.Kind.Kind;
        var meta = review.Ensure("metadata");
        if (meta["creationTimestamp"] is null) meta["creationTimestamp"] = null;
        review.Ensure("spec");
        review["status"] = target.Kind.Kind switch
        {
            "SelfSubjectAccessReview" => Access(user, review, target),
            "SubjectAccessReview" or "LocalSubjectAccessReview" => Access(Subject(review, target.Kind), review, target),
            "SelfSubjectRulesReview" => Rules(user, review),
            "TokenReview" => Token(review),
            _ => new JsonObject { ["userInfo"] = Info(user) },
        };
        if (target.Kind.Kind == "SelfSubjectReview") review.Remove("spec");
        await Answer.DocumentAsync(http, 201, review);
    }

    private static JsonObject Info(ApiUser user)
    {
        var info = new JsonObject { ["username"] = user.Name };
        if (user.Uid.Length > 0) info["uid"] = user.Uid;
        info["groups"] = Texts(user.Groups);
        if (user.Extra.Count > 0) info["extra"] = new JsonObject(user.Extra.Select(e => KeyValuePair.Create<string, JsonNode?>(e.Key, Texts(e.Value))));
        return info;
    }

    private static ApiUser Subject(JsonObject review, ResourceKind kind)
    {
        var groups = review.Items("spec", "groups").Select(g => g.GetValue<string>()).ToList();
        var name = review.Text("spec", "user") ?? "";
        if (name.Length == 0 && groups.Count == 0)
            throw ApiFaults.Invalid(kind, "", [FieldFault.Invalid("spec.user", "", "at least one of user or group must be specified")]);
        return new ApiUser(name, groups);
    }

    private JsonObject Access(ApiUser user, JsonObject review, ApiTarget target)
    {
        var resource = review.Map("spec", "resourceAttributes");
        var path = review.Map("spec", "nonResourceAttributes");
        if ((resource is null) == (path is null))
        {
            throw ApiFaults.Invalid(target.Kind, "", [FieldFault.Invalid(
                "spec.resourceAttributes", null, "exactly one of nonResourceAttributes or resourceAttributes must be specified")]);
        }

        if (target.Namespace.Length > 0 && resource.Text("namespace") != target.Namespace)
        {
            throw ApiFaults.Invalid(target.Kind, "", [FieldFault.Invalid(
                "spec.resourceAttributes.namespace", resource.Text("namespace"), "must match metadata.namespace")]);
        }

        var (allowed, reason) = rules.Decide(user, resource is not null
            ? new RequestAttributes(resource.Text("verb") ?? "")
            {
                Group = resource.Text("group") ?? "",
                Resource = resource.Text("resource") is { Length: > 0 } named ? named : "*",
                Subresource = resource.Text("subresource") ?? "",
                Namespace = resource.Text("namespace") ?? "",
                Name = resource.Text("name") ?? "",
            }
            : new RequestAttributes(path.Text("verb") ?? "") { Path = path.Text("path") ?? "" });
        var status = new JsonObject { ["allowed"] = allowed };
        if (reason.Length > 0) status["reason"] = reason;
        return status;
    }

    private JsonObject Rules(ApiUser user, JsonObject review)
    {
        var resources = new JsonArray();
        var paths = new JsonArray();
        if (user.IsMaster)
        {
            resources.Add((JsonNode)new JsonObject { ["verbs"] = new JsonArray("*"), ["apiGroups"] = new JsonArray("*"), ["resources"] = new JsonArray("*") });
            paths.Add((JsonNode)new JsonObject { ["verbs"] = new JsonArray("*"), ["nonResourceURLs"] = new JsonArray("*") });
        }

        foreach (var rule in rules.RulesOf(user, review.Text("spec", "namespace") ?? ""))
            (rule.IsAboutPaths ? paths : resources).Add(rule.Document.DeepClone());
        return new JsonObject { ["resourceRules"] = resources, ["nonResourceRules"] = paths, ["incomplete"] = false };
    }

    private JsonObject Token(JsonObject review)
    {
        List<string> audiences = [.. review.Items("spec", "audiences").Select(a => a.GetValue<string>())];
        if (authenticator.OfToken(review.Text("spec", "token") ?? "", audiences) is not { } user)
            return new JsonObject { ["user"] = new JsonObject(), ["error"] = "[invalid bearer token, token lookup failed]" };
        return new JsonObject
        {
            ["authenticated"] = true,
            ["user"] = Info(user),
            ["audiences"] = Texts(audiences.Count > 0 ? audiences : [ServiceAccountTokens.Audience]),
        };
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);
}
