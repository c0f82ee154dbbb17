using Weir.Observe.Wire.Flows;

namespace Weir.Lab.Guide;

/// <summary>The forms that most steps have: a command in a pod, a manifest that is applied.</summary>
internal static class StepForms
{
    /// <summary>A shell command in the first pod of an application.</summary>
    public static LabStep InPod(
        string id, string title, string app, string command, string expected, Func<CommandResult, bool> holds, FlowProof proof) => new()
        {
            Id = id,
            Title = title,
            Command = $"kubectl exec -n pets -it $(kubectl get po -n pets -l app={app} -ojsonpath='{{.items[0].metadata.name}}') -c {app} -- sh -c '{command}'",
            Expected = expected,
            RunAsync = (hands, cancellation) => hands.ExecAsync(app, command, cancellation),
            Holds = holds,
            Proof = proof,
        };

    /// <summary>A manifest of <c>samples/lab</c>, applied to the namespace <c>pets</c>.</summary>
    /// <param name="id">The step's name.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="file">The manifest's file name.</param>
    /// <param name="manifest">Its text.</param>
    public static LabStep Apply(string id, string title, string file, string manifest) => new()
    {
        Id = id,
        Title = title,
        Command = $"kubectl apply -n pets -f samples/lab/{file}",
        Expected = "accepted by the API server, enforced by every agent",
        RunAsync = async (hands, cancellation) =>
        {
            await hands.ApplyAsync(manifest, cancellation);
            return new CommandResult("enforced", 0);
        },
        Holds = _ => true,
    };

    /// <summary>A manifest of <c>samples/lab</c>, whose objects are removed from the namespace <c>pets</c>.</summary>
    /// <param name="id">The step's name.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="file">The manifest's file name.</param>
    /// <param name="manifest">Its text.</param>
    public static LabStep Delete(string id, string title, string file, string manifest) => new()
    {
        Id = id,
        Title = title,
        Command = $"kubectl delete -n pets -f samples/lab/{file}",
        Expected = "deleted at the API server, enforced by no agent",
        RunAsync = async (hands, cancellation) =>
        {
            await hands.DeleteAsync(manifest, cancellation);
            return new CommandResult("deleted", 0);
        },
        Holds = _ => true,
    };

    /// <summary>The proof that something passed.</summary>
    public static FlowProof Forwarded(FlowFilter filter)
    {
        filter.Verdict.Add(Verdict.Forwarded);
        return new FlowProof(filter, _ => true);
    }
}
