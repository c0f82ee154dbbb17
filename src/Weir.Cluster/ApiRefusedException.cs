using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Cluster;

/// <summary>A request that the API server refused.</summary>
/// <param name="code">The HTTP status.</param>
/// <param name="reason">The machine-readable reason, such as <c>Conflict</c>; empty when the server gave none.</param>
/// <param name="message">The server's sentence.</param>
public sealed class ApiRefusedException(int code, string reason, string message) : Exception(message)
{
    private const int LongestQuote = 500;

    /// <summary>The HTTP status.</summary>
    public int Code { get; } = code;

    /// <summary>The machine-readable reason; empty when the server gave none.</summary>
    public string Reason { get; } = reason;

    /// <summary>The object concerned and the causes, field by field; null when the server said nothing of them.</summary>
    public JsonObject? Details { get; init; }

    /// <summary>Whether the object is not there.</summary>
    public bool IsNotFound => Code == 404;

    /// <summary>Whether another writer was faster, or the object is there already.</summary>
    public bool IsConflict => Code == 409;

    /// <summary>Whether the revision asked for is no longer kept: list again.</summary>
    public bool IsExpired => Code == 410;

    /// <summary>Makes the exception from an answer's body, which should be a <c>Status</c> but may be anything.</summary>
    internal static ApiRefusedException Read(int code, ReadOnlySpan<byte> body)
    {
        try
        {
            var status = JsonTree.Parse(body);
            if (status.Text("message") is { } message) return new ApiRefusedException(code, status.Text("reason") ?? "", message) { Details = status.Map("details") };
        }
        catch (JsonException)
        {
            // Something between us and the server answered, in its own words.
        }

        var quote = Encoding.UTF8.GetString(body[..Math.Min(body.Length, LongestQuote)]).Trim();
        return new ApiRefusedException(code, "", $"the API server answered {code}: {quote}");
    }
}
