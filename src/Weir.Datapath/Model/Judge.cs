using Weir.Model;
using Weir.Protocols.Ip;

namespace Weir.Datapath.Model;

/// <summary>What becomes of a packet whose tuple, endpoint and parties are known: bpf/judge.h. A decision only; others deliver it.</summary>
internal sealed class Judge
{
    private readonly ModelState _state;
    private readonly EventReporter _reporter;
    private readonly ConnectionTracking _tracking;
    private readonly PolicyDecision _policy;

    public Judge(ModelState state, EventReporter reporter)
    {
        (_state, _reporter) = (state, reporter);
        _tracking = new ConnectionTracking(state, reporter);
        _policy = new PolicyDecision(state);
    }

    /// <summary>Finds the packet's connection and judges it; where it has none, it is the first of one.</summary>
    /// <param name="packet">Parsed and translated; its fresh connection receives the connection as it is afterwards.</param>
    /// <param name="hook">Where it was seen.</param>
    /// <param name="reason">Why it is dropped, if it is.</param>
    public ModelOutcome Decide(ModelPacket packet, ModelHook hook, out DropReason reason)
    {
        NameParties(packet, hook);
        packet.ProxyPort = ProxyPortOf(packet);
        Connection? known = null;
        if (packet.IsIcmpError)
        {
            known = _tracking.OfError(packet, hook == ModelHook.FromPod);
            packet.IsIcmpError = known is not null;
        }

        known ??= _tracking.Of(packet);
        if (known is null) return DecideNew(packet, out reason);
        var outcome = DecideKnown(packet, known, hook, out reason);
        packet.Fresh.CopyFrom(known);
        return outcome;
    }

    /// <summary>
    /// Judges what a proxy of this node sends: an answer in the name of the destination, or a connection in the name of a pod,
    /// which was decided when the pod's packet was.
    /// </summary>
    public DropReason DecideProxy(ModelPacket packet)
    {
        if (_tracking.Of(packet) is { } known)
        {
            var reason = DropReason.None;
            if (packet.IsReply && known.Has(ConnectionMarks.Denied)) reason = (DropReason)known.Reason;
            else if (!packet.IsReply && !known.Has(ConnectionMarks.Upstream)) reason = DropReason.PuntProxy; // the pod itself has this very connection
            else _tracking.Saw(packet, known);
            packet.Fresh.CopyFrom(known);
            return reason;
        }

        if (packet.Tuple.Protocol == TransportProtocol.Tcp && !packet.IsOpening) return DropReason.None;
        packet.Fresh.Marks = ConnectionMarks.Upstream;
        _tracking.Open(packet);
        return DropReason.None;
    }

    /// <summary>Judges what the node's own stack sends in the name of a pod's connection to a proxy: a reset, say.</summary>
    public DropReason DecideAnswer(ModelPacket packet)
    {
        if (_tracking.Of(packet) is not { } known || !packet.IsReply || !known.Has(ConnectionMarks.Redirected)) return DropReason.InvalidSourceIp;
        _tracking.Saw(packet, known);
        packet.Fresh.CopyFrom(known);
        return DropReason.None;
    }

    /// <summary>The proxy's port for the packet's protocol; 0: none.</summary>
    public ushort ProxyPortOf(ModelPacket packet) => packet.Tuple.Protocol == TransportProtocol.Tcp ? _state.ProxyTcpPort : _state.ProxyUdpPort;

    private void NameParties(ModelPacket packet, ModelHook hook)
    {
        var fresh = packet.Fresh;
        if (hook == ModelHook.FromPod)
            (fresh.SourceEndpoint, fresh.SourceIdentity) = (packet.EndpointId, packet.Endpoint!.Identity.Value);
        else
            (fresh.SourceEndpoint, fresh.SourceIdentity) = (0, _state.IdentityOf(packet.Tuple.Source));

        if (hook == ModelHook.ToPod)
            (fresh.DestinationEndpoint, fresh.DestinationIdentity) = (packet.EndpointId, packet.Endpoint!.Identity.Value);
        else if (_state.Addresses.TryGetValue(packet.Tuple.Destination, out var local))
            (fresh.DestinationEndpoint, fresh.DestinationIdentity) = (local.Id, local.Identity.Value);
        else
            (fresh.DestinationEndpoint, fresh.DestinationIdentity) = (0, _state.IdentityOf(packet.Tuple.Destination));
    }

    private ModelOutcome DecideNew(ModelPacket packet, out DropReason reason)
    {
        reason = _policy.Decide(packet, out var isRedirect);
        if (reason != DropReason.None) return ModelOutcome.Drop;
        var fresh = packet.Fresh;
        if (packet.IsTranslated)
        {
            fresh.Marks |= packet.IsHairpin ? ConnectionMarks.Translated | ConnectionMarks.Hairpin : ConnectionMarks.Translated;
            (fresh.Frontend, fresh.FrontendPort) = (packet.Wire.Destination, packet.Wire.DestinationPort);
        }

        if (isRedirect)
        {
            // The proxies speak TCP and UDP.
            if (packet.Tuple.Protocol is not (TransportProtocol.Tcp or TransportProtocol.Udp))
            {
                reason = DropReason.ProxyRedirectionNotSupported;
                return ModelOutcome.Drop;
            }

            fresh.Marks |= ConnectionMarks.Redirected;
        }

        _reporter.Report(packet, _tracking.Open(packet), ModelEventKind.New);
        return isRedirect ? ModelOutcome.Redirect : ModelOutcome.Pass;
    }

