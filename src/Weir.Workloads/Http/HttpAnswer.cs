using System.Text;

namespace Weir.Workloads.Http;

/// <summary>What a server answers.</summary>
/// <param name="Status">200, 404, ...</param>
/// <param name="Reason">The words after it.</param>
/// <param name="Body">The body.</param>
/// <param name="ContentType">What the body is.</param>
public sealed record HttpAnswer(int Status, string Reason, byte[] Body, string ContentType)
{
    /// <summary>Where to go instead; null without a redirect.</summary>
    public string? Location { get; init; }

    /// <summary>200 with a JSON body.</summary>
    public static HttpAnswer Json(string json) => new(200, "OK", Encoding.UTF8.GetBytes(json), "application/json");

    /// <summary>200 with a page.</summary>
    public static HttpAnswer Html(string html) => new(200, "OK", Encoding.UTF8.GetBytes(html), "text/html");

    /// <summary>An error with its reason as the body.</summary>
    public static HttpAnswer Error(int status, string reason) => new(status, reason, Encoding.UTF8.GetBytes(reason + "\n"), "text/plain");

    /// <summary>302.</summary>
    public static HttpAnswer Redirect(string location) => new(302, "Found", [], "text/plain") { Location = location };
}
