using Weir.Cluster.Objects;

namespace Weir.Cluster.FlowLogs;

/// <summary>Tells the author of a ContainerNetworkLog, in its status, whether it is in force.</summary>
/// <remarks>Every agent may write: they say the same, and whoever finds it said writes nothing.</remarks>
public sealed class FlowLogStatus(KubernetesConnection connection, TimeProvider time)
{
    /// <summary>The state of a resource that is in force.</summary>
    public const string Configured = "CONFIGURED";

    /// <summary>The state of a resource that was refused; its last good version stays in force.</summary>
    public const string Failed = "FAILED";

    private const int MaxTries = 10;

    /// <summary>Writes the status, unless it is there already or the resource has changed meanwhile.</summary>
    /// <param name="log">The version that was judged.</param>
    /// <param name="state"><see cref="Configured"/> or <see cref="Failed"/>.</param>
    /// <param name="message">What there is to say, in sentences; empty for nothing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ApiRefusedException">The server refused, or other writers were faster every time.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached.</exception>
    public async Task WriteAsync(FlowLogDocument log, string state, string message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(log);
        for (var tried = 1; ; tried++)
        {
            try
            {
                var document = await connection.SendAsync(HttpMethod.Get, log.Path, null, cancellationToken);
                if (document.Number("metadata", "generation") != log.Generation || document.Text("metadata", "uid") != log.Uid) return;
                if (document.Text("status", "state") == state && (document.Text("status", "message") ?? "") == message) return;
                var status = document.Ensure("status");
                status["state"] = state;
                status["timestamp"] = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
                status.Remove("message");
                if (message.Length > 0) status["message"] = message;
                await connection.SendAsync(HttpMethod.Put, log.Path + "/status", document, cancellationToken);
                return;
            }
            catch (ApiRefusedException gone) when (gone.IsNotFound)
            {
                return;
            }
            catch (ApiRefusedException conflict) when (conflict.IsConflict && tried < MaxTries)
            {
                // Read again, write again.
            }
        }
    }
}
