using Weir.Model;
using Weir.Observe.Metrics.Contexts;

namespace Weir.Observe.Metrics.Families;

/// <summary><c>hubble_http_requests_total</c>, <c>hubble_http_request_duration_seconds</c>: requests once they are answered.</summary>
internal sealed class HttpCounts(MetricSpec spec, FamilyRoom room) : FlowMetric(spec)
{
    private static readonly double[] _seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly bool _hasExemplars = spec.Flags.Contains("exemplars");
    private readonly FlowFamily _requests = new(
        room, "hubble_http_requests_total", "Count of HTTP requests by methods", spec.Contexts, ["method", "protocol", "status", "reporter"], ["method"]);

    private readonly FlowFamily _duration = new(
        room, "hubble_http_request_duration_seconds", "Quantiles of HTTP request duration in seconds", spec.Contexts, ["method", "reporter"], ["method"], _seconds);

    public override IReadOnlyList<FlowFamily> Families => [_requests, _duration];

    public override void Find(in Flow flow, List<FlowStep> steps)
    {
        if (flow.Http is not { IsResponse: true } http) return;
        var ends = FlowEnds.OfRequest(flow);
        var reporter = flow.Direction switch
        {
            TrafficDirection.Egress => "client",
            TrafficDirection.Ingress => "server",
            _ => "unknown",
        };
        steps.Add(new FlowStep(_requests.Find(ends, http.Method, http.Protocol, FlowWords.Number(http.Status), reporter), FlowAmount.One, _hasExemplars));
        steps.Add(new FlowStep(_duration.Find(ends, http.Method, reporter), FlowAmount.Latency, _hasExemplars));
    }
}
