using System.Diagnostics;
using System.Globalization;
using Grpc.Core;

namespace Weir.Bench;

/// <summary>A part of a benchmark in a process of its own, so that what it costs counts for nobody: nodes, or readers.</summary>
internal sealed class SidePart : IDisposable
{
    private readonly Process _process;

    private SidePart(Process process) => _process = process;

    /// <summary>Starts one of this program's benchmarks beside this one.</summary>
    public static SidePart Start(string name, params IEnumerable<object> arguments) => new(Process.Start(new ProcessStartInfo(
        Environment.ProcessPath!, [name, .. arguments.Select(a => Convert.ToString(a, CultureInfo.InvariantCulture)!)])
    {
        RedirectStandardInput = true, RedirectStandardOutput = true,
    })!);

    /// <summary>Completes when it is ready.</summary>
    public Task ReadyAsync() => _process.StandardOutput.ReadLineAsync();

    /// <summary>What it says until it ends by itself.</summary>
    public Task<string> AnswerAsync() => _process.StandardOutput.ReadToEndAsync();

    /// <summary>Ends it.</summary>
    /// <returns>What it said since it was ready.</returns>
    public async Task<string> EndAsync()
    {
        _process.StandardInput.Close();
        var said = await AnswerAsync();
        await _process.WaitForExitAsync();
        return said;
    }

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();

    /// <summary>In the other process: says that it is ready; completes when it is to end.</summary>
    public static async Task UntilEndedAsync()
    {
        await Console.Out.WriteLineAsync("ready");
        await Task.Run(Console.In.ReadToEnd); // the console's own asynchronous read blocks
    }

    /// <summary>Reads a stream until it ends or <paramref name="over"/> is cancelled.</summary>
    public static async Task ReadAsync<T>(AsyncServerStreamingCall<T> call, Action<T> visit, CancellationToken over)
    {
        try
        {
            while (await call.ResponseStream.MoveNext(over)) visit(call.ResponseStream.Current);
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException)
        {
            // It is over.
        }
    }
}
