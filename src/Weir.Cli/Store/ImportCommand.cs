using System.CommandLine;
using System.Globalization;
using Grpc.Core;
using Weir.Cli.Observe;
using Weir.FlowLog.Store;
using Weir.Observe.Hubble;

namespace Weir.Cli.Store;

/// <summary><c>weir store import</c>: saved logs into a store, through the hub that has it open or without one.</summary>
internal static class ImportCommand
{
    private static readonly Argument<string[]> _paths = new("PATH") { Description = "The store's folder and saved events.log files; with --hub the files alone", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<string?> _hub = new("--hub") { Description = "A hub that runs: its nodes' socket, as 'weir hub' prints it: unix:DIR/hub.sock" };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("import", "Bring saved events.log files into the store; a file that came before is known and comes once") { _paths, _hub };
        ExampleHelp.AddTo(command, "weir store import --hub unix:/var/lib/weir-hub/hub.sock events.log", "weir store import /var/lib/weir-hub/store events.log");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        try
        {
            var paths = parsed.GetValue(_paths)!;
            if (parsed.GetValue(_hub) is { } hub) await SendAsync(hub, paths, output, cancellation);
            else if (paths.Length < 2) throw new UsageException("give the store's folder and the saved files, or --hub and the files.");
            else await StoreAsync(paths[0], paths[1..], output, cancellation);
            return 0;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or UsageException)
        {
            await error.WriteLineAsync($"weir store import: {e.Message}");
            return e is UsageException ? CommandRun.Misused : 1;
        }
    }

    private static async Task StoreAsync(string folder, IEnumerable<string> files, TextWriter output, CancellationToken cancellation)
    {
        FlowStore store;
        try
        {
            store = StoreCommand.Open(folder);
        }
        catch (IOException e)
        {
            throw new IOException($"{e.Message} A hub that runs takes the files itself: --hub unix:DIR/hub.sock.", e);
        }

        await using var open = store;
        foreach (var file in files)
        {
            var before = Rows(store);
            var flows = await StoreImport.RunAsync(store.AppendAsync, file, cancellation);
            store.Flush();
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{file}: {flows} flows, {Rows(store) - before} new"));
        }
    }

    private static async Task SendAsync(string hub, IEnumerable<string> files, TextWriter output, CancellationToken cancellation)
    {
        var server = new AskedServer(Address(hub), Tls: null, Headers: null);
        using var channel = server.Connect();
        using var call = new FlowLog.Wire.Ingest.IngestClient(channel).Append(cancellationToken: cancellation);
        try
        {
            foreach (var file in files)
            {
                var flows = await StoreImport.RunAsync(
                    async (batch, stop) =>
                    {
                        await call.RequestStream.WriteAsync(batch, stop);
                        if (!await call.ResponseStream.MoveNext(stop)) throw new IOException($"The hub at {server.Address} ended the stream; import the file again, it comes once.");
                        return new IngestOutcome(call.ResponseStream.Current.Refused, call.ResponseStream.Current.Lasting);
                    },
                    file,
                    cancellation);
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{file}: {flows} flows"));
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (RpcException e) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"the hub at {server.Address} did not take the flows: {AskedServer.Cause(e)}. Import the file again when it does; what it has comes once.", e);
        }
    }

    private static ServerAddress Address(string text)
    {
        try
        {
            if (ServerAddress.Parse(text) is { WantsTls: false } address) return address;
        }
        catch (FormatException)
        {
            // Told below.
        }

        throw new UsageException($"--hub {text}: give the hub's nodes socket, as 'weir hub' prints it: unix:DIR/hub.sock.");
    }

    private static long Rows(FlowStore store)
    {
        using var held = store.Hold();
        return held.Manifest.Segments.Sum(s => s.Rows);
    }
}
