using DuckDB.NET.Data;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Weir.FlowLog.Ingest;
using Weir.FlowLog.Store;
using Weir.FlowLog.Wire;
using Weir.Model;
using Weir.Unit.Observe;

namespace Weir.Unit.FlowLog;

/// <summary>A store in a folder of its own, on a disk that can lose what was not synced.</summary>
internal sealed class StoreScene : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("weir-store").FullName;
    private FlowStore? _store;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public ForgetfulFiles Files { get; private set; } = new();

    public StoreOptions Options { get; set; } = new() { Folder = "" };

    public FlowStore Store => _store ??= FlowStore.Open(Options with { Folder = _folder }, Time, NullLogger<FlowStore>.Instance, Files);

    public string Folder => _folder;

    /// <summary>A batch of flows at a time, some seconds apart.</summary>
    public static Batch BatchOf(string node, ulong sequence, int count, DateTimeOffset from, Func<int, Flow>? make = null, ulong epoch = 1, Func<int, int>? secondsOf = null)
    {
        var encoder = new RowEncoder();
        for (var i = 0; i < count; i++)
        {
            var flow = make?.Invoke(i) ?? Flows.Forwarded(3000 + (i % 3));
            flow.TimeNanoseconds = ((from.UtcTicks - DateTime.UnixEpoch.Ticks) * 100) + ((secondsOf?.Invoke(i) ?? i) * 1_000_000_000L);
            flow.Sequence = i;
            flow.SourcePort = (ushort)(40_000 + i);
            encoder.Add(flow);
        }

        var rows = encoder.Take();
        return new Batch { Node = node, Epoch = epoch, Sequence = sequence, Rows = ByteString.CopyFrom(rows), Checksum = Checksum.Of(rows) };
    }

    public async Task<IngestOutcome> AppendAsync(Batch batch) => await Store.AppendAsync(batch, CancellationToken.None);

    /// <summary>The process dies: what was not synced is gone.</summary>
    public async Task CrashAsync()
    {
        Files.Dead = true;
        if (_store is not null) await _store.DisposeAsync();
        _store = null;
        Files.Forget();
        Files = new ForgetfulFiles();
    }

    public async Task CloseAsync()
    {
        if (_store is not null) await _store.DisposeAsync();
        _store = null;
    }

    /// <summary>Asks the stored rows, as a reader would.</summary>
    public List<object[]> Ask(string sql)
    {
        using var held = Store.Hold();
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        var files = held.FilesOf();
        command.CommandText = files.Count == 0
            ? SegmentColumns.Create("flows")
            : $"CREATE VIEW flows AS SELECT * FROM read_parquet([{string.Join(", ", files.Select(f => $"'{f}'"))}], union_by_name = true)";
        command.ExecuteNonQuery();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<object[]>();
        while (reader.Read())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }

        return rows;
    }

    public long Count() => Convert.ToInt64(Ask("SELECT count(*) FROM flows")[0][0], System.Globalization.CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
