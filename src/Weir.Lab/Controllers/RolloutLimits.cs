using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Controllers;

/// <summary>How far a rolling update may go above and below the wanted number of pods.</summary>
/// <param name="Replicas">How many are wanted in the end.</param>
/// <param name="MaxSurge">How many there may be above that.</param>
/// <param name="MaxUnavailable">How many of them may be missing.</param>
internal sealed record RolloutLimits(long Replicas, long MaxSurge, long MaxUnavailable)
{
    /// <summary>How many must stay available.</summary>
    public long MinAvailable => Math.Max(0, Replicas - MaxUnavailable);

    /// <summary>Reads a Deployment's; shares of a hundred round up for the surge and down for what may be missing.</summary>
    public static RolloutLimits Of(JsonObject deployment)
    {
        var replicas = deployment.Number("spec", "replicas") ?? 1;
        var rolling = deployment.At("spec", "strategy", "rollingUpdate");
        var surge = Resolve(rolling.At("maxSurge"), replicas, true);
        var unavailable = Resolve(rolling.At("maxUnavailable"), replicas, false);

        // With neither, nothing could ever move.
        return new RolloutLimits(replicas, surge, surge == 0 && unavailable == 0 ? 1 : unavailable);
    }

    /// <summary>How many the new set may have now.</summary>
    /// <param name="now">How many it asks for.</param>
    /// <param name="all">How many all sets together ask for.</param>
    /// <param name="othersHaveSome">Whether older sets still ask for any.</param>
    public long NewReplicas(long now, long all, bool othersHaveSome)
    {
        if (now >= Replicas || !othersHaveSome) return Replicas;
        var room = Replicas + MaxSurge - all;
        return room <= 0 ? now : Math.Min(Replicas, now + room);
    }

    private static long Resolve(JsonNode? value, long replicas, bool up)
    {
        if (value.Text() is not { } text) return Math.Max(0, value.Number() ?? 0);
        if (!text.EndsWith('%') || !int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var percent)) return 0;
        return up ? ((replicas * percent) + 99) / 100 : replicas * percent / 100;
    }
}
