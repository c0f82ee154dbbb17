using Weir.Model;

namespace Weir.Policy.Testing;

/// <summary>A name with the addresses that an answer gave for it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Addresses">The addresses.</param>
public sealed record LearnedName(string Name, IReadOnlyList<IpAddress> Addresses);
