namespace Weir.Lab.Pods;

/// <summary>How a try of a probe went.</summary>
/// <param name="Holds">Whether it succeeded.</param>
/// <param name="Message">Why not, as a kubelet says it; empty when it did.</param>
internal readonly record struct ProbeResult(bool Holds, string Message)
{
    public static ProbeResult Success { get; } = new(true, "");

    public static ProbeResult Failure(string message) => new(false, message);
}
