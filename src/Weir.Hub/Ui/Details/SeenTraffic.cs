using Weir.Hub.Ui.Flows;
using Weir.Model;
using Weir.Observe.Wire.Observers;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Hub.Ui.Details;

/// <summary>Gathers flows into questions with the newest answer that was seen to each: who, to whom, on which port, saying what.</summary>
internal sealed class SeenTraffic
{
    /// <summary>Questions that are kept; a test with more than these nobody reads.</summary>
    public const int Most = 200;

    private const int MostRead = 50_000; // each is decoded whole
    private readonly Dictionary<(string From, string To, string Port, string Said), Answer> _all = [];
    private int _read;

    private sealed class Answer(Msg.Flow flow)
    {
        public Msg.Flow Flow => flow;

        // The newest decision of each side; a connection that no policy decides has none.
        public (long Time, int Verdict) Egress { get; set; }

        public (long Time, int Verdict) Ingress { get; set; }
    }

    /// <summary>Whether there were more questions than are kept.</summary>
    public bool HasMore { get; private set; }

    /// <summary>The questions with what was seen, as a test expects it.</summary>
    public IReadOnlyList<(Msg.Flow Flow, string Expect)> All => [.. _all.OrderBy(a => a.Key).Select(a => (a.Value.Flow, ExpectedOf(a.Value)))];

    /// <summary>Adds a flow; what says nothing of a decision is left out.</summary>
    /// <returns>Whether more are wanted.</returns>
    public bool Add(in FlowView flow, ReadOnlySpan<byte> response)
    {
        if (flow.IsReply == true || flow.L7.IsResponse) return true;
        var kind = (FlowKind)flow.Kind;
        if (kind is not (FlowKind.PolicyVerdict or FlowKind.L7) && flow.Point != (int)ObservationPoint.ToEndpoint) return true;
        if (kind == FlowKind.Drop || (kind == FlowKind.L7 && !flow.L7.IsHttp && !flow.L7.IsDns)) return true; // the decision tells of it
        if (_read++ >= MostRead)
        {
            HasMore = true;
            return false;
        }

        var message = GetFlowsResponse.Parser.ParseFrom(response).Flow;
        var key = (NameOf(message.Source, message.IP?.Source), NameOf(message.Destination, message.IP?.Destination), PolicyTestText.PortOf(message), PolicyTestText.Said(message));
        if (!_all.TryGetValue(key, out var known))
        {
            if (_all.Count >= Most)
            {
                HasMore = true;
                return true;
            }

            _all[key] = known = new Answer(message);
        }

        if (kind == FlowKind.Trace) return true;
        var seen = (flow.TimeNanoseconds, flow.Verdict);
        if (flow.Direction == (int)TrafficDirection.Egress && known.Egress.Time < flow.TimeNanoseconds) known.Egress = seen;
        if (flow.Direction == (int)TrafficDirection.Ingress && known.Ingress.Time < flow.TimeNanoseconds) known.Ingress = seen;
        return true;
    }

    private static string ExpectedOf(Answer answer)
    {
        int[] verdicts = [answer.Egress.Verdict, answer.Ingress.Verdict];
        return verdicts.Contains((int)Verdict.Dropped) ? "deny" : answer.Flow.L7 is null && verdicts.Contains((int)Verdict.Redirected) ? "redirect" : "allow";
    }

    // Pods of one workload are asked about once.
    private static string NameOf(Msg.Endpoint? end, string? ip) => end is { PodName.Length: > 0 } ? $"{end.Namespace}/{(end.Workloads.Count > 0 ? end.Workloads[0].Name : end.PodName)}" : ip ?? "";
}
