using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.FlowLog.Query;
using Weir.FlowLog.Store;
using Weir.Kql.Syntax;

namespace Weir.Cli.Store;

/// <summary><c>weir store</c>: looks after a hub's store of flows.</summary>
internal static class StoreCommand
{
    private static readonly Argument<string> _folder = new("FOLDER") { Description = "The store: the folder 'store' in the hub's --run folder" };
    private static readonly Option<string> _to = new("--to") { Description = "The file: .parquet, .csv or .jsonl", Required = true };
    private static readonly Option<string?> _from = new("--from") { Description = "Only flows from this time on: 2026-03-01T10:00:00Z" };
    private static readonly Option<string?> _until = new("--until") { Description = "Only flows until this time" };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var status = new Command("status", "How much there is, of when, and what is damaged") { _folder };
        status.SetAction(p => Guarded(p, Status));
        var verify = new Command("verify", "Read everything and compare it with its checksums; 1 when something is damaged") { _folder };
        verify.SetAction(p => Guarded(p, Verify));
        var compact = new Command("compact", "Merge segments now, and delete nothing; the hub does so by itself") { _folder };
        compact.SetAction((p, _) => CompactAsync(p));
        var export = new Command("export", "Write flows to a file, with the columns that queries see") { _folder, _to, _from, _until };
        export.SetAction(p => Guarded(p, Export));
        return new Command("store", "Look after a hub's store of flows") { status, verify, compact, export, ImportCommand.Create() };
    }

    private static int Status(ParseResult parsed, TextWriter output)
    {
        var manifest = StoreReader.Read(parsed.GetValue(_folder)!);
        var (rows, bytes) = (manifest.Segments.Sum(s => s.Rows), manifest.Segments.Sum(s => s.Bytes));
        output.WriteLine(Say($"segments    {manifest.Segments.Count} ({manifest.Segments.Count(s => s.IsAggregate)} of aggregates)"));
        output.WriteLine(Say($"rows        {rows}"));
        output.WriteLine(Say($"bytes       {bytes} ({(rows == 0 ? 0 : (double)bytes / rows):0.0} a row)"));
        if (rows > 0) output.WriteLine(Say($"from        {CellJson.Instant(manifest.Segments.Min(s => s.From))}\nuntil       {CellJson.Instant(manifest.Segments.Max(s => s.Until))}"));
        output.WriteLine(manifest.RawFrom == 0 ? "aggregated  nothing yet" : Say($"aggregated  before {CellJson.Instant(manifest.RawFrom)}"));
        if (manifest.Segments.Sum(s => s.Folded) is > 0 and var folded) output.WriteLine(Say($"folded      {folded} flows stand under their workload: their window of 30 s had too many different rows"));
        foreach (var (node, mark) in manifest.Stored.OrderBy(s => s.Key, StringComparer.Ordinal)) output.WriteLine(Say($"node        {node}, start {mark.Epoch}, batch {mark.Sequence}"));
        foreach (var damaged in manifest.Damaged) output.WriteLine(Say($"damaged     {damaged.File}: {damaged.Rows} rows are missing"));
        return 0;
    }

    private static int Verify(ParseResult parsed, TextWriter output)
    {
        var folder = parsed.GetValue(_folder)!;
        var damaged = StoreReader.Damaged(folder);
        foreach (var segment in damaged) output.WriteLine(Say($"damaged: {segment.File} ({segment.Rows} rows); the hub sets it aside when it starts or compacts"));
        if (damaged.Count == 0) output.WriteLine(Say($"{StoreReader.Read(folder).Segments.Count} segments are as they were written"));
        return damaged.Count == 0 ? 0 : 1;
    }

    private static async Task<int> CompactAsync(ParseResult parsed)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        try
        {
            var folder = parsed.GetValue(_folder)!;
            var before = StoreReader.Read(folder);

            await using (var store = Open(folder))
            {
                store.Flush();
                store.Compact();
            }

            var after = StoreReader.Read(folder);
            await output.WriteLineAsync(Say($"{before.Segments.Count} segments of {before.Segments.Sum(s => s.Bytes)} bytes became {after.Segments.Count} of {after.Segments.Sum(s => s.Bytes)}"));
            return 0;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"weir store compact: {e.Message}");
            return 1;
        }
    }

    private static int Export(ParseResult parsed, TextWriter output)
    {
        var file = parsed.GetValue(_to)!;
        if (!StoreExport.CanWrite(file)) throw new UsageException($"--to {file}: the ending tells the form; give .parquet, .csv or .jsonl.");
        using var snapshot = StoreReader.Hold(parsed.GetValue(_folder)!);
        var rows = StoreExport.Write(snapshot, file, Time(parsed.GetValue(_from), "--from") ?? long.MinValue, Time(parsed.GetValue(_until), "--until") ?? long.MaxValue);
        output.WriteLine(Say($"{rows} rows in {file}"));
        return 0;
    }

    /// <summary>Opens a store that no hub has open.</summary>
    /// <exception cref="IOException">One has.</exception>
    /// <exception cref="InvalidDataException">Its manifest is damaged; the message names the place.</exception>
    public static FlowStore Open(string folder)
    {
        // What is kept for how long is the hub's to say: here nothing is too old.
        var always = TimeSpan.FromDays(365_000);
        return FlowStore.Open(new StoreOptions { Folder = folder, RawAge = always, MaxAge = always, MaxBytes = long.MaxValue }, TimeProvider.System, NullLogger<FlowStore>.Instance);
    }

    private static long? Time(string? text, string option) =>
        text is null ? null : DateTimeReader.Read(text) ?? throw new UsageException($"{option} {text} is no time; give 2026-03-01T10:00:00Z.");

    private static int Guarded(ParseResult parsed, Func<ParseResult, TextWriter, int> action)
    {
        try
        {
            return action(parsed, parsed.InvocationConfiguration.Output);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or QueryFailedException or UsageException)
        {
            parsed.InvocationConfiguration.Error.WriteLine($"weir store {parsed.CommandResult.Command.Name}: {e.Message}");
            return e is UsageException ? CommandRun.Misused : 1;
        }
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
