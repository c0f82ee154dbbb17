using System.Text;
using Weir.Workloads.Http;
using Weir.Workloads.Network;

namespace Weir.Workloads.Roles;

/// <summary>A server whose requests and answers are lines of text.</summary>
internal sealed class LineService(INetwork network, Func<string, string> answer)
{
    /// <summary>Serves until cancelled.</summary>
    public async Task RunAsync(int port, CancellationToken cancellation)
    {
        using var listener = network.ListenTcp(port);
        await ConnectionLoop.RunAsync(listener, ServeAsync, cancellation);
    }

    private async Task ServeAsync(AcceptedConnection connection, CancellationToken cancellation)
    {
        var reader = new WireReader(connection.Stream);
        while (await reader.LineAsync(cancellation) is { } line)
            await connection.Stream.WriteAsync(Encoding.UTF8.GetBytes(answer(line) + "\n"), cancellation);
    }
}
