namespace Weir.Lab.Api.Custom;

/// <summary>Where a custom kind keeps what the subresource <c>scale</c> shows.</summary>
/// <param name="Wanted">The number of replicas that are wanted.</param>
/// <param name="Present">The number that there is.</param>
/// <param name="Selector">Their selector, as text; empty for none.</param>
internal sealed record ScalePaths(string[] Wanted, string[] Present, string[] Selector);
