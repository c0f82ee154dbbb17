using System.Net;
using Weir.Workloads.Http;

namespace Weir.Workloads.World;

/// <summary>A site of the outside world.</summary>
/// <param name="Name">Its DNS name.</param>
/// <param name="Address">Its only address.</param>
public sealed record WorldSite(string Name, IPAddress Address)
{
    /// <summary>The authoritative name server.</summary>
    public static IPAddress NameServer { get; } = IPAddress.Parse("203.0.113.53");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<WorldSite> All { get; } =
    [
        new("www.bing.com", IPAddress.Parse("13.107.21.237")),
        new("www.microsoft.com", IPAddress.Parse("23.192.18.101")),
        new("graph.microsoft.com", IPAddress.Parse("20.190.152.88")),
        new("developer.microsoft.com", IPAddress.Parse("23.45.149.11")),
        new("api.github.com", IPAddress.Parse("140.82.112.6")),
        new("google.com", IPAddress.Parse("142.250.72.14")),
    ];

    /// <summary>How the sites behave: one forbids, one redirects to another that redirects once more, the rest have a page.</summary>
    internal static HttpAnswer Answer(HttpRequest request, bool isSecure) => (request.Host, request.Path) switch
    {
        ("www.microsoft.com", _) => HttpAnswer.Error(403, "Forbidden"),
        ("graph.microsoft.com", _) => HttpAnswer.Redirect("https://developer.microsoft.com/graph"),
        ("developer.microsoft.com", "/graph") => HttpAnswer.Redirect("https://developer.microsoft.com/en-us/graph"),
        _ when All.Any(s => s.Name == request.Host) =>
            HttpAnswer.Html($"<!doctype html><title>{request.Host}</title><p>{request.Host}, outside the cluster, over {(isSecure ? "https" : "http")}.</p>\n"),
        _ => HttpAnswer.Error(404, "Not Found"),
    };
}
