namespace Weir.Lab.Pods;

/// <summary>One container of a pod: runs it, again after it ended, and knows how it is.</summary>
internal abstract class ContainerLife(PodDocuments documents, IPodSandbox sandbox, ContainerSpec spec, TimeProvider time, Action changed)
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_calm = TimeSpan.FromMinutes(10);
    private ContainerState _state = ContainerState.Creating;

    /// <summary>What it runs in.</summary>
    public PodSpec Pod => documents.Pod;

    /// <summary>What it runs.</summary>
    public ContainerSpec Spec => spec;

    /// <summary>How long it may take to stop.</summary>
    public TimeSpan Grace { get; set; } = documents.Pod.Grace;

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

    /// <summary>What the pod's documents are and who is told of what happens.</summary>
    protected PodDocuments Documents => documents;

    private string Field => $"spec.containers{{{spec.Name}}}";

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
        for (var failures = 0; ;)
        {
            var end = await RunOnceAsync(cancellation);
            if (end is not null)
            {
                var always = spec.IsSidecar || (Pod.RestartPolicy == "Always" && !isInit);
                var again = always || (Pod.RestartPolicy != "Never" && end.ExitCode != 0);
                State = State.Ended(end, isReady: isInit && end.ExitCode == 0, isOver: !again || cancellation.IsCancellationRequested);
                if (State.IsOver) return end.ExitCode == 0;
                if (end.FinishedAt - end.StartedAt > s_calm) failures = 0;
            }

            // The first time at once, then after 10 s, 20 s and so on up to 5 minutes.
            var pause = failures == 0 && end is not null ? TimeSpan.Zero : s_firstPause * Math.Pow(2, Math.Clamp(failures - 1, 0, 5));
            if (pause > s_longestPause) pause = s_longestPause;
            failures++;
            if (pause > TimeSpan.Zero) TellBackOff(end, pause);
            await Task.Delay(pause, time, cancellation);
            if (end is not null) State = State with { Restarts = State.Restarts + 1 };
        }
    }

    /// <summary>Runs it once, and stops it when cancelled; null when it could not even start, with the reason in its state.</summary>
    /// <param name="cancellation">Stops it.</param>
    protected abstract Task<ContainerEnd?> RunOnceAsync(CancellationToken cancellation);

    /// <summary>Says that there is no such image.</summary>
    protected void MissImage(ImageStore images)
    {
        var why = $"there is no image '{spec.Image}' in this lab, which pulls nothing; there are {string.Join(", ", images.Names)}";
        Documents.Warning("Failed", $"Failed to pull image \"{spec.Image}\": {why}", Field);
        CannotStart("ErrImagePull", why);
    }

    /// <summary>Says why it cannot start.</summary>
    protected void CannotStart(string reason, string message)
    {
        State = State with { WaitingReason = reason, WaitingMessage = message };
        Documents.Warning("Failed", reason == "ErrImagePull" ? "Error: ErrImagePull" : $"Error: {message}", Field);
    }

    /// <summary>Says that its image is there and the container is made.</summary>
    protected void TellCreated()
    {
        Documents.Normal("Pulled", $"Container image \"{spec.Image}\" already present on machine", Field);
        Documents.Normal("Created", $"Created container: {spec.Name}", Field);
    }

    /// <summary>Begins the log of a new run; that of the run before the last goes.</summary>
    /// <param name="path">The file without its number.</param>
    protected ContainerLog NewLog(string path)
    {
        if (PreviousLog is { } old) File.Delete(old.Path);
        PreviousLog = Log;
        return Log = new ContainerLog(string.Create(CultureInfo.InvariantCulture, $"{path}.{State.Restarts}"), time);
    }

    /// <summary>Says that it runs, and watches over it until it ends by itself or has to be stopped.</summary>
    /// <param name="id">The runtime's name for it.</param>
    /// <param name="since">Since when it runs.</param>
    /// <param name="isAdopted">Whether a lab before this one started it.</param>
    /// <param name="ending">Ends with the container.</param>
    /// <param name="cancellation">Asks for it to be stopped.</param>
    /// <returns>How long it may take to stop; null when it ended by itself.</returns>
    protected async Task<TimeSpan?> WatchAsync(string id, DateTimeOffset since, bool isAdopted, Task ending, CancellationToken cancellation)
    {
        State = State with { WaitingReason = null, WaitingMessage = null, RunningSince = since, RuntimeId = id, IsStarted = State.IsReady };
        if (!isAdopted) Documents.Normal("Started", $"Started container {spec.Name}", Field);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watching = WatchAsync(isAdopted, over.Token);
        await Task.WhenAny(ending, watching, Task.Delay(Timeout.InfiniteTimeSpan, time, over.Token));
        var failed = watching.IsCompletedSuccessfully ? await watching : null;
        await over.CancelAsync();
        await watching;
        if (ending.IsCompleted) return null;
        var grace = failed ?? Grace;
        if (failed is null) Documents.Normal("Killing", $"Stopping container {spec.Name}", Field);
        return await PreStopAsync(ending, grace);
    }

    /// <summary>Runs the hook after the start and the probes; how long it may take to stop when one of them asks for a restart.</summary>
    private async Task<TimeSpan?> WatchAsync(bool isAdopted, CancellationToken cancellation)
    {
        if (!isAdopted && spec.PostStart is { } postStart)
        {
            var result = await HookAsync(postStart, Timeout.InfiniteTimeSpan, cancellation);
            if (cancellation.IsCancellationRequested) return null;
            if (!result.Holds)
            {
                Documents.Warning("FailedPostStartHook", $"PostStartHook failed: {result.Message}", Field);
                Documents.Normal("Killing", "FailedPostStartHook", Field);
                return Grace;
            }
        }

        var probes = new ContainerProbes(
            spec,
            (probe, stop) => ProbeRun.TryAsync(probe, sandbox, command => ExecAsync(command, tty: false), stop),
            (name, why) => Documents.Warning("Unhealthy", $"{name} probe failed: {why}", Field),
            time);
        var failed = await probes.RunAsync(() => State = State with { IsStarted = true }, ready => State = State with { IsReady = ready }, cancellation);
        if (failed is not var (which, probe)) return null;
        Documents.Normal("Killing", $"Container {spec.Name} failed {which} probe, will be restarted", Field);
        return probe.Grace ?? Grace;
    }

    private async Task<TimeSpan> PreStopAsync(Task ending, TimeSpan grace)
    {
        if (spec.PreStop is not { } preStop || grace <= TimeSpan.Zero) return grace;
        var begun = time.GetTimestamp();
        using var over = new CancellationTokenSource();
        var hook = HookAsync(preStop, grace, over.Token);
        await Task.WhenAny(hook, ending);
        await over.CancelAsync();
        var result = await hook;
        if (!result.Holds && !ending.IsCompleted) Documents.Warning("FailedPreStopHook", $"PreStopHook failed: {result.Message}", Field);
        var left = grace - time.GetElapsedTime(begun);
        return left > TimeSpan.FromSeconds(2) ? left : TimeSpan.FromSeconds(2);
    }

    private async Task<ProbeResult> HookAsync(IReadOnlyList<string> command, TimeSpan patience, CancellationToken cancellation)
    {
        try
        {
            return await ProbeRun.TryAsync(new ProbeSpec { Command = command, Timeout = patience }, sandbox, c => ExecAsync(c, tty: false), cancellation);
        }
        catch (OperationCanceledException)
        {
            return ProbeResult.Failure("cancelled");
        }
    }

    private void TellBackOff(ContainerEnd? end, TimeSpan pause)
    {
        if (end is not null)
        {
            var pod = $"{Pod.Key.Name}_{Pod.Key.Namespace}({Pod.Key.Uid})";
            State = State with { WaitingReason = "CrashLoopBackOff", WaitingMessage = $"back-off {Span(pause)} restarting failed container={spec.Name} pod={pod}" };
            Documents.Warning("BackOff", $"Back-off restarting failed container {spec.Name} in pod {pod}", Field);
        }
        else if (State.WaitingReason == "ErrImagePull")
        {
            State = State with { WaitingReason = "ImagePullBackOff", WaitingMessage = $"Back-off pulling image \"{spec.Image}\": {State.WaitingMessage}" };
            Documents.Normal("BackOff", $"Back-off pulling image \"{spec.Image}\"", Field);
        }
    }

    private static string Span(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{(span.TotalMinutes >= 1 ? $"{(int)span.TotalMinutes}m" : "")}{span.Seconds}s");
}
