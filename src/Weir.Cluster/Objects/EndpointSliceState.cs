using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Weir.Model;

namespace Weir.Cluster.Objects;

/// <summary>Some of a service's backends, all of one address family.</summary>
/// <param name="Name">Namespace and name.</param>
/// <param name="Service">The service, in the same namespace; empty when the label that names it is missing.</param>
/// <param name="Ports">The ports that every backend serves.</param>
/// <param name="Backends">The backends.</param>
public sealed record EndpointSliceState(
    ObjectName Name, string Service, ImmutableArray<PodPort> Ports, ImmutableArray<BackendState> Backends)
{
    /// <summary>The label that names the service.</summary>
    public const string ServiceLabel = "kubernetes.io/service-name";

    /// <summary>Reads an endpoint slice.</summary>
    public static EndpointSliceState Read(JsonObject slice)
    {
        var backends = ImmutableArray.CreateBuilder<BackendState>();
        foreach (var endpoint in slice.Items("endpoints"))
        {
            // Absent means ready: a slice that someone wrote by hand says nothing about it.
            var ready = endpoint.Flag("conditions", "ready") ?? true;
            var pod = endpoint.Text("targetRef", "kind") == "Pod" ? endpoint.Text("targetRef", "name") ?? "" : "";

            // Of several addresses of one backend all are the same place; the first is enough.
            if (IpAddress.TryParse(endpoint.Items("addresses").Select(a => a.Text()).FirstOrDefault(), out var address))
                backends.Add(new BackendState(address, ready, endpoint.Text("nodeName") ?? "", pod));
        }

        var name = slice.ObjectName();
        return new EndpointSliceState(
            name,
            slice.Text("metadata", "labels", ServiceLabel) ?? "",
            [.. slice.Items("ports").Select(p => PodPort.Read(p, "port")).OfType<PodPort>()],
            backends.ToImmutable());
    }
}

/// <summary>One backend.</summary>
/// <param name="Address">Its address.</param>
/// <param name="IsReady">Whether it takes new connections.</param>
/// <param name="NodeName">Where it runs; empty when unknown.</param>
/// <param name="PodName">The pod, in the slice's namespace; empty when it is none.</param>
public sealed record BackendState(IpAddress Address, bool IsReady, string NodeName, string PodName);
