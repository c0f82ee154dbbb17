using System.Net.Sockets;

namespace Weir.Lab.Guide;

/// <summary>The guide's hands in a lab of real pods.</summary>
public static class RealLabHands
{
    private static readonly TimeSpan _longestCommand = TimeSpan.FromSeconds(30);

    /// <summary>Makes them.</summary>
    /// <param name="lab">The running lab, with the pet store deployed.</param>
    /// <param name="options">How it was built.</param>
    public static LabHands Of(LabCluster lab, LabOptions options)
    {
        ArgumentNullException.ThrowIfNull(lab);
        ArgumentNullException.ThrowIfNull(options);
        return ClusterHands.Of(
            lab.Connection,
            options.RunFolder,
            options.Nodes,
            options.WeirCommand ?? [],
            (pod, container, command, cancellation) => ExecAsync(lab, pod, container, command, cancellation),
            async (address, cancellation) => new NetworkStream(await lab.Relay.ConnectAsync(address, cancellation), ownsSocket: true),
            lab.Hub);
    }

    private static async Task<CommandResult> ExecAsync(LabCluster lab, string pod, string container, string command, CancellationToken cancellation)
    {
        await using var exec = await lab.ExecAsync("pets", pod, container, ["sh", "-c", command])
            ?? throw new LabException($"Pod pets/{pod} has no running container {container}.");
        exec.Input.Close();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_longestCommand);
        using var output = new StreamReader(exec.Output);
        using var error = new StreamReader(exec.Error);
        var printed = output.ReadToEndAsync(patience.Token);
        var complained = error.ReadToEndAsync(patience.Token);
        try
        {
            var text = await printed + await complained;
            return new CommandResult(text.TrimEnd('\n').Replace("\r", "", StringComparison.Ordinal), await exec.WaitAsync(patience.Token));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new CommandResult($"(no end after {_longestCommand.TotalSeconds:0} s)", 124);
        }
    }
}
