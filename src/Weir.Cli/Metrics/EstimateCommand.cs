using System.CommandLine;
using System.Globalization;
using Weir.Cli.Observe;
using Weir.Model;
using Weir.Observe.Metrics;
using Weir.Observe.Tls;

namespace Weir.Cli.Metrics;

/// <summary><c>weir metrics estimate</c>: how many series a ContainerNetworkMetric leaves, before it is applied.</summary>
internal sealed class EstimateCommand
{
    private readonly Option<string> _file = new("--file", "-f") { Description = "The ContainerNetworkMetric: a manifest, or - for standard input", Required = true };
    private readonly Option<string?> _input = new("--input-file") { Description = "Estimate by flows that were saved with 'weir observe -o json'" };
    private readonly Option<ulong> _last = new("--last") { Description = "Estimate by so many of the newest flows of each node", DefaultValueFactory = _ => 100_000 };
    private readonly Option<string[]> _metrics = new("--metrics") { Description = "What the agents measure, where they were told: as their own --metrics", AllowMultipleArgumentsPerToken = true };
    private readonly ServerOptions _servers = new();

    /// <summary>Makes the command.</summary>
    public Command Make()
    {
        var command = new Command("estimate", "Tell how many series a ContainerNetworkMetric leaves, and what in it has no effect, before it is applied") { _file, _input, _last, _metrics };
        _servers.AddTo(command);
        ExampleHelp.AddTo(command, "weir metrics estimate -f container-network-metric.yaml", "weir metrics estimate -f container-network-metric.yaml --input-file flows.json");
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        try
        {
            var file = MetricFile.Read(parsed.GetRequiredValue(_file));
            foreach (var fault in file.Faults) await error.WriteLineAsync($"error: {fault}");
            if (file.Faults.Count > 0) return 1;
            foreach (var finding in file.Findings) await error.WriteLineAsync($"warning: {finding}");

            var options = new MetricsOptions { SeriesLimit = 1_000_000 };
            if (parsed.GetValue(_metrics) is { Length: > 0 } metrics) options = options with { Metrics = [.. metrics.Select(MetricSpec.Parse)] };
            var estimate = new SeriesEstimate(options, [.. file.Selections.Select(s => new MetricFilter(s.Metric, s.Counts, s.UsesAddresses))], TimeProvider.System);
            var count = 0;
            await using var servers = parsed.GetValue(_input) is null ? await _servers.ReachAsync(parsed, Settings.Load(), cancellation) : null;
            await foreach (var flow in Flows(parsed, servers, cancellation))
            {
                estimate.Observe(flow);
                count++;
            }

            await PrintAsync(estimate, count, output);
            return 0;
        }
        catch (Exception e) when (e is UsageException or FormatException)
        {
            await error.WriteLineAsync($"weir metrics estimate: {e.Message}");
            return CommandRun.Misused;
        }
        catch (Exception e) when (e is TlsException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"weir metrics estimate: {e.Message}");
            return 1;
        }
    }

    private IAsyncEnumerable<Flow> Flows(ParseResult parsed, ReachedServers? servers, CancellationToken cancellation) => parsed.GetValue(_input) switch
    {
        null => FlowSource.AskedAsync(servers!.All, parsed.GetValue(_last), cancellation),
        "-" => FlowSource.SavedAsync(Console.In, cancellation),
        var file => FlowSource.SavedAsync(new StringReader(Policy.PolicyFiles.ReadText(file)), cancellation),
    };

    private static async Task PrintAsync(SeriesEstimate estimate, int flows, TextWriter output)
    {
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{"FAMILY",-40} {"NOW",9} {"WITH IT",9}"));
        var (all, narrowed) = (0, 0);
        foreach (var (family, before, after) in estimate.Families.Where(f => f.All > 0))
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{family,-40} {before,9:#,##0} {after,9:#,##0}"));
            (all, narrowed) = (all + before, narrowed + after);
        }

        var saved = all == 0 ? 0 : 100.0 * (all - narrowed) / all;
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{"in all",-40} {all,9:#,##0} {narrowed,9:#,##0}   {saved:0.#} % fewer"));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Estimated by {flows:#,##0} flows of {string.Join(", ", estimate.Nodes.DefaultIfEmpty("no node"))}: pods that were silent meanwhile would add series."));
    }
}
