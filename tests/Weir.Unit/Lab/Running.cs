using Xunit;

namespace Weir.Unit.Lab;

/// <summary>Something that runs until the test is over.</summary>
public sealed class Running : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Task _task;

    public Running(Func<CancellationToken, Task> run) => _task = Task.Run(() => run(_stop.Token));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _task;
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }

        _stop.Dispose();
    }
}
