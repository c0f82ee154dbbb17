using System.CommandLine;
using Weir.Cli;
using Weir.Cli.Hubble;
using Weir.Cli.Observe;
using Weir.Observe.Server;
using Weir.Unit.Architecture;
using Weir.Unit.Observe;
using Xunit;

namespace Weir.Unit.Cli;

/// <summary>Recorded flows in, text out: out of a file, and the same through gRPC.</summary>
/// <remarks>The texts are those of <c>hubble</c>: its own client printed the same bytes for every field that it knew.</remarks>
public sealed class ObserveCommandTests : IAsyncLifetime
{
    private static readonly string _golden = Path.Combine(Repository.Root, "tests/Weir.Unit/Observe/Golden");
    private readonly string _folder = Directory.CreateTempSubdirectory("weir-observe-").FullName;
    private readonly RecordedObserver _observer = new(File.ReadLines(Path.Combine(_golden, "flows.jsonl")));
    private HubbleServer _server = null!;

    public static TheoryData<string, string> Formats => new()
    {
        { "compact.txt", "" },
        { "dict.txt", "-o dict" },
        { "table.txt", "-o table" },
        { "jsonpb.txt", "-o jsonpb" },
        { "jsonpb.txt", "-o json" },
        { "compact-colour.txt", "--color always --print-node-name --print-policy-names" },
        { "compact-why.txt", "--rule --why" },
        { "table-numeric.txt", "--numeric -o table --print-node-name --time-format RFC3339Nano" },
    };

    private string Socket => Path.Combine(_folder, "observe.sock");

