using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.FlowLog.Ingest;
using Xunit;

namespace Weir.EndToEnd;

/// <summary>The official clients of Kusto and of Log Analytics, unchanged, against a hub.</summary>
[Collection(OneAtATime.Name)]
public sealed class HubClientTests : IAsyncLifetime
{
    private static readonly string _modules = Path.Combine(Built.Repository, "artifacts/clients/node_modules");
    private readonly string _folder = Directory.CreateTempSubdirectory("weir-hub").FullName;
    private HubProcess? _hub;

    public async ValueTask InitializeAsync()
    {
        _hub = await HubProcess.StartAsync(_folder);
        var spool = BatchSpool.Open(new SpoolOptions { Folder = Path.Combine(_folder, "spool") }, "node1", TimeProvider.System);
        var encoder = new RowEncoder();
        for (var i = 0; i < 300; i++) encoder.Add(StoredFlow.Of(i));
        spool.Append(encoder.Take(), 300);
        using var channel = HubProcess.Channel(_folder);
        using var stop = new CancellationTokenSource();
        var sending = new BatchSender(spool, new Weir.FlowLog.Wire.Ingest.IngestClient(channel), TimeProvider.System, NullLogger<BatchSender>.Instance).RunAsync(stop.Token);
        Assert.Equal(300, await _hub.CountAsync(300));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    public ValueTask DisposeAsync()
    {
        _hub?.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_Kusto_client_works_unchanged()
    {
        var got = await RunAsync("kusto.mjs", ("ADDRESS", _hub!["kusto"]));
        Assert.Equal("""["Verdict:string","Flows:long","First:datetime"]""", got.GetProperty("columns").GetRawText());
        Assert.Equal("""[["DROPPED",100,true],["FORWARDED",200,true]]""", got.GetProperty("rows").GetRawText());
        Assert.Equal("192.168.1.7", got.GetProperty("ip").GetProperty("source").GetString());
        Assert.Equal(300, got.GetProperty("v1").GetInt32());
        Assert.Equal("""["ContainerNetworkLogs","RetinaNetworkFlowLogs"]""", got.GetProperty("tables").GetRawText());
        Assert.StartsWith("Weir ", got.GetProperty("version").GetString(), StringComparison.Ordinal);
        Assert.Equal(("SEM0100", "SYN0002"), (got.GetProperty("semantic").GetString(), got.GetProperty("syntax").GetString()));
        Assert.Contains("query-rows", got.GetProperty("bound").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_Log_Analytics_client_works_unchanged()
    {
        var got = await RunAsync("loganalytics.mjs", ("ENDPOINT", _hub!["loganalytics"]));
        Assert.True(got.GetProperty("status").GetBoolean());
        Assert.Equal("""["Verdict:string","Flows:long","Some:dynamic"]""", got.GetProperty("columns").GetRawText());
        Assert.Equal(("DROPPED", 100), (got.GetProperty("rows")[0][0].GetString(), got.GetProperty("rows")[0][1].GetInt32()));
        Assert.Equal("192.168.2.9", got.GetProperty("rows")[0][2].GetProperty("destination").GetString());
        Assert.Equal(("barchart", 2), (got.GetProperty("chart").GetString(), got.GetProperty("statistics").GetInt32()));
        Assert.Equal("""["Success","PartialFailure"]""", got.GetProperty("batch").GetRawText());
        Assert.Equal("BadArgumentError", got.GetProperty("batchError").GetString());
        Assert.Equal("""[400,"BadArgumentError"]""", got.GetProperty("error").GetRawText());
    }

    private async Task<JsonElement> RunAsync(string script, (string Name, string Value) address)
    {
        Assert.SkipUnless(Directory.Exists(_modules), "The official clients are not there: npm or its registry could not be reached.");

        // Beside its modules, where it looks for them.
        var copy = Path.Combine(Built.Repository, "artifacts/clients", script);
        File.Copy(Path.Combine(Built.Repository, "tests/Weir.EndToEnd/Clients", script), copy, overwrite: true);
        var start = new ProcessStartInfo("node", [copy]) { RedirectStandardOutput = true, RedirectStandardError = true };
        (start.Environment[address.Name], start.Environment["TOKEN"], start.Environment["NODE_EXTRA_CA_CERTS"]) = (address.Value, _hub!["token"], _hub["ca"]);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        await process.WaitForExitAsync(patience.Token);
        Assert.True(process.ExitCode == 0, await errors);
        using var document = JsonDocument.Parse((await output).Trim().Split('\n')[^1]);
        return document.RootElement.Clone();
    }
}
