using Weir.Model;

namespace Weir.Policy.Compile;

/// <summary>What an entry of a decision table says.</summary>
/// <param name="Action">Allow, redirect or deny.</param>
/// <param name="Match">How much of the connection the deciding rules name.</param>
/// <param name="Rules">The rules behind it.</param>
/// <param name="L7">What the proxy has to check; null unless <paramref name="Action"/> is <see cref="PolicyAction.Redirect"/>.</param>
public sealed record PolicyEntry(PolicyAction Action, PolicyMatch Match, RuleSet Rules, L7Rules? L7 = null);