    public async ValueTask InitializeAsync() => _server = await HubbleServer.StartAsync(
        _observer, null, new ServerListeners { UnixSocket = Socket }, TimeProvider.System, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_saved_flow_prints_as_hubble_prints_it(string golden, string flags)
    {
        var (code, output, error) = await RunAsync(["observe", "--input-file", Path.Combine(_golden, "flows.jsonl"), .. flags.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        Assert.Equal(("", 0), (error, code));
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(_golden, golden), TestContext.Current.CancellationToken), output);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_flow_of_a_server_prints_as_hubble_prints_it(string golden, string flags)
    {
        var (code, output, error) = await RunAsync(["observe", "--server", "unix:" + Socket, .. flags.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        Assert.Equal(("", 0), (error, code));
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(_golden, golden), TestContext.Current.CancellationToken), output);
    }

    [Theory]
    [InlineData("--from-pod pets/a --verdict DROPPED", """allowlist: - '{"source_pod":["pets/a"],"verdict":["DROPPED"]}'""")]
    [InlineData("--pod a", """allowlist: - '{"source_pod":["a"]}' - '{"destination_pod":["a"]}'""")]
    [InlineData("--namespace pets --pod a", """allowlist: - '{"source_pod":["pets/a"]}' - '{"destination_pod":["pets/a"]}'""")]
    [InlineData("-n pets", """allowlist: - '{"source_pod":["pets/"]}' - '{"destination_pod":["pets/"]}'""")]
    [InlineData("--from-namespace pets --to-service b", """allowlist: - '{"source_pod":["pets/"],"destination_service":["b"]}'""")]
    [InlineData("--not --port 53 --protocol udp", """allowlist: - '{"protocol":["udp"]}' denylist: - '{"source_port":["53"]}' - '{"destination_port":["53"]}'""")]
    [InlineData("-t trace:to-stack -4", """allowlist: - '{"event_type":[{"type":4,"match_sub_type":true,"sub_type":3}],"ip_version":["IPv4"]}'""")]
    [InlineData("--identity world --tcp-flags syn,ack", """allowlist: - '{"tcp_flags":[{"SYN":true,"ACK":true}],"source_identity":[2]}' - '{"tcp_flags":[{"SYN":true,"ACK":true}],"destination_identity":[2]}'""")]
    [InlineData("--allowlist {\"uuid\":[\"x\"]}", """allowlist: - '{"uuid":["x"]}'""")]
    public async Task Flags_stand_for_these_filters(string flags, string filters)
    {
        var (code, output, error) = await RunAsync(["observe", "--print-raw-filters", .. flags.Split(' ')]);

        Assert.Equal(("", 0), (error, code));
        Assert.Equal(SortedParts(filters), SortedParts(string.Join(' ', output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))));
    }

    [Theory]
    [InlineData("--first 3 --last 3", "cannot set both --first and --last")]
    [InlineData("--follow --first 3", "cannot set both --first and --follow")]
    [InlineData("-f -o table", "table output format is not compatible with follow mode")]
    [InlineData("-o xml", "invalid output format: xml")]
    [InlineData("--from-pod a --namespace b", "filters --from-pod and --namespace cannot be combined")]
    [InlineData("--verdict MAYBE", "--verdict: 'MAYBE' is not known; give one of FORWARDED, DROPPED, ERROR, AUDIT, REDIRECTED, TRACED, TRANSLATED.")]
    [InlineData("--port 53 --not", "trailing --not found in the arguments")]
    [InlineData("--field-mask time", "compact output format is not compatible with custom field mask")]
    [InlineData("--since yesterday", "--since: 'yesterday' is neither a duration such as 5m or 1h30m nor a time such as 2026-03-01T10:00:00Z.")]
    [InlineData("--server http://x", "--server: 'http://x' is no address of an observer; give host:port, tls://host:port or unix:PATH.")]
    public async Task What_makes_no_sense_is_refused_in_a_sentence(string flags, string sentence) =>
        Assert.Equal((2, "", $"weir observe: {sentence}\n"), await RunAsync(["observe", .. flags.Split(' ')]));

    [Fact]
    public async Task The_fields_that_are_shown_can_be_all_that_is_asked_for()
    {
        await RunAsync("observe", "--server", "unix:" + Socket, "--use-default-field-masks");
        Assert.Contains("source.pod_name", _observer.Asked!.FieldMask.Paths);
        Assert.Equal(20UL, _observer.Asked.Number);

        await RunAsync("observe", "--server", "unix:" + Socket, "--all", "-o", "json", "--field-mask", "time,verdict");
        Assert.Equal(["time", "verdict"], _observer.Asked!.FieldMask.Paths);
        Assert.Equal(ulong.MaxValue, _observer.Asked.Number);
    }

    [Fact]
    public async Task Status_and_lists_read_as_hubbles()
    {
        Assert.Equal(
            (0, $"Healthcheck (via unix://{Socket}): Ok\nCurrent/Max Flows: 4,096/8,192 (50.00%)\nFlows/s: 12.35\nConnected Nodes: 2/5\nUnavailable Nodes: 3\n  - a\n  - b\n  - and 1 more...\n", ""),
            await RunAsync("status", "--server", "unix:" + Socket));
        Assert.Contains("             UPTIME: 1m30.5s\n", (await RunAsync("status", "-o", "dict", "--server", "unix:" + Socket)).Output, StringComparison.Ordinal);
        Assert.Equal(
            (0, "NAME    STATUS        AGE      FLOWS/S   CURRENT/MAX-FLOWS     VERSION   ADDRESS         TLS\n"
                + "node1   Unavailable   N/A      N/A       N/A                   N/A                       N/A\n"
                + "node2   Connected     1h2m5s   10.00     4096/4096 (100.00%)   0.1.0     10.1.0.2:4244   Enabled\n", ""),
            await RunAsync("list", "nodes", "-o", "wide", "--server", "unix:" + Socket));
        Assert.Equal((0, "NAMESPACE\nkube-system\npets\n", ""), await RunAsync("list", "namespaces", "--server", "unix:" + Socket));
    }

    [Fact]
    public async Task An_observer_that_is_not_there_gives_one_sentence()
    {
        var (code, _, error) = await RunAsync("status", "--server", "unix:" + Path.Combine(_folder, "none.sock"));

        Assert.Equal(1, code);
        Assert.StartsWith("weir status: the observer at unix://", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task A_shell_gets_a_script_that_asks_the_program(string shell) =>
        Assert.Contains("weir \"[suggest:", (await RunAsync("completion", shell)).Output, StringComparison.Ordinal);

    private static string SortedParts(string filters) => string.Concat(filters.Replace(" ", "", StringComparison.Ordinal).Order());

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        var code = await CommandRun.RunAsync(
            new RootCommand { ObserveCommand.Create(), StatusCommand.Create(), ListCommand.Create(), CompletionCommand.Create() },
            arguments,
            new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        return (code, output.ToString(), error.ToString());
    }
}
