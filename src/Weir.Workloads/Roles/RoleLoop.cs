namespace Weir.Workloads.Roles;

/// <summary>Does one thing over and over. A failure is said once, and so is the recovery: the log stays short under a policy that denies.</summary>
internal sealed class RoleLoop(AppletContext context)
{
    /// <summary>Runs until cancelled.</summary>
    /// <param name="what">What is done, for the log.</param>
    /// <param name="pause">Between two times; drawn out by up to a quarter, so that the roles do not march in step.</param>
    /// <param name="act">One time.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(string what, TimeSpan pause, Func<CancellationToken, Task> act, CancellationToken cancellation)
    {
        string? failure = null;
        long done = 0;
        while (true)
        {
            try
            {
                await act(cancellation);
                done++;
                if (failure is not null || done == 1) context.Out($"{what}: ok\n");
                failure = null;
            }
            catch (IOException e)
            {
                if (failure != e.Message) context.Out($"{what}: {e.Message}\n");
                failure = e.Message;
            }

            await Task.Delay(pause * (1 + (Random.Shared.NextDouble() / 4)), context.Time, cancellation);
        }
    }

    /// <summary>Waits for the first to end, which is cancellation or a failure that the role cannot go on after.</summary>
    public static async Task<int> AllAsync(params Task[] tasks)
    {
        await await Task.WhenAny(tasks);
        return 0;
    }
}
