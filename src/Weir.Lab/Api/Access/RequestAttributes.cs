using Microsoft.AspNetCore.Http;

namespace Weir.Lab.Api.Access;

/// <summary>What a request is about, as rules see it: a verb and a resource, or a verb and a path.</summary>
/// <param name="Verb">Such as <c>list</c>; of a path the method in lower case.</param>
internal sealed record RequestAttributes(string Verb)
{
    /// <summary>The API group; empty for the core group.</summary>
    public string Group { get; init; } = "";

    /// <summary>The resource's plural; empty for a path.</summary>
    public string Resource { get; init; } = "";

    /// <summary>The part of the resource, such as <c>log</c>; empty for the whole.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>The namespace; empty across all, and for what is in none.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>The object; empty for a collection.</summary>
    public string Name { get; init; } = "";

    /// <summary>The path of a request that is about no resource.</summary>
    public string Path { get; init; } = "";

    /// <summary>Whether it is about a resource.</summary>
    public bool IsResource => Resource.Length > 0;

    /// <summary>The resource as rules name it: <c>pods</c>, <c>pods/log</c>.</summary>
    public string ResourcePath => Subresource.Length == 0 ? Resource : $"{Resource}/{Subresource}";

    /// <summary>Reads a request's; the resource need not exist.</summary>
    public static RequestAttributes Of(HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var (group, rest) = parts switch
        {
            ["api", _, .. var r] => ("", r),
            ["apis", var g, _, .. var r] => (g, r),
            _ => ("", []),
        };
        if (rest.Length == 0) return new RequestAttributes(request.Method.ToLowerInvariant()) { Path = path };

        var ns = "";
        if (rest is ["namespaces", var named, ..])
        {
            ns = named;
            if (rest.Length > 2 && rest[2] is not ("status" or "finalize")) rest = rest[2..];
        }

        var name = rest.Length > 1 ? rest[1] : "";
        var verb = VerbOf(request, name);
        return new RequestAttributes(verb)
        {
            Group = group,
            Resource = rest[0],
            Namespace = ns,
            Name = name.Length == 0 && verb is "list" or "watch" or "deletecollection" ? NamedBySelector(request) : name,
            Subresource = rest.Length > 2 ? rest[2] : "",
        };
    }

    private static string VerbOf(HttpRequest request, string name) => request.Method switch
    {
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => name.Length > 0 ? "delete" : "deletecollection",
        _ when request.Query["watch"].ToString() is "true" or "1" => "watch",
        _ => name.Length > 0 ? "get" : "list",
    };

    private static string NamedBySelector(HttpRequest request) =>
        request.Query["fieldSelector"].ToString().Split('=') is ["metadata.name", .., var name] ? name : "";
}
