using System.Collections.Immutable;
using System.Globalization;
using DuckDB.NET.Data;
using Weir.FlowLog.Query.Data;
using Weir.Kql;
using Weir.Kql.Catalog;
using Weir.Kql.Diagnostics;
using Weir.Kql.Plan;
using Weir.Kql.Sql;

namespace Weir.FlowLog.Query;

/// <summary>
/// Queries over flows in a DuckDB instance of their own: no file, no network, no extension that is not built in, and a locked
/// configuration, so that not even SQL that we did not mean could reach outside.
/// </summary>
public sealed class QueryEngine : IDisposable
{
    private readonly DuckDBConnection _connection;
    private readonly QueryLimits _limits;
    private readonly TimeProvider _clock;
    private readonly StoredTable _table;
    private readonly long _aggregatedBefore;
    private bool _isRead;

    /// <summary>Starts an instance.</summary>
    /// <param name="limits">What each query may use.</param>
    /// <param name="clock">Gives now(), and measures how long a query runs.</param>
    /// <param name="flows">Where its rows come from; null for what is loaded.</param>
    /// <param name="stock">Where an instance may be ready; null to start one. Its memory and threads are those of the limits.</param>
    public QueryEngine(QueryLimits limits, TimeProvider clock, StoredFlows? flows = null, EngineStock? stock = null)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (limits.Problems().FirstOrDefault() is { } problem) throw new ArgumentException(problem, nameof(limits));
        (_limits, _clock) = (limits, clock);
        _connection = stock?.Take() ?? EngineStock.Start(limits);
        _aggregatedBefore = flows?.AggregatedBefore ?? 0;
        _table = flows?.Table ?? StoredTable.Of(FlowTable.Source);
        if (flows is null) Execute(FlowTable.Create);
        Execute(string.Join("; ", Locks(limits, flows?.Files ?? [])));
    }

    /// <summary>The tables that queries may name.</summary>
    public static KqlCatalog Catalog { get; } = new("weir", [.. FlowTable.Names.Select(n => new TableSymbol(n, FlowTable.Columns))]);

    /// <summary>Adds saved flows: Hubble export lines, or rows of the table.</summary>
    /// <param name="lines">One JSON object a line.</param>
    /// <param name="source">What the lines are from, for messages.</param>
    /// <returns>How many rows were added.</returns>
    /// <exception cref="QueryFailedException">A line is neither.</exception>
    public long Load(IEnumerable<string> lines, string source) => FlowLoader.Load(_connection, lines, source);

    /// <summary>Compiles and runs a query.</summary>
    /// <param name="text">The query.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="QueryFailedException">It passed a bound or failed while it ran.</exception>
    public QueryAnswer Run(string text, CancellationToken cancel = default) => Run(text, ImmutableDictionary<string, string>.Empty, cancel);

    /// <summary>Compiles and runs a query that declares parameters.</summary>
    /// <param name="text">The query.</param>
    /// <param name="parameters">Their values, as literals in KQL.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="QueryFailedException">It passed a bound or failed while it ran.</exception>
    public QueryAnswer Run(string text, ImmutableDictionary<string, string> parameters, CancellationToken cancel = default)
    {
        var now = _clock.GetUtcNow().Ticks;
        try
        {
            return Run(Compile(text, new KqlOptions { Parameters = parameters, Discover = node => ColumnDiscovery.Of(node, DuckDbDialect.TranslateDiscovery(node, Settings(now)), sql => Read(sql, 1, cancel)) }), text.Length, cancel);
        }
        catch (NotSupportedQueryException e)
        {
            return new([], [new KqlDiagnostic("WK001", e.Message, 0, text.Length)]);
        }
    }

    /// <summary>Runs a query that was compiled before.</summary>
    /// <param name="compilation">What it was compiled into; the data had no say in it.</param>
    /// <param name="length">Characters of its text.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="QueryFailedException">It passed a bound or failed while it ran.</exception>
    public QueryAnswer Run(KqlCompilation compilation, int length, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(compilation);
        if (compilation.Query is not { } query) return new([], compilation.Diagnostics);
        var settings = Settings(_clock.GetUtcNow().Ticks);
        try
        {
            _isRead = false;
            var tables = query.Tables.Select(t => new QueryTable(t.Name, t.Root.Columns, Read(DuckDbDialect.Translate(t.Root, settings).Text, t.Root.Columns.Length, cancel), t.Render)).ToImmutableArray();
            return new(tables, [], _isRead ? _aggregatedBefore : 0);
        }
        catch (NotSupportedQueryException e)
        {
            return new([], [new KqlDiagnostic("WK001", e.Message, 0, length)]);
        }
    }

    /// <summary>Compiles a query without running it.</summary>
    public static KqlCompilation Compile(string text, KqlOptions? options) => KqlCompiler.Compile(text, Catalog, options);

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    /// <summary>The SQL that a query becomes; for tests and for those who want to look.</summary>
    public string Explain(Relation root) => DuckDbDialect.Translate(root, Settings(_clock.GetUtcNow().UtcTicks)).Text;

    private SqlSettings Settings(long now) => new(now, _ =>
    {
        _isRead = true;
        return _table;
    });

    private static IEnumerable<string> Locks(QueryLimits limits, IReadOnlyList<string> files)
    {
        yield return limits.TempFolder is { } folder && limits.TempMiB > 0 ? $"SET temp_directory = '{folder.Replace("'", "''", StringComparison.Ordinal)}'" : "SET temp_directory = ''";
        yield return string.Create(CultureInfo.InvariantCulture, $"SET max_temp_directory_size = '{limits.TempMiB}MiB'");
        yield return "SET autoinstall_known_extensions = false";
        yield return "SET autoload_known_extensions = false";
        yield return "SET allow_community_extensions = false";
        yield return $"SET allowed_paths = [{string.Join(", ", files.Select(f => $"'{f.Replace("'", "''", StringComparison.Ordinal)}'"))}]";
        yield return "SET enable_external_access = false";
        yield return "SET lock_configuration = true";
    }

    private List<object?[]> Read(string sql, int columns, CancellationToken cancel)
    {
        using var command = _connection.CreateCommand();
        command.UseStreamingMode = true;
        command.CommandText = sql;
        var time = _limits.Time ?? QueryLimits.UsualTime;
        using var timer = new CancellationTokenSource(time, _clock);
        using var late = timer.Token.Register(command.Cancel);
        using var asked = cancel.Register(command.Cancel);
        try
        {
            using var reader = command.ExecuteReader();
            return Rows(reader, columns);
        }
        catch (Exception e) when (e is DuckDBException or OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            throw timer.IsCancellationRequested
                ? new QueryFailedException(string.Create(CultureInfo.InvariantCulture, $"The query ran longer than {time.TotalSeconds:0.#} s (setting query-time). Ask about less time, or filter earlier."), e)
                : Failure(e);
        }
    }

    private QueryFailedException Failure(Exception e)
    {
        var message = e.Message.Split('\n')[0];
        return message.StartsWith("Out of Memory", StringComparison.Ordinal)
            ? new(string.Create(CultureInfo.InvariantCulture, $"The query needed more than {_limits.MemoryMiB} MiB of memory (setting query-memory). Ask about less time, or summarize earlier."), e)
            : new($"The query failed while it ran: {message}", e);
    }

    private List<object?[]> Rows(DuckDBDataReader reader, int columns)
    {
        var rows = new List<object?[]>();
        while (reader.Read())
        {
            if (rows.Count == _limits.Rows)
                throw new QueryFailedException(string.Create(CultureInfo.InvariantCulture, $"The answer has more than {_limits.Rows} rows (setting query-rows). End the query with take, or summarize."));
            var row = new object?[columns];
            for (var i = 0; i < columns; i++) row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>Runs a statement of ours.</summary>
    internal void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
