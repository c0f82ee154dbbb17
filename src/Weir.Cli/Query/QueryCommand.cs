using System.CommandLine;
using Weir.FlowLog.Query;
using Weir.FlowLog.Query.Cases;
using Weir.Kql.Syntax;

namespace Weir.Cli.Query;

/// <summary><c>weir query</c>: asks flow logs in KQL, over saved files and with no server.</summary>
internal static class QueryCommand
{
    private static readonly Argument<string?> _text = new("KQL") { Description = "The query, or - to read it from standard input", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string[]> _from = new("--from") { Description = "Saved flows: Hubble export lines or rows of the table, one JSON object a line; - for standard input", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string?> _server = new("--server") { Description = "Ask this hub: https://HOST:PORT, or lab for the lab that runs on this machine" };
    private static readonly Option<string?> _token = new("--token") { Description = "The hub's token" };
    private static readonly Option<string?> _authority = new("--ca") { Description = "The certificate of the CA that the hub's is from, where the machine does not trust it" };
    private static readonly Option<string?> _batch = new("--batch") { Description = "Run the queries of this file ({\"id\",\"query\"} a line) and print an answer a line, in order" };
    private static readonly Option<string?> _test = new("--test") { Description = "Run the queries of this file and compare them with the columns and rows that it expects" };
    private static readonly Option<string?> _now = new("--now") { Description = "What now() is: 2026-03-01T12:00:00Z" };
    private static readonly Option<string> _output = new("--output", "-o") { Description = "table, json or csv", DefaultValueFactory = _ => "table" };
    private static readonly Option<int> _memory = new("--query-memory") { Description = "Memory for a query, in MiB", DefaultValueFactory = _ => 1024 };
    private static readonly Option<int> _threads = new("--query-threads") { Description = "Threads for a query", DefaultValueFactory = _ => 2 };
    private static readonly Option<int> _seconds = new("--query-time") { Description = "How long a query may run, in seconds", DefaultValueFactory = _ => (int)QueryLimits.UsualTime.TotalSeconds };
    private static readonly Option<int> _rows = new("--query-rows") { Description = "How many rows may come out", DefaultValueFactory = _ => 500_000 };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        _output.AcceptOnlyFromAmong("table", "json", "csv");
        var command = new Command("query", "Ask flow logs in KQL, the language of Azure's logs") { _text, _from, _server, _token, _authority, _batch, _test, _now, _output, _memory, _threads, _seconds, _rows };
        ExampleHelp.AddTo(
            command,
            "weir query 'ContainerNetworkLogs | where Verdict == \"DROPPED\" | summarize count() by SourcePodName' --from events.log",
            "weir query 'ContainerNetworkLogs | where TimeGenerated > ago(30m) | summarize count() by Verdict' --server lab",
            "weir query --test saved.jsonl --from events.log");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var error = parsed.InvocationConfiguration.Error;
        try
        {
            return await RunAsync(parsed, parsed.InvocationConfiguration.Output, error, cancellation);
        }
        catch (Exception e) when (e is UsageException or QueryFailedException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"weir query: {e.Message}");
            return e is QueryFailedException ? 1 : CommandRun.Misused;
        }
    }

    private static async Task<int> RunAsync(ParseResult parsed, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        var (text, batch, test) = (parsed.GetValue(_text), parsed.GetValue(_batch), parsed.GetValue(_test));
        if (new[] { text, batch, test }.Count(v => v is not null) != 1) throw new UsageException("give one of a query, --batch FILE or --test FILE.");
        if (parsed.GetValue(_server) is { } server) return await AskAsync(parsed, server, text, output, error, cancellation);
        var limits = new QueryLimits(parsed.GetValue(_memory), parsed.GetValue(_threads), Time: TimeSpan.FromSeconds(parsed.GetValue(_seconds)), Rows: parsed.GetValue(_rows));
        if (limits.Problems().FirstOrDefault() is { } problem) throw new UsageException(problem + ".");
        using var engine = new QueryEngine(limits, Clock(parsed.GetValue(_now)));
        foreach (var file in parsed.GetValue(_from) ?? []) engine.Load(Lines(file), file == "-" ? "standard input" : file);
        if (batch is not null) return await BatchWriter.RunAsync(engine, Cases(batch), output, cancellation);
        if (test is not null) return await TestAsync(engine, Cases(test), output);

        text = text == "-" ? await Console.In.ReadToEndAsync(cancellation) : text!;
        var answer = engine.Run(text, cancellation);
        if (answer.Problems.Length > 0)
        {
            foreach (var found in answer.Problems) await error.WriteLineAsync(ProblemText.Of(text, found));
            return CommandRun.Misused;
        }

        foreach (var table in answer.Tables) await TableWriter.WriteAsync(output, table, parsed.GetValue(_output)!);
        return 0;
    }

    private static async Task<int> AskAsync(ParseResult parsed, string server, string? text, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        if (text is null || parsed.GetValue(_from) is { Length: > 0 }) throw new UsageException("--server takes a query, and neither --from nor --batch nor --test.");
        if (text == "-") text = await Console.In.ReadToEndAsync(cancellation);
        using var hub = HubClient.Of(server, parsed.GetValue(_token), parsed.GetValue(_authority));
        var answer = await hub.AskAsync(text, cancellation);
        foreach (var table in answer.Tables) await TableWriter.WriteAsync(output, table, parsed.GetValue(_output)!);
        if (answer.Note is { } note) await error.WriteLineAsync(note);
        return 0;
    }

    private static async Task<int> TestAsync(QueryEngine engine, IEnumerable<QueryCase> cases, TextWriter output)
    {
        var counts = new int[3];
        foreach (var test in cases)
        {
            var outcome = CaseRunner.Run(engine, test);
            counts[(int)outcome.Result]++;
            if (outcome.Result == CaseResult.Failed) await output.WriteLineAsync($"FAIL {test.Id}: {outcome.Reason}");
        }

        await output.WriteLineAsync($"{counts[0]} passed, {counts[1]} failed, {counts[2]} skipped");
        return counts[1] == 0 ? 0 : 1;
    }

    private static IEnumerable<QueryCase> Cases(string file) => QueryCase.Read(Lines(file), file);

    private static IEnumerable<string> Lines(string file)
    {
        if (file == "-") return ReadAll(Console.In);
        if (Directory.Exists(file)) throw new UsageException($"{file} is a folder; name the files in it.");
        if (!File.Exists(file)) throw new UsageException($"{file} does not exist.");
        return File.ReadLines(file);
    }

    private static IEnumerable<string> ReadAll(TextReader reader)
    {
        while (reader.ReadLine() is { } line) yield return line;
    }

    private static TimeProvider Clock(string? now)
    {
        if (now is null) return TimeProvider.System;
        return DateTimeReader.Read(now) is { } ticks ? new FixedClock(ticks) : throw new UsageException($"--now: '{now}' is no time; write it as 2026-03-01T12:00:00Z.");
    }
}
