using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Weir.Cluster.Objects;
using Weir.Hub.Server;

namespace Weir.Hub.Ui.Policies;

/// <summary>The changes of policies on disk, a line of JSON each, so that a hub that was started again knows them.</summary>
/// <remarks>One thread at a time. What cannot be written is logged, and kept in memory alone.</remarks>
/// <param name="path">The file; made when it is missing.</param>
/// <param name="logger">Told of what cannot be read or written.</param>
internal sealed partial class RevisionFile(string path, ILogger logger)
{
    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Reads them, oldest first. Lines that cannot be read are left out: the last one was cut where the hub was killed while it wrote.</summary>
    public List<Revision> Load()
    {
        List<Revision> all = [];
        if (!File.Exists(path)) return all;
        try
        {
            var lines = File.ReadAllLines(path, _utf8);
            foreach (var line in lines)
                if (Read(line) is { } revision) all.Add(revision);
            if (all.Count < lines.Length) Log.Unreadable(logger, lines.Length - all.Count, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotRead(logger, path, e.Message);
        }

        return all;
    }

    /// <summary>Adds some.</summary>
    public void Append(IEnumerable<Revision> revisions) => Try(() =>
    {
        using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        foreach (var revision in revisions) file.Write(Line(revision));
        file.Flush(flushToDisk: true);
    });

    /// <summary>Puts these in the place of all that is there.</summary>
    public void Replace(IEnumerable<Revision> revisions) => Try(() =>
    {
        var beside = path + ".new";
        File.Delete(beside);
        new RevisionFile(beside, logger).Append(revisions);
        if (File.Exists(beside)) File.Move(beside, path, overwrite: true);
    });

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotWritten(logger, path, e.Message);
        }
    }

    private static byte[] Line(Revision revision)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("kind", revision.Key.Kind);
            json.WriteString("namespace", revision.Key.Name.Namespace);
            json.WriteString("name", revision.Key.Name.Name);
            revision.WriteChange(json);
            json.WriteEndObject();
        }

        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    private static Revision? Read(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            var key = new PolicyKey(root.GetProperty("kind").GetString()!, new ObjectName(root.GetProperty("namespace").GetString()!, root.GetProperty("name").GetString()!));
            int? changes = root.TryGetProperty("verdictChanges", out var given) ? given.GetInt32() : null;
            return new Revision(root.GetProperty("time").GetDateTimeOffset(), key, root.GetProperty("revision").GetInt64(), root.GetProperty("change").GetString()!, BodyReader.Text(root, "yaml"), changes);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(9300, LogLevel.Warning, "{Count} lines of {Path} are no changes of policies and were left out")]
        public static partial void Unreadable(ILogger logger, int count, string path);

        [LoggerMessage(9301, LogLevel.Warning, "The changes of policies in {Path} cannot be read, so the pages show none from before now: {Message}")]
        public static partial void NotRead(ILogger logger, string path, string message);

        [LoggerMessage(9302, LogLevel.Warning, "A change of a policy cannot be written to {Path} and is forgotten when the hub ends: {Message}")]
        public static partial void NotWritten(ILogger logger, string path, string message);
    }
}
