namespace Weir.FlowLog.Selection;

/// <summary>What is wrong with a ContainerNetworkLog.</summary>
/// <param name="Path">The field, such as <c>spec.includefilters[0].protocol[1]</c>.</param>
/// <param name="Message">What was found, what is expected.</param>
public sealed record LogFault(string Path, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Path}: {Message}";
}
