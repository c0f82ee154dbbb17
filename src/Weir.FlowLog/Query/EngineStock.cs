using System.Globalization;
using DuckDB.NET.Data;
using Weir.FlowLog.Query.Functions;

namespace Weir.FlowLog.Query;

/// <summary>
/// Keeps one DuckDB instance ready, with its functions and nothing else: each query still has an instance of its own, and does not wait
/// for its start. Any thread.
/// </summary>
/// <param name="limits">Memory and threads of the instances.</param>
public sealed class EngineStock(QueryLimits limits) : IDisposable
{
    private DuckDBConnection? _ready;
    private volatile bool _isClosed;

    /// <inheritdoc/>
    public void Dispose()
    {
        _isClosed = true;
        Interlocked.Exchange(ref _ready, null)?.Dispose();
    }

    /// <summary>A fresh instance.</summary>
    internal static DuckDBConnection Start(QueryLimits limits)
    {
        var connection = new DuckDBConnection(string.Create(CultureInfo.InvariantCulture, $"DataSource=:memory:;memory_limit={limits.MemoryMiB}MiB;threads={limits.Threads}"));
        connection.Open();
        foreach (var function in NativeFunctions.All) function.Register(connection);
        return connection;
    }

    /// <summary>An instance that nobody else has had; the next one is made meanwhile.</summary>
    internal DuckDBConnection Take()
    {
        var taken = Interlocked.Exchange(ref _ready, null);
        _ = Task.Run(Refill);
        return taken ?? Start(limits);
    }

    private void Refill()
    {
        var made = Start(limits);
        if (_isClosed || Interlocked.CompareExchange(ref _ready, made, null) is not null) made.Dispose();
        else if (_isClosed) Interlocked.Exchange(ref _ready, null)?.Dispose();
    }
}
