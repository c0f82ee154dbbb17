using Google.Protobuf.WellKnownTypes;
using Weir.FlowLog.Query;
using Weir.Hub.History;
using Weir.Model;
using Weir.Observe.Hubble;
using Weir.Observe.Wire.Observers;
using Weir.Unit.FlowLog;
using Weir.Unit.Observe;
using Xunit;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Unit.Hub;

/// <summary>Hubble's clients get stored flows as they were when a node saw them.</summary>
public sealed class StoredFlowHistoryTests : IAsyncDisposable
{
    private static readonly DateTimeOffset _from = new(2026, 3, 1, 10, 59, 30, TimeSpan.Zero);
    private readonly StoreScene _scene = new();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task A_stored_flow_comes_back_as_the_message_that_it_was()
    {
        Flow[] flows = [Flows.Drop(), Flows.Forwarded(443), With(Flows.Dns(isResponse: true), null), With(null, Flows.Http(isResponse: true))];
        await StoreAsync(flows.Length, i => flows[i]);

        var answers = await AskAsync(new GetFlowsRequest());

        Assert.Equal(flows.Length, answers.Count);
        for (var i = 0; i < flows.Length; i++)
        {
            var flow = flows[i];
            flow.TimeNanoseconds = ((_from.UtcTicks - DateTime.UnixEpoch.Ticks) * 100) + (i * 1_000_000_000L);
            (flow.Sequence, flow.SourcePort) = (i, (ushort)(40_000 + i));
            Assert.Equal(FlowMessage.Of(flow), answers[i].Flow);
            Assert.Equal("node1", answers[i].NodeName);
        }
    }

    [Fact]
    public async Task First_last_filters_and_times_choose_over_the_end_of_an_hour()
    {
        await StoreAsync(60, i => i % 2 == 0 ? Flows.Drop() : Flows.Forwarded(443));
        var dropped = new Msg.FlowFilter { Verdict = { Msg.Verdict.Dropped } };

        var first = await AskAsync(new GetFlowsRequest { First = true, Number = 3, Whitelist = { dropped } });
        var last = await AskAsync(new GetFlowsRequest { Number = 3, Whitelist = { dropped } });
        var across = await AskAsync(new GetFlowsRequest { Since = At(28), Until = At(32) });

        Assert.Equal([0, 2, 4], first.Select(Second));
        Assert.Equal([54, 56, 58], last.Select(Second));
        Assert.Equal([28, 29, 30, 31, 32], across.Select(Second));
    }

    [Fact]
    public async Task A_mask_leaves_out_what_was_not_asked_for()
    {
        await StoreAsync(1, _ => Flows.Drop());
        var answer = Assert.Single(await AskAsync(new GetFlowsRequest { FieldMask = FieldMask.FromString("verdict,source.pod_name") }));
        Assert.Equal(new Msg.Flow { Verdict = Msg.Verdict.Dropped, Source = new Msg.Endpoint { PodName = Flows.Drop().Source.PodName } }, answer.Flow);
    }

    private static Flow With(DnsExchange? dns, HttpExchange? http)
    {
        var flow = Flows.Forwarded(53);
        (flow.Kind, flow.Dns, flow.Http) = (FlowKind.L7, dns, http);
        return flow;
    }

    private static Timestamp At(int second) => Timestamp.FromDateTimeOffset(_from.AddSeconds(second));

    private static int Second(GetFlowsResponse answer) => (int)(answer.Time.ToDateTimeOffset() - _from).TotalSeconds;

    private async Task StoreAsync(int count, Func<int, Flow> make)
    {
        Assert.True((await _scene.AppendAsync(StoreScene.BatchOf("node1", 1, count, _from, make))).IsSafe);
        _scene.Store.Flush();
    }

    private async Task<List<GetFlowsResponse>> AskAsync(GetFlowsRequest request)
    {
        request.Until ??= Timestamp.FromDateTimeOffset(_from.AddHours(2));
        using var history = new StoredFlowHistory(_scene.Store, new QueryLimits(), atOnce: 1);
        var answers = new List<GetFlowsResponse>();
        await foreach (var frame in history.ReadAsync(request, TestContext.Current.CancellationToken)) answers.Add(GetFlowsResponse.Parser.ParseFrom(frame.Bytes.Span));
        return answers;
    }
}
