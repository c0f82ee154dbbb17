namespace Weir.Policy.Rules;

/// <summary>One ICMP message type.</summary>
/// <param name="IsIPv6">Whether ICMPv6 is meant.</param>
/// <param name="Type">The type; 0 matches every type of the family.</param>
public readonly record struct IcmpField(bool IsIPv6, byte Type);
