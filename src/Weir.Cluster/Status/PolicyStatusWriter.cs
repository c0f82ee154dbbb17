using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Weir.Cluster.Objects;

namespace Weir.Cluster.Status;

/// <summary>Tells the author of a Cilium policy, in the condition <c>Valid</c>, whether its newest version is in force.</summary>
/// <remarks>Every agent may run one: they say the same, and whoever finds it said writes nothing.</remarks>
public sealed partial class PolicyStatusWriter(KubernetesConnection connection, TimeProvider time, ILogger<PolicyStatusWriter> logger)
{
    private const int MaxTries = 10;

    /// <summary>Follows the cluster until the reader completes or it is cancelled.</summary>
    public async Task RunAsync(ChannelReader<ClusterChange> changes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        await foreach (var change in changes.ReadAllAsync(cancellationToken))
        {
            foreach (var name in change.Of(ClusterPart.Policies))
            {
                foreach (var kind in (string[])["CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"])
                    await TryWriteAsync(change.State, new PolicyKey(kind, name), cancellationToken);
            }
        }
    }

    /// <summary>Writes the condition of one policy, unless it is there already.</summary>
    /// <param name="policy">The version that was judged; if a newer one is there, nothing is written.</param>
    /// <param name="problems">What is wrong with it; empty when nothing is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ApiRefusedException">The server refused, or other writers were faster every time.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached.</exception>
    public async Task WriteAsync(PolicyDocument policy, IReadOnlyList<string> problems, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(problems);
        var path = Path(policy);
        for (var tried = 1; ; tried++)
        {
            try
            {
                var document = await connection.SendAsync(HttpMethod.Get, path, null, cancellationToken);
                if (document.Number("metadata", "generation") != policy.Generation || document.Text("metadata", "uid") != policy.Uid) return;
                if (!Set(document, problems)) return;
                await connection.SendAsync(HttpMethod.Put, path + "/status", document, cancellationToken);
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

    private static string Path(PolicyDocument policy) => policy.Name.Namespace.Length == 0
        ? $"/apis/cilium.io/v2/ciliumclusterwidenetworkpolicies/{policy.Name.Name}"
        : $"/apis/cilium.io/v2/namespaces/{policy.Name.Namespace}/ciliumnetworkpolicies/{policy.Name.Name}";

    private async Task TryWriteAsync(ClusterState state, PolicyKey key, CancellationToken cancellationToken)
    {
        try
        {
            if (state.PolicyFaults.TryGetValue(key, out var fault)) await WriteAsync(fault.Refused, fault.Problems, cancellationToken);
            else if (state.Policies.TryGetValue(key, out var policy)) await WriteAsync(policy, [], cancellationToken);
        }
        catch (Exception e) when (e is ApiRefusedException or HttpRequestException or IOException or JsonException)
        {
            // The status is a courtesy to the author: enforcement does not wait for it.
            Log.Failed(logger, key, e.Message);
        }
    }

    private bool Set(JsonObject document, IReadOnlyList<string> problems)
    {
        var status = document.Ensure("status");
        if (status["conditions"] is not JsonArray conditions) status["conditions"] = conditions = [];
        var holds = problems.Count == 0 ? "True" : "False";
        var message = problems.Count == 0 ? "Policy validation succeeded" : string.Join("; ", problems);
        var known = conditions.OfType<JsonObject>().FirstOrDefault(c => c.Text("type") == "Valid");
        if (known.Text("status") == holds && known.Text("message") == message) return false;
        var since = known.Text("status") == holds ? known.Text("lastTransitionTime") : null;
        if (known is not null) conditions.Remove(known);
        conditions.Add(new JsonObject
        {
            ["type"] = "Valid",
            ["status"] = holds,
            ["lastTransitionTime"] = since ?? time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            ["message"] = message,
        });
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(3030, LogLevel.Warning, "The status of {Policy} could not be written; its rules are not affected. {Reason}")]
        public static partial void Failed(ILogger logger, PolicyKey policy, string reason);
    }
}
