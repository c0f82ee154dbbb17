using Weir.Model;

namespace Weir.Policy.Compile;

/// <summary>A container port with a name.</summary>
/// <param name="Name">Its name; case does not matter.</param>
/// <param name="Protocol">Its protocol.</param>
/// <param name="Port">Its number.</param>
public readonly record struct NamedPort(string Name, IpProtocol Protocol, ushort Port);
