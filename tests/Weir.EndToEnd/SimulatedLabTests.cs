using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace Weir.EndToEnd;

/// <summary><c>weir lab run</c> where nothing is allowed: no root, no kernel, no containers.</summary>
[Collection(OneAtATime.Name)]
public sealed class SimulatedLabTests
{
    private const string Nobody = "65534";

    [Fact]
    public async Task Without_any_privilege_every_step_holds_every_line_is_labelled_and_nothing_is_left()
    {
        var home = Directory.CreateTempSubdirectory("weir-e2e-");
        try
        {
            var isRoot = Environment.UserName == "root";
            if (isRoot) await RunAsync(new ProcessStartInfo("chown", [$"{Nobody}:{Nobody}", home.FullName]));
            var report = Path.Combine(home.FullName, "r.json");
            string[] weir = ["dotnet", Built.Cli, "lab", "run", "--report", report, .. isRoot ? Array.Empty<string>() : ["--datapath", "simulated"]];
            string[] command = isRoot ? ["setpriv", "--reuid", Nobody, "--regid", Nobody, "--clear-groups", "--inh-caps=-all", .. weir] : weir;
            var start = new ProcessStartInfo(command[0], command[1..]);
            foreach (var name in (string[])["HOME", "DOTNET_CLI_HOME", "XDG_RUNTIME_DIR", "TMPDIR"]) start.Environment[name] = home.FullName;

            var (code, output) = await RunAsync(start);

            Assert.True(code == 0, output);
            Assert.All(output.TrimEnd('\n').Split('\n'), line => Assert.StartsWith("[simulated] ", line, StringComparison.Ordinal));
            if (isRoot) Assert.Contains("real pods need root", output, StringComparison.Ordinal);
            var written = JsonNode.Parse(await File.ReadAllTextAsync(report, TestContext.Current.CancellationToken))!;
            Assert.Equal("simulated", (string?)written["datapath"]);
            Assert.Equal(55, written["steps"]!.AsArray().Count);
            Assert.All(written["steps"]!.AsArray(), step => Assert.True((bool)step!["pass"]!, step.ToJsonString()));
            Assert.All(
                written["steps"]!.AsArray().Where(s => ((string)s!["id"]!).StartsWith("deny-", StringComparison.Ordinal)),
                step => Assert.Contains("DENIED BY allow-order-service-traffic", (string?)step!["flow"], StringComparison.Ordinal));
            Assert.False(Directory.Exists(Path.Combine(home.FullName, "weir/lab")), "the lab's folder is left");
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    private static async Task<(int Code, string Output)> RunAsync(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return (-1, $"did not end in time: {await output}{await error}");
        }

        return (process.ExitCode, await output + await error);
    }
}
