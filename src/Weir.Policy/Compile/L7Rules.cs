namespace Weir.Policy.Compile;

/// <summary>Which proxy a redirected connection goes to; its rules follow with the proxies.</summary>
/// <param name="Parser">The language spoken: <c>http</c>, <c>dns</c>, <c>tls</c> (server names).</param>
public sealed record L7Rules(string Parser);
