using Prometheus;
using Weir.Datapath;
using Weir.FlowLog.Node;

namespace Weir.Agent.Metrics;

/// <summary>What is read anew for each scrape: counts that other parts of the agent keep.</summary>
internal sealed class NodeGauges
{
    private readonly IDatapath _datapath;
    private readonly Gauge _endpoints, _entries, _capacity, _spool, _proxy;
    private readonly Counter _chosen, _lost;

    /// <summary>Makes the families.</summary>
    public NodeGauges(IDatapath datapath, MetricFactory factory, string version)
    {
        _datapath = datapath;
        factory.CreateGauge("weir_build_info", "The version that runs, and what decides packets", "version", "datapath")
            .WithLabels(version, datapath is KernelDatapath ? "ebpf" : "simulated").Set(1);
        _endpoints = factory.CreateGauge("weir_endpoints", "Pods attached to the node");
        _entries = factory.CreateGauge("weir_datapath_table_entries", "Entries of a table of the datapath", "table");
        _capacity = factory.CreateGauge("weir_datapath_table_capacity", "How many entries a table of the datapath holds", "table");
        _proxy = factory.CreateGauge("weir_proxy_up", "Whether the proxy beside the agent is connected");
        _chosen = factory.CreateCounter("weir_flowlog_chosen_total", "Flows that ContainerNetworkLogs chose");
        _lost = factory.CreateCounter("weir_flowlog_lost_total", "Flows that the log could not take");
        _spool = factory.CreateGauge("weir_flowlog_spool_bytes", "Bytes of flows that wait on the node's disk for the hub");
    }

    /// <summary>Counts the tables' entries; costs a system call an entry.</summary>
    public void ReadTables()
    {
        foreach (var table in _datapath.ReadTables())
        {
            _entries.WithLabels(table.Table).Set(table.Entries);
            _capacity.WithLabels(table.Table).Set(table.Capacity);
        }
    }

    /// <summary>Reads the rest.</summary>
    public void Read(NodeLog log, HubLink? hub, bool isProxyConnected)
    {
        _endpoints.Set(_datapath.Endpoints.Count);
        _proxy.Set(isProxyConnected ? 1 : 0);
        _chosen.IncTo(log.Chosen);
        _lost.IncTo(log.Lost);
        _spool.Set(hub?.SpoolBytes ?? 0);
    }
}
