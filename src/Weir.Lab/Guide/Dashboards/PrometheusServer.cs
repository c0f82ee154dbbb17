using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Weir.Lab.Front;
using Weir.Lab.Processes;
using Weir.Linux;

namespace Weir.Lab.Guide.Dashboards;

/// <summary>A Prometheus of our own for a while: a process on a port of loopback with a folder for its data, never the system's service.</summary>
public sealed class PrometheusServer : IAsyncDisposable
{
    private static readonly TimeSpan _longestStart = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);
    private readonly Process _process;
    private readonly NamespaceThread _parent;
    private readonly HttpClient _client;

    private PrometheusServer(Process process, NamespaceThread parent, int port)
    {
        (_process, _parent, Port) = (process, parent, port);
        _client = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")), Timeout = TimeSpan.FromSeconds(10) };
    }

    /// <summary>Its port on loopback.</summary>
    public int Port { get; }

    /// <summary>Where the program is: what <c>WEIR_PROMETHEUS</c> names, or the one in PATH; null where there is none.</summary>
    public static string? Find() =>
        Environment.GetEnvironmentVariable("WEIR_PROMETHEUS") is { Length: > 0 } named && File.Exists(named) ? named : ToolRun.Find("prometheus");

    /// <summary>Starts it, scraping every two seconds: for a node that is silent the hub takes one.</summary>
    /// <param name="program">The program.</param>
    /// <param name="folder">A folder for configuration and data, made anew; the caller removes it.</param>
    /// <param name="metrics">The page that it scrapes, or with <paramref name="isDiscovery"/> the address of Prometheus' HTTP discovery.</param>
    /// <param name="ruleFiles">Files of recording rules and alerts, evaluated every second.</param>
    /// <param name="isDiscovery">Whether <paramref name="metrics"/> tells what to scrape.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="LabException">It does not start; the message has what it says.</exception>
    public static async Task<PrometheusServer> StartAsync(
        string program, string folder, Uri metrics, IReadOnlyList<string> ruleFiles, bool isDiscovery, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        ArgumentNullException.ThrowIfNull(ruleFiles);
        Directory.CreateDirectory(folder);
        var configuration = Path.Combine(folder, "prometheus.yml");
        await File.WriteAllTextAsync(configuration, Configuration(metrics, ruleFiles, isDiscovery), cancellation);
        var port = LoopbackPorts.Free(0);
        string[] arguments =
        [
            program, $"--config.file={configuration}", $"--storage.tsdb.path={Path.Combine(folder, "data")}",
            string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}"), "--log.level=warn",
        ];

        // Whoever kills this process takes Prometheus along. To the kernel its parent is the thread that started it, and one of the pool ends when it is idle.
        if (ToolRun.Find("setpriv") is { } setpriv) arguments = [setpriv, "--pdeathsig", "KILL", "--", .. arguments];
        var parent = new NamespaceThread("prometheus");
        var process = await parent.RunAsync(null, () => Process.Start(new ProcessStartInfo(arguments[0], arguments.Skip(1)) { RedirectStandardError = true, RedirectStandardOutput = true })!);
        var server = new PrometheusServer(process, parent, port);
        var complaint = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_longestStart);
        try
        {
            while (!await server.IsReadyAsync(patience.Token))
            {
                if (process.HasExited) throw new LabException($"{program} ended: {(await complaint).Trim()}");
                await Task.Delay(_pause, patience.Token);
            }

            return server;
        }
        catch (Exception e)
        {
            await server.DisposeAsync();
            if (e is OperationCanceledException && !cancellation.IsCancellationRequested)
                throw new LabException($"{program} is not ready after {_longestStart.TotalSeconds:0} s: {(await complaint).Trim()}", e);
            throw;
        }
    }

    /// <summary>What its API answers: the member <c>data</c>.</summary>
    /// <param name="path">The path below <c>/api/v1/</c>, with its query.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="LabException">It refused; the message has why.</exception>
    public async Task<JsonElement> AskAsync(string path, CancellationToken cancellation)
    {
        using var answer = await _client.GetAsync(new Uri("/api/v1/" + path, UriKind.Relative), cancellation);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation);
        return body.GetProperty("status").GetString() == "success"
            ? body.GetProperty("data")
            : throw new LabException($"Prometheus refused {path}: {body.GetProperty("error").GetString()}");
    }

    /// <summary>The value of each series that an expression gives now.</summary>
    public async Task<IReadOnlyList<(JsonElement Labels, double Value)>> QueryAsync(string expression, CancellationToken cancellation)
    {
        var data = await AskAsync("query?query=" + Uri.EscapeDataString(expression), cancellation);
        return [.. data.GetProperty("result").EnumerateArray().Select(r => (
            r.GetProperty("metric"), double.Parse(r.GetProperty("value")[1].GetString()!.Replace("+Inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture)))];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        using (_process)
        {
            if (!_process.HasExited) _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _parent.Dispose();
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellation)
    {
        try
        {
            using var answer = await _client.GetAsync(new Uri("/-/ready", UriKind.Relative), cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static string Configuration(Uri metrics, IReadOnlyList<string> ruleFiles, bool isDiscovery) => $"""
        global:
          scrape_interval: 2s
          scrape_timeout: 2s
          evaluation_interval: 1s
        rule_files: [{string.Join(", ", ruleFiles.Select(f => $"'{f}'"))}]
        scrape_configs:
          - job_name: weir
            metrics_path: {metrics.AbsolutePath}
            {(isDiscovery ? $"http_sd_configs: [{{url: '{metrics}', refresh_interval: 5s}}]" : $"static_configs: [{{targets: ['{metrics.Authority}']}}]")}
        """;
}
