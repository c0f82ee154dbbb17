using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using Weir.Observe.Hubble;

namespace Weir.EndToEnd;

/// <summary><c>weir hub</c> as a process of its own, in a folder that outlives it.</summary>
internal sealed class HubProcess : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly Dictionary<string, string> _services;

    private HubProcess(Process process, Dictionary<string, string> services) => (_process, _services) = (process, services);

    /// <summary>What it said of itself: <c>kusto</c>, <c>loganalytics</c>, <c>ca</c>, <c>token</c>.</summary>
    public string this[string service] => _services[service];

    public static async Task<HubProcess> StartAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Built.Cli, "hub", "--run", folder, "--listen", "127.0.0.1:0", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var services = new Dictionary<string, string>(StringComparer.Ordinal);
        using var stop = new CancellationTokenSource(_patience);
        while (!services.ContainsKey("token"))
        {
            if (await process.StandardOutput.ReadLineAsync(stop.Token) is not { } line) throw new InvalidOperationException($"The hub did not start: {await errors}");
            var words = line.Split(' ', 2);
            services[words[0]] = words[1];
        }

        return new HubProcess(process, services);
    }

    /// <summary>As <c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>A client of its ingest that comes back when the hub does.</summary>
    public static Grpc.Net.Client.GrpcChannel Channel(string folder) => ObserverChannel.OverUnixSocket(Path.Combine(folder, "hub.sock"));

    /// <summary>How many flows it has.</summary>
    public async Task<long> CountAsync()
    {
        using var authority = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(this["ca"]));
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { authority }, RevocationMode = X509RevocationMode.NoCheck };
        using var handler = new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = trust } };
        using var client = new HttpClient(handler);
        client.DefaultRequestHeaders.Authorization = new("Bearer", this["token"]);
        var answer = await client.GetStringAsync(new Uri($"{this["kusto"]}/v1/rest/query?db=weir&csl=ContainerNetworkLogs%20%7C%20count"));
        using var document = System.Text.Json.JsonDocument.Parse(answer);
        return document.RootElement.GetProperty("Tables")[0].GetProperty("Rows")[0][0].GetInt64();
    }

    /// <summary>Waits until it has so many; a flow can be asked for within 2 s of its receipt.</summary>
    public async Task<long> CountAsync(long expected)
    {
        using var stop = new CancellationTokenSource(_patience);
        var count = await CountAsync();
        while (count < expected && !stop.IsCancellationRequested)
        {
            await Task.Delay(100);
            count = await CountAsync();
        }

        return count;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
