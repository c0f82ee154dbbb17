using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Tables;

/// <summary>What the cells of tables say, in the words that people know.</summary>
internal static class Cells
{
    private const string Nothing = "<none>";

    /// <summary>The time since a time, such as <c>5m</c>.</summary>
    public static string Age(string? time, DateTimeOffset now) =>
        Timestamps.Read(time) is { } then ? HumanDuration.Text(now - then) : "<unknown>";

    /// <summary>Pairs as a selector.</summary>
    public static string Selector(JsonObject? pairs) => pairs is not { Count: > 0 }
        ? Nothing
        : string.Join(",", pairs.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}"));

    /// <summary>What an autoscaler aims at; what is now is not measured here.</summary>
    public static string Targets(JsonObject autoscaler) => List(autoscaler.Items("spec", "metrics").Select(m =>
        $"{m.Text("resource", "name") ?? m.Text("type")}: <unknown>/{m.Number("resource", "target", "averageUtilization") ?? 0}%"));

    /// <summary>A selector with labels and expressions.</summary>
    public static string LabelSelector(JsonNode? selector)
    {
        var terms = (selector.Map("matchLabels") ?? []).OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}")
            .Concat(selector.Items("matchExpressions").Select(Expression)).ToList();
        return terms.Count == 0 ? Nothing : string.Join(",", terms);
    }

    /// <summary>What a pod is doing: its containers' waiting reasons count for more than its phase.</summary>
    public static string PodStatus(JsonObject pod)
    {
        var reason = pod.Text("status", "reason") is { Length: > 0 } own ? own : pod.Text("status", "phase") ?? "Unknown";
        var init = InitStatus(pod);
        if (init is not null)
        {
            reason = init;
        }
        else
        {
            var running = false;
            foreach (var container in pod.Items("status", "containerStatuses").Reverse())
            {
                if (container.Text("state", "waiting", "reason") is { Length: > 0 } waiting) reason = waiting;
                else if (container.Map("state", "terminated") is { } ended) reason = Ended(ended);
                else if ((container.Flag("ready") ?? false) && container.Map("state", "running") is not null) running = true;
            }

            if (reason == "Completed" && running) reason = "Running";
        }

        return pod.Text("metadata", "deletionTimestamp") is null ? reason : "Terminating";
    }

    /// <summary>How often a pod's containers were started again, and when last.</summary>
    public static string Restarts(JsonObject pod, DateTimeOffset now)
    {
        var statuses = pod.Items("status", "containerStatuses").ToList();
        var count = statuses.Sum(c => c.Number("restartCount") ?? 0);
        var last = statuses.Select(c => Timestamps.Read(c.Text("lastState", "terminated", "finishedAt"))).Max();
        return count == 0 || last is null
            ? count.ToString(CultureInfo.InvariantCulture)
            : $"{count} ({HumanDuration.Text(now - last.Value)} ago)";
    }

    /// <summary>A service's addresses outside the cluster.</summary>
    public static string External(JsonObject service)
    {
        var ingress = service.Items("status", "loadBalancer", "ingress").Select(i => i.Text("ip") ?? i.Text("hostname"))
            .Concat(service.Items("spec", "externalIPs").Select(i => i.Text())).OfType<string>().ToList();
        return service.Text("spec", "type") switch
        {
            "ExternalName" => service.Text("spec", "externalName") ?? Nothing,
            "LoadBalancer" when ingress.Count == 0 => "<pending>",
            _ => ingress.Count == 0 ? Nothing : string.Join(",", ingress),
        };
    }

    /// <summary>A service's ports, such as <c>80:30080/TCP</c>.</summary>
    public static string ServicePorts(JsonObject service)
    {
        var ports = service.Items("spec", "ports")
            .Select(p => $"{p.Number("port")}{(p.Number("nodePort") is > 0 and var node ? $":{node}" : "")}/{p.Text("protocol") ?? "TCP"}").ToList();
        return ports.Count == 0 ? Nothing : string.Join(",", ports);
    }

    /// <summary>The first few backends of an Endpoints object.</summary>
    public static string Endpoints(JsonObject endpoints)
    {
        var all = endpoints.Items("subsets").SelectMany(s => s.Items("addresses").SelectMany(a => s.Items("ports").DefaultIfEmpty()
            .Select(p => p is null ? a.Text("ip") : $"{a.Text("ip")}:{p.Number("port")}"))).ToList();
        if (all.Count == 0) return Nothing;
        return all.Count <= 3 ? string.Join(",", all) : $"{string.Join(",", all.Take(3))} + {all.Count - 3} more...";
    }

    /// <summary>A list of texts, with a bound on how many show.</summary>
    public static string List(IEnumerable<string?> texts, int most = int.MaxValue)
    {
        var list = texts.OfType<string>().ToList();
        if (list.Count == 0) return Nothing;
        return list.Count <= most ? string.Join(",", list) : $"{string.Join(",", list.Take(most))} + {list.Count - most} more...";
    }

    /// <summary>Whether a node takes pods.</summary>
    public static string NodeStatus(JsonObject node)
    {
        var ready = node.Items("status", "conditions").FirstOrDefault(c => c.Text("type") == "Ready").Text("status");
        var text = ready switch { "True" => "Ready", "False" => "NotReady", _ => "Unknown" };
        return node.Flag("spec", "unschedulable") ?? false ? text + ",SchedulingDisabled" : text;
    }

    private static string Expression(JsonNode e)
    {
        var values = string.Join(",", e.Items("values").Select(v => v.Text()));
        return e.Text("operator") switch
        {
            "Exists" => e.Text("key") ?? "",
            "DoesNotExist" => $"!{e.Text("key")}",
            "NotIn" => $"{e.Text("key")} notin ({values})",
            _ => $"{e.Text("key")} in ({values})",
        };
    }

    private static string? InitStatus(JsonObject pod)
    {
        var statuses = pod.Items("status", "initContainerStatuses").ToList();
        for (var i = 0; i < statuses.Count; i++)
        {
            if (statuses[i].Map("state", "terminated") is { } ended)
            {
                if (ended.Number("exitCode") == 0) continue;
                return "Init:" + Ended(ended);
            }

            return statuses[i].Text("state", "waiting", "reason") is { Length: > 0 } waiting and not "PodInitializing"
                ? "Init:" + waiting
                : $"Init:{i}/{pod.Items("spec", "initContainers").Count()}";
        }

        return null;
    }

    private static string Ended(JsonObject ended)
    {
        if (ended.Text("reason") is { Length: > 0 } reason) return reason;
        return ended.Number("signal") is > 0 and var signal ? $"Signal:{signal}" : $"ExitCode:{ended.Number("exitCode")}";
    }
}
