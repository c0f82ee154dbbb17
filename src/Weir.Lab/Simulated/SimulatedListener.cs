using System.Net.Sockets;
using System.Threading.Channels;
using Weir.Workloads.Network;

namespace Weir.Lab.Simulated;

/// <summary>Connections that wait to be accepted.</summary>
internal sealed class SimulatedListener(Action onClosed) : ITcpListener
{
    private const int Backlog = 128;

    private readonly Channel<AcceptedConnection> _waiting = Channel.CreateBounded<AcceptedConnection>(Backlog);

    public async Task<AcceptedConnection> AcceptAsync(CancellationToken cancellation)
    {
        try
        {
            return await _waiting.Reader.ReadAsync(cancellation);
        }
        catch (ChannelClosedException)
        {
            throw new SocketException((int)SocketError.OperationAborted);
        }
    }

    /// <summary>Offers a connection whose client has answered; false where too many wait.</summary>
    public bool Offer(SimulatedConnection connection) =>
        _waiting.Writer.TryWrite(new AcceptedConnection(new SimulatedStream(connection), connection.Pair.RemoteEnd, connection.Pair.LocalEnd));

    public void Dispose()
    {
        if (_waiting.Writer.TryComplete()) onClosed();
    }
}
