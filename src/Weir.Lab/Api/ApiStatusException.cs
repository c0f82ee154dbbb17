using System.Text.Json.Nodes;

namespace Weir.Lab.Api;

/// <summary>A request that the server refuses, as the Kubernetes <c>Status</c> that it answers.</summary>
public sealed class ApiStatusException : Exception
{
    /// <summary>Makes a refusal.</summary>
    /// <param name="code">The HTTP status, 400 to 599.</param>
    /// <param name="reason">The machine-readable reason, such as <c>NotFound</c>.</param>
    /// <param name="message">The sentence that a person reads.</param>
    /// <param name="details">The object concerned and the causes, if known.</param>
    public ApiStatusException(int code, string reason, string message, JsonObject? details = null)
        : base(message)
    {
        Code = code;
        Reason = reason;
        Details = details;
    }

    /// <summary>The HTTP status.</summary>
    public int Code { get; }

    /// <summary>The machine-readable reason.</summary>
    public string Reason { get; }

    /// <summary>The object concerned and the causes; null when there is nothing to say.</summary>
    public JsonObject? Details { get; }

    /// <summary>The document that goes to the client.</summary>
    public JsonObject ToStatus()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = Message,
            ["reason"] = Reason,
        };
        if (Details is not null) status["details"] = Details.DeepClone();
        status["code"] = Code;
        return status;
    }
}
