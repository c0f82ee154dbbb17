namespace Weir.Cli.Lab;

/// <summary>What <c>weir lab up</c> was asked for.</summary>
/// <param name="Nodes">How many nodes.</param>
/// <param name="Datapath"><c>auto</c>, <c>ebpf</c> or <c>simulated</c>.</param>
/// <param name="RunFolder">The lab's folder; null is the usual one.</param>
/// <param name="Port">The API's port on loopback; 0 is any free one.</param>
/// <param name="Pets">Whether the pet store is deployed.</param>
internal sealed record LabUpRequest(int Nodes, string Datapath, string? RunFolder, int Port, bool Pets)
{
    /// <summary>Whether this is the process in the background: nobody watches it, and its state is kept.</summary>
    public bool IsDetached { get; init; }

    /// <summary>Whether it goes on with a lab that was killed, or not at all.</summary>
    public bool MustResume { get; init; }

    /// <summary>The options that make another process do the same.</summary>
    public IEnumerable<string> Arguments()
    {
        var number = System.Globalization.CultureInfo.InvariantCulture;
        List<string> all = ["--nodes", Nodes.ToString(number), "--datapath", Datapath, "--port", Port.ToString(number)];
        if (RunFolder is not null) all.AddRange(["--run", RunFolder]);
        if (Pets) all.Add("--pets");
        return all;
    }
}
