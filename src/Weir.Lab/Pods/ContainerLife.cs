namespace Weir.Lab.Pods;

/// <summary>One container of a pod: runs it, again after it ended, and knows how it is.</summary>
internal abstract class ContainerLife(PodSpec pod, ContainerSpec spec, TimeProvider time, Action changed)
{
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(30);
    private ContainerState _state = ContainerState.Creating;

    /// <summary>What it runs in.</summary>
    public PodSpec Pod => pod;

    /// <summary>What it runs.</summary>
    public ContainerSpec Spec => spec;

    /// <summary>How it is.</summary>
    public ContainerState State
    {
        get => _state;
        protected set
        {
            _state = value;
            changed();
        }
    }

    /// <summary>What the newest run prints; null before the first.</summary>
    public ContainerLog? Log { get; private set; }

    /// <summary>What the run before printed; null without one.</summary>
    public ContainerLog? PreviousLog { get; private set; }

    /// <summary>The streams of the newest run; null before the first, or where nobody can attach.</summary>
    public ContainerStreams? Streams { get; protected set; }

    /// <summary>Runs a command beside the container's own.</summary>
    /// <param name="command">Program and arguments.</param>
    /// <param name="tty">Whether on a terminal.</param>
    /// <exception cref="LabException">Nothing of the kind can run there; the message says why.</exception>
    public abstract Task<ContainerSession> ExecAsync(IReadOnlyList<string> command, bool tty);

    /// <summary>Attaches to the container's own program.</summary>
    /// <exception cref="LabException">It has no streams to attach to.</exception>
    public ContainerSession Attach() => Streams?.Attach() ?? throw new LabException($"container {spec.Name} has no streams to attach to");

    /// <summary>Runs it, and again as its pod's policy says, until it is over or cancelled; then it is stopped.</summary>
    /// <param name="isInit">An init container runs again only after a failure.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>Whether its last run succeeded.</returns>
    public async Task<bool> RunAsync(bool isInit, CancellationToken cancellation)
    {
        for (var failures = 0; ; failures++)
        {
            var end = await RunOnceAsync(failures, cancellation);
            if (end is not null)
            {
                var again = pod.RestartPolicy == "Always" && !isInit || pod.RestartPolicy != "Never" && end.ExitCode != 0;
                State = State with { RunningSince = null, IsReady = isInit && end.ExitCode == 0, LastEnd = end, IsOver = !again || cancellation.IsCancellationRequested };
                if (State.IsOver) return end.ExitCode == 0;

                // What ran for a while starts again at once; what fails at once waits longer each time.
                if (end.FinishedAt - end.StartedAt > s_longestPause) failures = 0;
                State = State with { WaitingReason = "CrashLoopBackOff", WaitingMessage = $"container {spec.Name} exited with {end.ExitCode}" };
            }

            var pause = TimeSpan.FromMilliseconds(Math.Min(s_longestPause.TotalMilliseconds, 500 * Math.Pow(2, Math.Min(failures, 10))));
            await Task.Delay(pause, time, cancellation);
            if (end is not null) State = State with { Restarts = State.Restarts + 1 };
        }
    }

    /// <summary>Runs it once, and stops it when cancelled; null when it could not even start.</summary>
    /// <param name="failures">How often it failed before.</param>
    /// <param name="cancellation">Stops it.</param>
    protected abstract Task<ContainerEnd?> RunOnceAsync(int failures, CancellationToken cancellation);

    /// <summary>Whether a probe holds.</summary>
    protected abstract Task<bool> TryProbeAsync(ProbeSpec probe, CancellationToken cancellation);

    /// <summary>Begins the log of a new run; that of the run before the last goes.</summary>
    /// <param name="path">The file without its number.</param>
    protected ContainerLog NewLog(string path)
    {
        if (PreviousLog is { } old) File.Delete(old.Path);
        PreviousLog = Log;
        return Log = new ContainerLog(string.Create(CultureInfo.InvariantCulture, $"{path}.{State.Restarts}"), time);
    }

    /// <summary>Says that there is no such image.</summary>
    protected void MissImage(int failures, ImageStore images) => State = State with
    {
        WaitingReason = failures % 2 == 0 ? "ErrImagePull" : "ImagePullBackOff",
        WaitingMessage = $"there is no image '{spec.Image}' in this lab, which pulls nothing; there are {string.Join(", ", images.Names)}",
    };

    /// <summary>Keeps the state's readiness in line with the probes. Until the first success it looks every second at least.</summary>
    protected async Task ProbeAsync(CancellationToken cancellation)
    {
        try
        {
            foreach (var probe in (ProbeSpec?[])[spec.StartupProbe, spec.ReadinessProbe])
            {
                if (probe is null) continue;
                while (!await TryProbeAsync(probe, cancellation))
                    await Task.Delay(TimeSpan.FromMilliseconds(300), time, cancellation);
            }

            State = State with { IsReady = true };
            while (spec.ReadinessProbe is { } readiness)
            {
                await Task.Delay(readiness.Period, time, cancellation);
                var holds = await TryProbeAsync(readiness, cancellation);
                if (holds != State.IsReady) State = State with { IsReady = holds };
            }
        }
        catch (OperationCanceledException)
        {
            // It ended, or is being stopped.
        }
    }
}
