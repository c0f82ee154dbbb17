using Weir.Model;

namespace Weir.Policy.Matrix;

/// <summary>Whether one end reaches another on one port.</summary>
/// <param name="From">Who opens the connection.</param>
/// <param name="To">To whom.</param>
/// <param name="Protocol">Over what.</param>
/// <param name="Port">The destination port; 0 stands for every port that no other cell of the pair names.</param>
/// <param name="Verdict"><c>allow</c>, <c>redirect</c> or <c>deny</c>.</param>
public sealed record MatrixCell(string From, string To, IpProtocol Protocol, ushort Port, string Verdict)
{
    /// <summary>The port as people write it.</summary>
    public string PortText => Port == 0 ? $"other/{Protocol.ToString().ToUpperInvariant()}" : $"{Port}/{Protocol.ToString().ToUpperInvariant()}";
}
