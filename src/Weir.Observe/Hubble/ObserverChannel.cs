using System.Net.Sockets;
using Grpc.Net.Client;

namespace Weir.Observe.Hubble;

/// <summary>How a client reaches an observer.</summary>
public static class ObserverChannel
{
    /// <summary>A channel to the observer that listens on the Unix socket <paramref name="path"/>. Connects on the first call.</summary>
    public static GrpcChannel OverUnixSocket(string path) => GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
    {
        DisposeHttpClient = true,
        HttpHandler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        },
    });
}
