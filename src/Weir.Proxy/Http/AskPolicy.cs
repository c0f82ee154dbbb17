using Weir.Proxy.Exchanges;
using Weir.Proxy.Policies;

namespace Weir.Proxy.Http;

/// <summary>Tells which rules one side of a connection is under now, as <see cref="PolicyView.Ask(in ExchangeEnds)"/> does.</summary>
internal delegate L7Decision AskPolicy(in ExchangeEnds side);
