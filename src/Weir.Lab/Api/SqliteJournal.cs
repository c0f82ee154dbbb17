using Microsoft.Data.Sqlite;

namespace Weir.Lab.Api;

/// <summary>Keeps every object in one SQLite file, so that a restart, or a kill, loses nothing that was answered.</summary>
/// <remarks>
/// One connection, used by one writer at a time. In WAL mode with <c>synchronous=NORMAL</c> a killed process loses
/// nothing; a power cut may lose the last writes but never half of one.
/// </remarks>
internal sealed class SqliteJournal : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _put;
    private readonly SqliteCommand _delete;
    private readonly SqliteCommand _mark;

    /// <summary>Opens or makes the file.</summary>
    /// <param name="path">The file; null keeps everything in memory.</param>
    public SqliteJournal(string? path)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path ?? ":memory:",
            Pooling = false,
        }.ToString());
        _connection.Open();
        Run("PRAGMA journal_mode=WAL");
        Run("PRAGMA synchronous=NORMAL");
        Run("CREATE TABLE IF NOT EXISTS objects (kind TEXT NOT NULL, ns TEXT NOT NULL, name TEXT NOT NULL, "
            + "revision INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (kind, ns, name)) WITHOUT ROWID");
        Run("CREATE TABLE IF NOT EXISTS marks (id INTEGER PRIMARY KEY CHECK (id = 0), revision INTEGER NOT NULL)");
        _put = Prepare("INSERT OR REPLACE INTO objects VALUES ($kind, $ns, $name, $revision, $body)", "$kind", "$ns", "$name", "$revision", "$body");
        _delete = Prepare("DELETE FROM objects WHERE kind = $kind AND ns = $ns AND name = $name", "$kind", "$ns", "$name");
        _mark = Prepare("INSERT OR REPLACE INTO marks VALUES (0, $revision)", "$revision");
    }

    /// <summary>Keeps a version.</summary>
    public void Put(string kind, StoredObject stored)
    {
        var p = _put.Parameters;
        (p[0].Value, p[1].Value, p[2].Value, p[3].Value, p[4].Value) = (kind, stored.Namespace, stored.Name, stored.Revision, stored.Json);
        _put.ExecuteNonQuery();
    }

    /// <summary>Removes an object; keeps the revision of the removal, so that no later write reuses it.</summary>
    public void Delete(string kind, string ns, string name, long revision)
    {
        using var transaction = _connection.BeginTransaction();
        (_delete.Transaction, _mark.Transaction) = (transaction, transaction);
        var p = _delete.Parameters;
        (p[0].Value, p[1].Value, p[2].Value) = (kind, ns, name);
        _delete.ExecuteNonQuery();
        _mark.Parameters[0].Value = revision;
        _mark.ExecuteNonQuery();
        transaction.Commit();
        (_delete.Transaction, _mark.Transaction) = (null, null);
    }

    /// <summary>Everything that is kept, in no order.</summary>
    public IEnumerable<(string Kind, string Namespace, string Name, long Revision, byte[] Json)> ReadAll()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT kind, ns, name, revision, body FROM objects";
        using var reader = command.ExecuteReader();
        while (reader.Read())
            yield return (reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3), (byte[])reader.GetValue(4));
    }

    /// <summary>The newest revision that was ever answered; 0 for a new file.</summary>
    public long LastRevision()
    {
        using var command = _connection.CreateCommand();
        command.CommandText =
            "SELECT max((SELECT coalesce(max(revision), 0) FROM objects), (SELECT coalesce(max(revision), 0) FROM marks))";
        return (long)command.ExecuteScalar()!;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _put.Dispose();
        _delete.Dispose();
        _mark.Dispose();
        _connection.Dispose();
    }

    private void Run(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters) command.Parameters.Add(new SqliteParameter { ParameterName = name });
        return command;
    }
}
