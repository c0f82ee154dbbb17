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

    /// <summary>Finds the packet's connection and judges it; counts and reports either way.</summary>
    /// <param name="packet">Parsed and translated.</param>
    /// <param name="hook">Where it was seen.</param>
    /// <param name="known">The connection that it belongs to, if it had one before.</param>
    /// <param name="reason">Why it is dropped, if it is.</param>
    public ModelOutcome Decide(ModelPacket packet, ModelHook hook, out Connection? known, out DropReason reason)
    {
        NameParties(packet, hook);
        known = packet.IsIcmpError ? _tracking.OfError(packet, hook == ModelHook.FromPod) : null;
        if (known is null)
        {
            known = _tracking.Of(packet);
            packet.IsIcmpError = false;
        }

        var outcome = known is null ? DecideNew(packet, out reason) : DecideKnown(packet, known, hook, out reason);
        if (outcome == ModelOutcome.Drop) _reporter.ReportDrop(packet, known ?? packet.Fresh, reason);
        else _reporter.CountPassed(packet, known ?? packet.Fresh, outcome == ModelOutcome.Redirect ? Verdict.Redirected : Verdict.Forwarded);
        return outcome;
    }

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
        if (isRedirect) packet.Fresh.Marks |= ConnectionMarks.Redirected;
        _reporter.Report(packet, _tracking.Open(packet), ModelEventKind.New);
        return isRedirect ? ModelOutcome.Redirect : ModelOutcome.Pass;
    }

    private ModelOutcome DecideKnown(ModelPacket packet, Connection connection, ModelHook hook, out DropReason reason)
    {
        reason = DropReason.None;
        var outcome = connection.Has(ConnectionMarks.Redirected) ? ModelOutcome.Redirect : ModelOutcome.Pass;
        var isIngressHook = hook is ModelHook.FromPod or ModelHook.FromUplink;
        if (connection.Has(ConnectionMarks.Upstream))
        {
            // Only its proxy opens it, and only its proxy gets the answers.
            if (isIngressHook)
            {
                if (!packet.IsReply) reason = DropReason.PuntProxy;
                outcome = ModelOutcome.ProxySocket;
            }
        }
        else if (packet.IsReply || packet.IsIcmpError)
        {
            // Only the proxy answers for a redirected connection; the other end never saw it.
            if (connection.Has(ConnectionMarks.Denied)) reason = (DropReason)connection.Reason;
            else if (connection.Has(ConnectionMarks.Redirected) && isIngressHook) reason = DropReason.PuntProxy;
            outcome = ModelOutcome.Pass;
        }
        else if (HasPolicyChanged(connection) || (hook == ModelHook.ToPod && connection.DestinationEndpoint != packet.EndpointId))
        {
            if (hook != ModelHook.FromPod)
            {
                // Keep the sender that was decided where it entered.
                packet.Fresh.SourceEndpoint = connection.SourceEndpoint;
                if (connection.SourceEndpoint != 0) packet.Fresh.SourceIdentity = connection.SourceIdentity;
            }

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
