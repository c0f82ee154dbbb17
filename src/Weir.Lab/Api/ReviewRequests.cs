using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Weir.Lab.Api;

/// <summary>Answers questions about who asks and what they may do.</summary>
internal static class ReviewRequests
{
    /// <summary>Answers a review that was posted. Whoever reaches the server's own socket or holds its token may do everything.</summary>
    public static async Task HandleAsync(HttpContext http, ResourceKind kind)
    {
        var review = await RequestBody.ObjectAsync(http);
        review["status"] = kind.Kind switch
        {
            "SelfSubjectAccessReview" => new JsonObject { ["allowed"] = true, ["reason"] = "the lab's administrator may do everything" },
            "SelfSubjectRulesReview" => new JsonObject
            {
                ["resourceRules"] = new JsonArray(new JsonObject
                {
                    ["verbs"] = new JsonArray("*"), ["apiGroups"] = new JsonArray("*"), ["resources"] = new JsonArray("*"),
                }),
                ["nonResourceRules"] = new JsonArray(new JsonObject
                {
                    ["verbs"] = new JsonArray("*"), ["nonResourceURLs"] = new JsonArray("*"),
                }),
                ["incomplete"] = false,
            },
            _ => new JsonObject
            {
                ["userInfo"] = new JsonObject
                {
                    ["username"] = "kubernetes-admin", ["groups"] = new JsonArray("system:masters", "system:authenticated"),
                },
            },
        };
        await Answer.DocumentAsync(http, 201, review);
    }
}
