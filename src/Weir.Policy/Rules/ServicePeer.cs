namespace Weir.Policy.Rules;

/// <summary>One item of <c>toServices</c>: a service by name, or services by label.</summary>
/// <param name="Name">The service's name; null where chosen by label, or where nothing is chosen.</param>
/// <param name="Namespace">Its namespace; empty is every namespace, also for a service by name.</param>
/// <param name="Selector">The labels; null where chosen by name.</param>
public sealed record ServicePeer(string? Name, string Namespace, LabelSelector? Selector);
