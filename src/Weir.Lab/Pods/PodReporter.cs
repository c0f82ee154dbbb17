using System.Text.Json.Nodes;

namespace Weir.Lab.Pods;

/// <summary>Tells the API server how a pod is, whenever that changed; several changes in a moment become one report. Dispose ends it.</summary>
internal sealed class PodReporter : IAsyncDisposable
{
    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(500);
    private readonly IPodApi _api;
    private readonly PodKey _pod;
    private readonly Func<JsonObject> _status;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _changed = new(0, 1);
    private readonly Task _reporting;

    /// <summary>Waits for the first change.</summary>
    /// <param name="api">Takes the reports.</param>
    /// <param name="pod">Which pod.</param>
    /// <param name="status">How it is now.</param>
    /// <param name="time">The clock.</param>
    public PodReporter(IPodApi api, PodKey pod, Func<JsonObject> status, TimeProvider time)
    {
        (_api, _pod, _status, _time) = (api, pod, status, time);
        _reporting = ReportAsync(_stop.Token);
    }

    /// <summary>Something changed.</summary>
    public void Changed()
    {
        if (_changed.CurrentCount > 0) return;
        try
        {
            _changed.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // A report is due already, or nobody reports any more.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reporting;
        _stop.Dispose();
        _changed.Dispose();
    }

    private async Task ReportAsync(CancellationToken cancellation)
    {
        await Task.Yield();
        while (true)
        {
            try
            {
                await _changed.WaitAsync(cancellation);
                await _api.WriteStatusAsync(_pod, _status(), cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or Cluster.ApiRefusedException)
            {
                await Task.Delay(s_retry, _time, CancellationToken.None);
                Changed();
            }
        }
    }
}
