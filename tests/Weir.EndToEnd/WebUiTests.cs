using System.Diagnostics;
using System.Text.Json;
using Weir.Lab.Front;
using Xunit;

namespace Weir.EndToEnd;

/// <summary>The web UI in a real browser, over a live lab whose store-front the chaos policy has cut off.</summary>
[Collection(OneAtATime.Name)]
public sealed class WebUiTests : IDisposable
{
    private const string Chromium = "/usr/bin/chromium";
    private static readonly string _modules = Path.Combine(Built.Repository, "artifacts/clients/node_modules");
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(4);
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("weir-ui-");

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public async Task A_person_finds_the_drop_its_rule_and_its_mend_in_the_browser()
    {
        Assert.SkipUnless(Directory.Exists(Path.Combine(_modules, "playwright-core")), "What drives a browser is not there: npm or its registry could not be reached.");
        Assert.SkipUnless(File.Exists(Chromium), "There is no chromium: install the package chromium.");
        Assert.SkipUnless(File.Exists(Path.Combine(Built.Repository, "artifacts/web/index.html")), "The web UI is not built: npm could not be reached.");
        var run = Path.Combine(_home.FullName, "lab");
        var (up, printed) = await Built.RunAsync(_patience, "lab", "up", "--detach", "--pets", "--run", run);
        try
        {
            Assert.True(up == 0, printed);
            var services = LabServices.Read(run)!;
            await KubectlAsync(services, "apply", "-f", Sample("flow-logs.yaml"));
            await KubectlAsync(services, "apply", "-n", "pets", "-f", Sample("combined-policy.yaml"));
            await AnswersAsync(new Uri(new Uri(services.Find("store-front")!), "products")); // by way of product-service, whose requests the proxy sees
            await KubectlAsync(services, "apply", "-n", "pets", "-f", Sample("chaos-policy.yaml"));
            using var knocking = new CancellationTokenSource();
            var knocks = KnockAsync(services.Find("store-front")!, knocking.Token);
            var seen = await DriveAsync(services);
            await knocking.CancelAsync();
            await knocks;
            Assert.False(seen.TryGetProperty("failure", out var failure), $"{failure} at {(seen.TryGetProperty("at", out var at) ? at.GetString() : "")}:\n{(seen.TryGetProperty("text", out var text) ? text.GetString() : "")}");
            Assert.Equal(["map", "map-endpoints", "map-drop", "flows", "logs", "dashboards", "policies", "policies-try", "diagnose"], seen.GetProperty("pages").EnumerateArray().Select(p => p.GetString()));
            Assert.Contains("allow-store-front-traffic", seen.GetProperty("rule").GetString(), StringComparison.Ordinal);
            Assert.Contains("GET /", seen.GetProperty("endpoint").GetString(), StringComparison.Ordinal);
            Assert.Contains("kind: CiliumNetworkPolicy", seen.GetProperty("policyTest").GetString(), StringComparison.Ordinal);
            Assert.Contains("to: store-front, port: 8080/tcp, expect: deny", seen.GetProperty("policyTest").GetString(), StringComparison.Ordinal);
            Assert.Contains("ns=pets&range=15m&q=verdict", seen.GetProperty("kept").GetString(), StringComparison.Ordinal);
            Assert.Matches("denied.*allowed", seen.GetProperty("trial").GetString());
            Assert.True(seen.GetProperty("reopened").GetBoolean());
            Assert.Empty(seen.GetProperty("violations").EnumerateArray().Select(v => v.GetString()));
            Assert.Empty(seen.GetProperty("console").EnumerateArray().Select(c => c.GetString()));
        }
        finally
        {
            var (down, said) = await Built.RunAsync(_patience, "lab", "down", "--run", run);
            Assert.True(down == 0, said);
        }
    }

    private static async Task AnswersAsync(Uri address)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        using var stop = new CancellationTokenSource(_patience);
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync(address, stop.Token);
                if (answer.IsSuccessStatusCode) return;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
            {
                // The policy is on its way to the nodes.
            }
        }
    }

    // What the chaos policy drops: somebody outside who asks for the shop, again and again.
    private static async Task KnockAsync(string shop, CancellationToken cancellation)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(1) };
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await client.GetAsync(new Uri(shop), cancellation);
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                // Dropped, as it should be.
            }
        }
    }

    private static async Task<JsonElement> DriveAsync(LabServices services)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(Path.GetDirectoryName(_modules)!, "ui.mjs")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        File.Copy(Path.Combine(Built.Repository, "tests/Weir.EndToEnd/Clients/ui.mjs"), start.ArgumentList[0], overwrite: true); // beside its modules
        start.Environment["ADDRESS"] = services.Find("ui");
        start.Environment["TOKEN"] = services.Find("token");
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var stop = new CancellationTokenSource(_patience);
        await process.WaitForExitAsync(stop.Token);
        Assert.True(process.ExitCode == 0, await error);
        return JsonSerializer.Deserialize<JsonElement>(await output);
    }

    private static async Task KubectlAsync(LabServices services, params string[] arguments)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/kubectl") || File.Exists("/usr/local/bin/kubectl"), "There is no kubectl.");
        using var process = Process.Start(new ProcessStartInfo("kubectl", [$"--kubeconfig={services.KubeconfigPath}", .. arguments]) { RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, error);
    }

    private static string Sample(string name) => Path.Combine(Built.Repository, "samples/lab", name);
}
