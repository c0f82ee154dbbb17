namespace Weir.Lab.Pods;

/// <summary>The probes of one run of a container, in a kubelet's order: the startup probe until it holds, then readiness and liveness side by side.</summary>
/// <param name="spec">The container.</param>
/// <param name="tryOnce">Tries a probe.</param>
/// <param name="tell">Told each failure: which probe, and why.</param>
/// <param name="time">The clock.</param>
internal sealed class ContainerProbes(ContainerSpec spec, Func<ProbeSpec, CancellationToken, Task<ProbeResult>> tryOnce, Action<string, string> tell, TimeProvider time)
{
    // A pod that gets ready within a second is not kept waiting for a whole period.
    private static readonly TimeSpan s_firstPeriod = TimeSpan.FromMilliseconds(300);

    /// <summary>Probes until cancelled, or until the container is to be restarted.</summary>
    /// <param name="started">Told when the startup probe holds.</param>
    /// <param name="ready">Told whether it may be sent traffic, whenever that changes.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The probe for which the container has to be restarted, with its name; null when it was cancelled.</returns>
    public async Task<(string Name, ProbeSpec Probe)?> RunAsync(Action started, Action<bool> ready, CancellationToken cancellation)
    {
        try
        {
            if (spec.StartupProbe is { } startup && !await UntilAsync("Startup", startup, cancellation)) return ("startup", startup);
            started();
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var readiness = ReadinessAsync(ready, over.Token);
            try
            {
                if (spec.LivenessProbe is not { } liveness)
                {
                    await readiness;
                    await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation);
                    return null;
                }

                await FailAsync("Liveness", liveness, cancellation);
                return ("liveness", liveness);
            }
            finally
            {
                await over.CancelAsync();
                await readiness.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private async Task ReadinessAsync(Action<bool> ready, CancellationToken cancellation)
    {
        if (spec.ReadinessProbe is not { } probe)
        {
            ready(true);
            return;
        }

        await Task.Delay(probe.InitialDelay, time, cancellation);
        var (isReady, streak, toldAt) = (false, 0L, time.GetTimestamp());
        while (true)
        {
            var result = await tryOnce(probe, cancellation);
            streak = result.Holds != isReady ? streak + 1 : 0;
            if (!result.Holds && (isReady || time.GetElapsedTime(toldAt) >= probe.Period))
            {
                tell("Readiness", result.Message);
                toldAt = time.GetTimestamp();
            }

            if (streak >= (isReady ? probe.FailureThreshold : probe.SuccessThreshold))
            {
                (isReady, streak) = (!isReady, 0);
                ready(isReady);
            }

            await Task.Delay(isReady || probe.Period < s_firstPeriod ? probe.Period : s_firstPeriod, time, cancellation);
        }
    }

    /// <summary>Whether a probe holds before it has failed too often.</summary>
    private async Task<bool> UntilAsync(string name, ProbeSpec probe, CancellationToken cancellation)
    {
        await Task.Delay(probe.InitialDelay, time, cancellation);
        for (var failures = 1L; ; failures++)
        {
            var result = await tryOnce(probe, cancellation);
            if (result.Holds) return true;
            tell(name, result.Message);
            if (failures >= probe.FailureThreshold) return false;
            await Task.Delay(probe.Period, time, cancellation);
        }
    }

    /// <summary>Ends when a probe has failed too often in a row.</summary>
    private async Task FailAsync(string name, ProbeSpec probe, CancellationToken cancellation)
    {
        await Task.Delay(probe.InitialDelay, time, cancellation);
        for (var failures = 0L; ;)
        {
            var result = await tryOnce(probe, cancellation);
            failures = result.Holds ? 0 : failures + 1;
            if (!result.Holds) tell(name, result.Message);
            if (failures >= probe.FailureThreshold) return;
            await Task.Delay(probe.Period, time, cancellation);
        }
    }
}
