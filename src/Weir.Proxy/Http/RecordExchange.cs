using Weir.Model;
using Weir.Proxy.Exchanges;

namespace Weir.Proxy.Http;

/// <summary>Takes what a proxy saw, as <see cref="ExchangeOutbox.Http"/> does. Never waits.</summary>
internal delegate void RecordExchange(in ExchangeEnds ends, Verdict verdict, uint rule, HttpExchange request, HttpAnswer? answer);