    private ModelOutcome DecideKnown(ModelPacket packet, Connection connection, ModelHook hook, out DropReason reason)
    {
        reason = DropReason.None;
        var outcome = connection.Has(ConnectionMarks.Redirected) ? ModelOutcome.Redirect : ModelOutcome.Pass;
        var enters = hook is ModelHook.FromPod or ModelHook.FromUplink;
        if (connection.Has(ConnectionMarks.Upstream))
        {
            // Only its proxy opens it, and only its proxy gets the answers.
            if (enters && !packet.IsReply) reason = DropReason.PuntProxy;
            outcome = enters ? ModelOutcome.ProxySocket : ModelOutcome.Pass;
        }
        else if (packet.IsReply || packet.IsIcmpError)
        {
            // The other end of a redirected connection never saw it: the proxy answers for it.
            var isProxys = connection.Has(ConnectionMarks.Redirected) && enters;
            if (connection.Has(ConnectionMarks.Denied)) reason = (DropReason)connection.Reason;
            else if (isProxys && packet.IsReply) reason = DropReason.PuntProxy;
            outcome = isProxys ? ModelOutcome.ProxySocket : ModelOutcome.Pass;
        }
        else if (HasPolicyChanged(connection) || (hook == ModelHook.ToPod && connection.DestinationEndpoint != packet.EndpointId))
        {
            // Keep the sender that was decided where it entered.
            if (hook != ModelHook.FromPod && connection.SourceEndpoint != 0)
                (packet.Fresh.SourceEndpoint, packet.Fresh.SourceIdentity) = (connection.SourceEndpoint, connection.SourceIdentity);
            outcome = DecideAgain(packet, connection, out reason);
        }
        else if (connection.Has(ConnectionMarks.Denied))
        {
            reason = (DropReason)connection.Reason;
        }

        if (reason != DropReason.None) return ModelOutcome.Drop;
        _tracking.Saw(packet, connection);
        return outcome;
    }

    /// <summary>Decides an old connection again, on its opener's packet.</summary>
    private ModelOutcome DecideAgain(ModelPacket packet, Connection connection, out DropReason reason)
    {
        var fresh = packet.Fresh;
        reason = _policy.Decide(packet, out var isRedirect);
        var wasRedirected = connection.Has(ConnectionMarks.Redirected);
        var hasChanged = connection.EgressRule != fresh.EgressRule || connection.IngressRule != fresh.IngressRule;
        (connection.SourceEndpoint, connection.DestinationEndpoint) = (fresh.SourceEndpoint, fresh.DestinationEndpoint);
        (connection.SourceIdentity, connection.DestinationIdentity) = (fresh.SourceIdentity, fresh.DestinationIdentity);
        (connection.EgressRule, connection.IngressRule) = (fresh.EgressRule, fresh.IngressRule);
        (connection.Match, connection.EventFlags) = (fresh.Match, fresh.EventFlags);

        if (reason != DropReason.None)
        {
            connection.Reason = (byte)reason;
            connection.Marks |= ConnectionMarks.Denied;
        }
        else
        {
            if (isRedirect && !wasRedirected)
            {
                if (packet.Tuple.Protocol == TransportProtocol.Tcp && connection.Has(ConnectionMarks.Replied))
                {
                    _state.Connections.Remove(packet.Key);
                    reason = DropReason.PuntProxy;
                    return ModelOutcome.Drop;
                }

                connection.Marks |= ConnectionMarks.Redirected;
                hasChanged = true;
            }

            // A stream that a proxy has taken apart stays with it.
            if (!isRedirect && wasRedirected && packet.Tuple.Protocol != TransportProtocol.Tcp)
            {
                connection.Marks &= ~ConnectionMarks.Redirected;
                hasChanged = true;
            }

            hasChanged |= connection.Has(ConnectionMarks.Denied);
            connection.Marks &= ~ConnectionMarks.Denied;
        }

        (connection.EgressTable, connection.IngressTable) = (fresh.EgressTable, fresh.IngressTable);
        if (reason != DropReason.None) return ModelOutcome.Drop;
        if (hasChanged) _reporter.Report(packet, connection, ModelEventKind.Changed);
        return connection.Has(ConnectionMarks.Redirected) ? ModelOutcome.Redirect : ModelOutcome.Pass;
    }

    /// <summary>Whether other tables are in force than those that decided the connection.</summary>
    private bool HasPolicyChanged(Connection connection)
    {
        if (connection.Has(ConnectionMarks.Hairpin | ConnectionMarks.Upstream)) return false;
        if (connection.SourceEndpoint != 0 && _state.Tables.Of(connection.SourceEndpoint).Egress != connection.EgressTable) return true;
        return connection.DestinationEndpoint != 0 && _state.Tables.Of(connection.DestinationEndpoint).Ingress != connection.IngressTable;
    }
}
