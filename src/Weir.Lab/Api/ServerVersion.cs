using System.Text.Json.Nodes;

namespace Weir.Lab.Api;

/// <summary>The Kubernetes version whose behaviour the server shows.</summary>
internal static class ServerVersion
{
    /// <summary>The version as clients print it. A dispatching kubectl picks its own version by the minor number.</summary>
    public const string Text = "v1.32.0";

    /// <summary>The document at <c>/version</c>.</summary>
    public static JsonObject Document() => new()
    {
        ["major"] = "1",
        ["minor"] = "32",
        ["gitVersion"] = Text + "+weir",
        ["gitCommit"] = "",
        ["gitTreeState"] = "clean",
        ["buildDate"] = "1970-01-01T00:00:00Z",
        ["goVersion"] = "none",
        ["compiler"] = "dotnet",
        ["platform"] = "linux/amd64",
    };
}
