using System.Text.Json.Nodes;

namespace Weir.Lab.Pods;

/// <summary>How a container is, as its status tells it.</summary>
internal sealed record ContainerState
{
    /// <summary>Before anything happened.</summary>
    public static ContainerState Creating { get; } = new() { WaitingReason = "ContainerCreating" };

    /// <summary>While the pod's init containers run.</summary>
    public static ContainerState Initializing { get; } = new() { WaitingReason = "PodInitializing" };

    /// <summary>Why it waits; null when it runs or ended.</summary>
    public string? WaitingReason { get; init; }

    /// <summary>The reason in words.</summary>
    public string? WaitingMessage { get; init; }

    /// <summary>Since when it runs; null when it does not.</summary>
    public DateTimeOffset? RunningSince { get; init; }

    /// <summary>How it ended last; null when it never did.</summary>
    public ContainerEnd? LastEnd { get; init; }

    /// <summary>How the run before that ended; null without one.</summary>
    public ContainerEnd? EndBefore { get; init; }

    /// <summary>Whether the startup probe, if any, has held in this run.</summary>
    public bool IsStarted { get; init; }

    /// <summary>Whether the probes say that it may be sent traffic.</summary>
    public bool IsReady { get; init; }

    /// <summary>How often it was started again.</summary>
    public int Restarts { get; init; }

    /// <summary>The runtime's name for it; null before the first start.</summary>
    public string? RuntimeId { get; init; }

    /// <summary>Whether it ended and will not run again.</summary>
    public bool IsOver { get; init; }

    /// <summary>After a run ended.</summary>
    public ContainerState Ended(ContainerEnd end, bool isReady, bool isOver) => this with
    {
        RunningSince = null, IsStarted = false, IsReady = isReady, EndBefore = LastEnd, LastEnd = end with { RuntimeId = RuntimeId }, IsOver = isOver,
    };

    /// <summary>As <c>containerStatuses</c> has it.</summary>
    public JsonObject ToJson(ContainerSpec spec)
    {
        var status = new JsonObject
        {
            ["name"] = spec.Name,
            ["image"] = spec.Image,
            ["imageID"] = RuntimeId is null ? "" : spec.Image,
            ["ready"] = IsReady,
            ["started"] = RunningSince is not null && IsStarted,
            ["restartCount"] = Restarts,
            ["state"] = StateJson(),
            ["lastState"] = (IsOver ? EndBefore : LastEnd) is { } last ? new JsonObject { ["terminated"] = last.ToJson() } : new JsonObject(),
        };
        if (RuntimeId is not null) status["containerID"] = "runc://" + RuntimeId;
        return status;
    }

    private JsonObject StateJson()
    {
        if (RunningSince is { } since) return new JsonObject { ["running"] = new JsonObject { ["startedAt"] = Timestamp(since) } };
        if (IsOver && LastEnd is not null) return new JsonObject { ["terminated"] = LastEnd.ToJson() };
        var waiting = new JsonObject { ["reason"] = WaitingReason ?? "ContainerCreating" };
        if (WaitingMessage is not null) waiting["message"] = WaitingMessage;
        return new JsonObject { ["waiting"] = waiting };
    }

    internal static string Timestamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}

/// <summary>How a container ended.</summary>
internal sealed record ContainerEnd(int ExitCode, DateTimeOffset StartedAt, DateTimeOffset FinishedAt)
{
    /// <summary>Why, where it is not the program's own doing, in one word; null otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>The reason in words; null without one.</summary>
    public string? Message { get; init; }

    /// <summary>The runtime's name for the run.</summary>
    public string? RuntimeId { get; init; }

    /// <summary>As <c>terminated</c> has it.</summary>
    public JsonObject ToJson()
    {
        var end = new JsonObject
        {
            ["exitCode"] = ExitCode,
            ["reason"] = Reason ?? (ExitCode == 0 ? "Completed" : "Error"),
            ["startedAt"] = ContainerState.Timestamp(StartedAt),
            ["finishedAt"] = ContainerState.Timestamp(FinishedAt),
        };
        if (Message is not null) end["message"] = Message;
        if (RuntimeId is not null) end["containerID"] = "runc://" + RuntimeId;
        return end;
    }
}
