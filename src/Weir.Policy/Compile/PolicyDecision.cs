using Weir.Model;

namespace Weir.Policy.Compile;

/// <summary>What a table says about one packet that opens a connection.</summary>
/// <param name="Action">Allow, redirect or deny.</param>
/// <param name="Match">How much of the connection the deciding rules name.</param>
/// <param name="Rules">The rules behind it.</param>
/// <param name="L7">What the proxy has to check; null unless redirected.</param>
public sealed record PolicyDecision(PolicyAction Action, PolicyMatch Match, RuleSet Rules, L7Rules? L7);
