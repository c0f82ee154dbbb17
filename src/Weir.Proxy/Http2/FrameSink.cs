using Weir.Proxy.Wires;

namespace Weir.Proxy.Http2;

/// <summary>A wire that both directions write to: each batch whole.</summary>
internal sealed class FrameSink(Wire wire) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    public async ValueTask SendAsync(FrameBatch batch)
    {
        if (batch.Length == 0) return;
        await _turn.WaitAsync();
        try
        {
            await wire.WriteAsync(batch.Bytes);
            batch.Clear();
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
