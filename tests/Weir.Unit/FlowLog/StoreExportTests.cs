using System.Text.Json;
using Weir.FlowLog.Query;
using Weir.FlowLog.Store;
using Weir.Unit.Observe;
using Xunit;

namespace Weir.Unit.FlowLog;

public sealed class StoreExportTests : IAsyncLifetime
{
    private static readonly DateTimeOffset _from = new(2026, 3, 1, 11, 0, 0, TimeSpan.Zero);
    private readonly StoreScene _scene = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("weir-export").FullName;

    public async ValueTask InitializeAsync()
    {
        await _scene.AppendAsync(StoreScene.BatchOf("node1", 1, 20, _from, _ => Flows.Drop()));
        _scene.Store.Flush();
    }

    public async ValueTask DisposeAsync()
    {
        await _scene.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("flows.jsonl")]
    [InlineData("flows.csv")]
    [InlineData("flows.parquet")]
    public void Rows_of_a_time_are_written_beside_a_hub_that_has_the_store_open(string name)
    {
        using var snapshot = StoreReader.Hold(_scene.Folder);
        var file = Path.Combine(_folder, name);
        Assert.Equal(5, StoreExport.Write(snapshot, file, _from.AddSeconds(5).UtcTicks, _from.AddSeconds(9).UtcTicks));
        Assert.True(new FileInfo(file).Length > 0);
    }

    [Fact]
    public void What_is_exported_as_lines_can_be_asked_again()
    {
        using var snapshot = StoreReader.Hold(_scene.Folder);
        var file = Path.Combine(_folder, "flows.jsonl");
        Assert.Equal(20, StoreExport.Write(snapshot, file));
        using var line = JsonDocument.Parse(File.ReadLines(file).First());
        Assert.Equal("192.168.1.7", line.RootElement.GetProperty("IP").GetProperty("source").GetString());

        using var engine = new QueryEngine(new QueryLimits(), TimeProvider.System);
        engine.Load(File.ReadLines(file), file);
        var answer = engine.Run("ContainerNetworkLogs | summarize count(), min(TimeGenerated), take_any(tostring(IP.source)) ", TestContext.Current.CancellationToken);
        Assert.Equal([20L, _from.UtcTicks, "192.168.1.7"], answer.Tables[0].Rows[0]);
    }

    [Fact]
    public void A_segment_whose_bytes_changed_is_named_and_nothing_is_changed()
    {
        Assert.Empty(StoreReader.Damaged(_scene.Folder));
        var segment = Assert.Single(StoreReader.Read(_scene.Folder).Segments);
        var path = Path.Combine(_scene.Folder, segment.File);
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Equal(segment.File, Assert.Single(StoreReader.Damaged(_scene.Folder)).File);
        Assert.Single(StoreReader.Read(_scene.Folder).Segments);
    }

    [Fact]
    public void A_folder_without_a_store_is_named() => Assert.Contains("no manifest.json", Assert.Throws<IOException>(() => StoreReader.Read(_folder)).Message, StringComparison.Ordinal);
}
