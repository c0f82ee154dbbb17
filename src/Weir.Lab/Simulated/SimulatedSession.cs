using System.IO.Pipelines;
using Weir.Lab.Pods;

namespace Weir.Lab.Simulated;

/// <summary>A probe that runs as a task of this process. Dispose stops it.</summary>
internal sealed class SimulatedSession : ContainerSession
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<int> _running;

    /// <summary>Starts it.</summary>
    /// <param name="run">What runs, into its two outputs; answers its exit code.</param>
    public SimulatedSession(Func<Stream, Stream, CancellationToken, Task<int>> run)
    {
        var (output, error) = (new Pipe(), new Pipe());
        (Output, Error) = (output.Reader.AsStream(), error.Reader.AsStream());
        _running = Task.Run(async () =>
        {
            try
            {
                return await run(output.Writer.AsStream(leaveOpen: true), error.Writer.AsStream(leaveOpen: true), _stop.Token);
            }
            finally
            {
                await output.Writer.CompleteAsync();
                await error.Writer.CompleteAsync();
            }
        });
    }

    public override Stream? Input => null;

    public override Stream Output { get; }

    public override Stream Error { get; }

    public override Task<int> WaitAsync(CancellationToken cancellation) => _running.WaitAsync(cancellation);

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _stop.Dispose();
    }
}
