using Weir.Model;

namespace Weir.Policy.Compile;

/// <summary>A service as <c>toServices</c> sees it.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Labels">Its own labels.</param>
/// <param name="Selector">The labels of its pods; null or empty for a service whose backends are given by address.</param>
/// <param name="Addresses">The backends of a service without selector.</param>
public sealed record ServiceBackends(
    string Namespace,
    string Name,
    IReadOnlyDictionary<string, string> Labels,
    IReadOnlyDictionary<string, string>? Selector,
    IReadOnlyList<IpAddress> Addresses);
