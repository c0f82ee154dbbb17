using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Weir.EndToEnd.Kubectl;

/// <summary>A <c>kubectl</c> on this machine.</summary>
/// <param name="Path">The program.</param>
/// <param name="Minor">Its minor version: 32 of 1.32.</param>
public sealed record KubectlClient(string Path, int Minor)
{
    /// <summary>The one that a user's shell finds; null when there is none.</summary>
    public static Task<KubectlClient?> InPathAsync() => ReadAsync(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(p => System.IO.Path.Combine(p, "kubectl")).FirstOrDefault(File.Exists));

    /// <summary>The old one that the tests' preparation fetches (Debian's package <c>kubernetes-client</c>); null when it could not.</summary>
    public static Task<KubectlClient?> OldAsync()
    {
        var path = System.IO.Path.Combine(Built.Repository, "artifacts/kubectl-old/usr/bin/kubectl");
        return ReadAsync(File.Exists(path) ? path : null);
    }

    private static async Task<KubectlClient?> ReadAsync(string? path)
    {
        if (path is null) return null;
        using var process = Process.Start(new ProcessStartInfo(path, ["version", "--client", "-o", "json"]) { RedirectStandardOutput = true })!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var minor = JsonNode.Parse(text)?["clientVersion"]?["minor"]?.GetValue<string>().TrimEnd('+');
        return minor is null ? null : new KubectlClient(path, int.Parse(minor, CultureInfo.InvariantCulture));
    }
}
