using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weir.Cluster.Objects;

namespace Weir.Cluster.Identities;

/// <summary>Lets one of many do something: whoever holds a Lease object and renews it.</summary>
/// <remarks>
/// Whether a holder still lives is judged by our own clock, from when we last saw the lease change, so that clocks need
/// not agree. A holder that cannot renew stops before anyone else may start.
/// </remarks>
/// <param name="connection">The API server.</param>
/// <param name="name">The lease, in <c>kube-system</c>.</param>
/// <param name="holder">Our name; a process that comes back under the same name goes on at once.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where changes of the leader are told.</param>
internal sealed partial class LeaderLease(KubernetesConnection connection, string name, string holder, TimeProvider time, ILogger logger)
{
    private const string Collection = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";

    private static readonly TimeSpan _lasts = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan _renews = TimeSpan.FromSeconds(1.5);

    private string? _seenVersion;
    private long _seenAt;

    /// <summary>Runs <paramref name="lead"/> whenever we hold the lease; cancels it when we may not hold it any more.</summary>
    public async Task RunAsync(Func<CancellationToken, Task> lead, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await TryHoldAsync(cancellationToken)) await LeadAsync(lead, cancellationToken);
            await Task.Delay(_renews, time, cancellationToken);
        }
    }

    private async Task LeadAsync(Func<CancellationToken, Task> lead, CancellationToken cancellationToken)
    {
        Log.Leads(logger, holder, name);
        using var leading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var work = lead(leading.Token);
        try
        {
            var held = time.GetTimestamp();
            while (!work.IsCompleted && time.GetElapsedTime(held) < _lasts - _renews)
            {
                await Task.WhenAny(work, Task.Delay(_renews, time, leading.Token));
                cancellationToken.ThrowIfCancellationRequested();
                var asked = time.GetTimestamp();
                if (await TryHoldAsync(cancellationToken)) held = asked;
            }
        }
        finally
        {
            await leading.CancelAsync();
            try
            {
                await work;
            }
            catch (OperationCanceledException) when (leading.IsCancellationRequested)
            {
                // It was told to stop.
            }

            if (cancellationToken.IsCancellationRequested) await ReleaseAsync();
        }
    }

    private async Task<bool> TryHoldAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await HoldAsync(cancellationToken);
        }
        catch (Exception fault) when (fault is ApiRefusedException or HttpRequestException or IOException or JsonException)
        {
            // Another was faster, or nobody answers: either way we do not hold it now.
            Log.Refused(logger, name, fault.Message);
            return false;
        }
    }

    private async Task<bool> HoldAsync(CancellationToken cancellationToken)
    {
        JsonObject lease;
        try
        {
            lease = await connection.SendAsync(HttpMethod.Get, $"{Collection}/{name}", null, cancellationToken);
        }
        catch (ApiRefusedException missing) when (missing.IsNotFound)
        {
            lease = new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } };
            Claim(lease);
            await connection.SendAsync(HttpMethod.Post, Collection, lease, cancellationToken);
            return true;
        }

        var version = lease.Text("metadata", "resourceVersion");
        if (version != _seenVersion) (_seenVersion, _seenAt) = (version, time.GetTimestamp());
        var other = lease.Text("spec", "holderIdentity") ?? "";
        if (other.Length > 0 && other != holder && time.GetElapsedTime(_seenAt) < _lasts) return false;
        Claim(lease);
        await connection.SendAsync(HttpMethod.Put, $"{Collection}/{name}", lease, cancellationToken);
        return true;
    }

    private void Claim(JsonObject lease)
    {
        var now = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
        var spec = lease.Ensure("spec");
        if (spec.Text("holderIdentity") != holder)
        {
            spec["acquireTime"] = now;
            spec["leaseTransitions"] = (spec.Number("leaseTransitions") ?? -1) + 1;
        }

        spec["holderIdentity"] = holder;
        spec["leaseDurationSeconds"] = (int)_lasts.TotalSeconds;
        spec["renewTime"] = now;
    }

    // A clean stop hands over at once; the server may be gone already, and then the lease just runs out.
    private async Task ReleaseAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1), time);
        try
        {
            var lease = await connection.SendAsync(HttpMethod.Get, $"{Collection}/{name}", null, soon.Token);
            if (lease.Text("spec", "holderIdentity") != holder) return;
            lease.Ensure("spec")["holderIdentity"] = "";
            await connection.SendAsync(HttpMethod.Put, $"{Collection}/{name}", lease, soon.Token);
        }
        catch (Exception fault) when (fault is ApiRefusedException or HttpRequestException or IOException or JsonException
            or OperationCanceledException or ObjectDisposedException)
        {
            Log.Refused(logger, name, fault.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3010, LogLevel.Information, "{Holder} holds the lease {Name} and leads.")]
        public static partial void Leads(ILogger logger, string holder, string name);

        [LoggerMessage(3011, LogLevel.Debug, "The lease {Name} is not ours now: {Reason}")]
        public static partial void Refused(ILogger logger, string name, string reason);
    }
}
