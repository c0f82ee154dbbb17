using System.Text.Json.Nodes;

namespace Weir.Lab.Api;

/// <summary>The refusals of a Kubernetes server, worded as it words them.</summary>
internal static class ApiFaults
{
    public static ApiStatusException NotFound(ResourceKind kind, string name) =>
        new(404, "NotFound", $"{kind.StoreKey} \"{name}\" not found", Details(kind, name));

    /// <summary>A path that leads nowhere.</summary>
    public static ApiStatusException NoSuchPath() =>
        new(404, "NotFound", "the server could not find the requested resource", []);

    public static ApiStatusException AlreadyExists(ResourceKind kind, string name) =>
        new(409, "AlreadyExists", $"{kind.StoreKey} \"{name}\" already exists", Details(kind, name));

    public static ApiStatusException Conflict(ResourceKind kind, string name, string why) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {kind.StoreKey} \"{name}\": {why}", Details(kind, name));

    public static ApiStatusException KindEnds() =>
        new(405, "MethodNotAllowed", "create not allowed while custom resource definition is terminating", []);

    public static ApiStatusException Modified(ResourceKind kind, string name) => Conflict(
        kind, name, "the object has been modified; please apply your changes to the latest version and try again");

    public static ApiStatusException BadRequest(string message) => new(400, "BadRequest", message);

    public static ApiStatusException Forbidden(ResourceKind kind, string name, string why) =>
        new(403, "Forbidden", $"{kind.StoreKey} \"{name}\" is forbidden: {why}", Details(kind, name));

    public static ApiStatusException NamespaceEnds(ResourceKind kind, string name, string ns)
    {
        var details = Details(kind, name);
        details["causes"] = new JsonArray(new JsonObject
        {
            ["reason"] = "NamespaceTerminating",
            ["message"] = $"namespace {ns} is being terminated",
            ["field"] = "metadata.namespace",
        });
        return new ApiStatusException(
            403,
            "Forbidden",
            $"{kind.StoreKey} \"{name}\" is forbidden: unable to create new content in namespace {ns} because it is being terminated",
            details);
    }

    public static ApiStatusException Invalid(ResourceKind kind, string name, IReadOnlyCollection<FieldFault> faults)
    {
        var details = new JsonObject { ["name"] = name, ["group"] = kind.Group, ["kind"] = kind.Kind };
        if (kind.Group.Length == 0) details.Remove("group");
        details["causes"] = new JsonArray([.. faults.Select(f => (JsonNode)new JsonObject
        {
            ["reason"] = f.Reason,
            ["message"] = f.Message,
            ["field"] = f.Field,
        })]);
        var texts = faults.Select(f => f.ToString()).ToArray();
        var subject = kind.Group.Length == 0 ? kind.Kind : $"{kind.Kind}.{kind.Group}";
        var list = texts.Length == 1 ? texts[0] : $"[{string.Join(", ", texts)}]";
        return new ApiStatusException(422, "Invalid", $"{subject} \"{name}\" is invalid: {list}", details);
    }

    /// <summary>A query that asks for what cannot be.</summary>
    public static ApiStatusException InvalidOptions(string kind, FieldFault fault) => new(
        422,
        "Invalid",
        $"{kind}.meta.k8s.io \"\" is invalid: {fault}",
        new JsonObject
        {
            ["group"] = "meta.k8s.io",
            ["kind"] = kind,
            ["causes"] = new JsonArray(new JsonObject { ["reason"] = fault.Reason, ["message"] = fault.Message, ["field"] = fault.Field }),
        });

    /// <summary>An eviction for which a budget has no room.</summary>
    public static ApiStatusException Disrupted(string budget, DisruptionBudget.Counts counts) => new(
        429,
        "TooManyRequests",
        "Cannot evict pod as it would violate the pod's disruption budget.",
        new JsonObject
        {
            ["causes"] = new JsonArray(new JsonObject
            {
                ["reason"] = "DisruptionBudget",
                ["message"] = $"The disruption budget {budget} needs {counts.Wanted} healthy pods and has {counts.Healthy} currently",
            }),
        });

    public static ApiStatusException Expired(long asked, long oldest) =>
        new(410, "Expired", $"too old resource version: {asked} ({oldest})");

    public static ApiStatusException MethodNotAllowed() =>
        new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", []);

    public static ApiStatusException UnsupportedMediaType(params string[] supported) => new(
        415,
        "UnsupportedMediaType",
        $"the body of the request was in an unknown format - accepted media types include: {string.Join(", ", supported)}",
        []);

    public static ApiStatusException TooLarge(int limitBytes) =>
        new(413, "RequestEntityTooLarge", $"Request entity too large: limit is {limitBytes}");

    private static JsonObject Details(ResourceKind kind, string name)
    {
        var details = new JsonObject { ["name"] = name };
        if (kind.Group.Length > 0) details["group"] = kind.Group;
        details["kind"] = kind.Plural;
        return details;
    }
}
