using Weir.Protocols.Ip;

namespace Weir.Datapath.Model;

/// <summary>Which connection a packet belongs to, and what it changes there: bpf/conntrack.h.</summary>
internal sealed class ConnectionTracking(ModelState state, EventReporter reporter)
{
    private const byte Fin = 0x01;
    private const byte Syn = 0x02;
    private const byte Rst = 0x04;

    /// <summary>The connection that the packet belongs to, or null: none, too old, or over and now opened anew. Sets key and direction.</summary>
    public Connection? Of(ModelPacket packet)
    {
        packet.Key = packet.Tuple.ToKey(packet.IsIcmpReply, out var isSource);
        packet.IsKeySource = isSource;
        packet.IsReply = false;
        if (!state.Connections.TryGet(packet.Key, out var connection)) return null;
        if (IsTooOld(packet, connection, packet.Tuple.Protocol)) return null;
        if (packet.Tuple.Protocol == TransportProtocol.Tcp && packet.IsOpening && connection.IsClosed) return null;

        packet.IsReply = isSource != connection.Has(ConnectionMarks.OpenerIsSource);
        return connection;
    }

    /// <summary>
    /// The connection that an ICMP error is about, or null. The error must go to the sender of what it is about; from an endpoint
    /// it must also come from the one that this was sent to, since a pod is no router.
    /// </summary>
    public Connection? OfError(ModelPacket packet, bool isFromEndpoint)
    {
        if (packet.Inner.Source != packet.Tuple.Destination) return null;
        if (isFromEndpoint && packet.Inner.Destination != packet.Tuple.Source) return null;
        packet.Key = packet.Inner.ToKey(isIcmpReply: false, out var isSource);
        if (!state.Connections.TryGet(packet.Key, out var connection)) return null;
        if (IsTooOld(packet, connection, packet.Inner.Protocol)) return null;
        packet.IsReply = isSource == connection.Has(ConnectionMarks.OpenerIsSource);
        return connection;
    }

    /// <summary>Notes a packet that passes: time, counts, TCP's state; reports what is due.</summary>
    public void Saw(ModelPacket packet, Connection connection)
    {
        connection.SeenNs = packet.Now;
        var answers = false;
        if (packet.IsReply)
        {
            answers = !connection.Has(ConnectionMarks.Replied) && packet.Tuple.Protocol == TransportProtocol.Tcp && (packet.TcpFlags & Syn) != 0;
            connection.ReplyPackets++;
            connection.ReplyBytes += packet.Bytes;
            connection.Marks |= ConnectionMarks.Replied;
        }
        else
        {
            connection.Packets++;
            connection.Bytes += packet.Bytes;
        }

        if (packet.Tuple.Protocol == TransportProtocol.Tcp && (packet.TcpFlags & (Fin | Rst)) != 0)
        {
            if ((packet.TcpFlags & Rst) != 0) connection.Marks |= ConnectionMarks.Rst;
            else connection.Marks |= packet.IsReply ? ConnectionMarks.FinReply : ConnectionMarks.FinOpener;
            if (connection.IsClosed && !connection.Has(ConnectionMarks.Ended))
            {
                connection.Marks |= ConnectionMarks.Ended;
                if (!connection.Has(ConnectionMarks.Upstream)) reporter.Report(packet, connection, ModelEventKind.End);
                return;
            }
        }

        if (!connection.Has(ConnectionMarks.Ended | ConnectionMarks.Upstream)
            && (answers || (long)(packet.Now - connection.ReportedNs) >= (long)state.SummaryNs))
            reporter.Report(packet, connection, ModelEventKind.Summary);
    }

    /// <summary>Enters the packet's fresh connection, opened by it.</summary>
    /// <returns>The entry.</returns>
    public Connection Open(ModelPacket packet)
    {
        var fresh = packet.Fresh;
        (fresh.SeenNs, fresh.ReportedNs, fresh.Packets, fresh.Bytes) = (packet.Now, packet.Now, 1, packet.Bytes);
        if (packet.IsKeySource) fresh.Marks |= ConnectionMarks.OpenerIsSource;
        var entry = new Connection();
        entry.CopyFrom(fresh);
        state.Connections.Set(packet.Key, entry);
        return entry;
    }

    private static bool IsTooOld(ModelPacket packet, Connection connection, byte protocol) =>
        (long)(packet.Now - connection.SeenNs) > (long)connection.Lifetime(protocol);
}
