using Prometheus;

namespace Weir.Agent.Metrics;

/// <summary>What the agent says of its own work. Any thread.</summary>
internal sealed class AgentHealth
{
    private static readonly double[] _applySeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly double[] _dnsSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

    private readonly Histogram _policyApply, _dns;
    private readonly Counter _policyFailures;

    /// <summary>Makes the families.</summary>
    public AgentHealth(MetricFactory factory)
    {
        _policyApply = factory.CreateHistogram(
            "weir_policy_apply_duration_seconds", "From a change of the cluster taken up to its enforcement", new HistogramConfiguration { Buckets = _applySeconds });
        _policyFailures = factory.CreateCounter("weir_policy_failures_total", "Policies that could not be put in force; what was in force stays in force", "kind");
        _dns = factory.CreateHistogram(
            "weir_proxy_dns_duration_seconds", "From a pod's question to its answer, by the DNS proxy", new HistogramConfiguration { Buckets = _dnsSeconds });
        foreach (var kind in (string[])[DatapathRefused, Conflict, Malformed]) _policyFailures.WithLabels(kind);
    }

    /// <summary>A table refused a write.</summary>
    public const string DatapathRefused = "datapath";

    /// <summary>Policies contradict each other.</summary>
    public const string Conflict = "conflict";

    /// <summary>A policy is malformed.</summary>
    public const string Malformed = "refused";

    /// <summary>Notes how long a change took.</summary>
    public void PolicyApplied(TimeSpan took) => _policyApply.Observe(took.TotalSeconds);

    /// <summary>Notes that a policy is not in force.</summary>
    public void PolicyFailed(string kind) => _policyFailures.WithLabels(kind).Inc();

    /// <summary>Notes how long a pod waited for its name server.</summary>
    public void DnsAnswered(TimeSpan took) => _dns.Observe(took.TotalSeconds);
}
