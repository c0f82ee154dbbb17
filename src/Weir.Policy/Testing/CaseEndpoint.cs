using Weir.Model;
using Weir.Policy.Compile;

namespace Weir.Policy.Testing;

/// <summary>A pod of a test.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Labels">The labels of its identity.</param>
/// <param name="NamedPorts">Its named ports.</param>
public sealed record CaseEndpoint(string Name, string Namespace, LabelSet Labels, IReadOnlyList<NamedPort> NamedPorts);
