using System.Buffers.Text;
using Weir.Observe.Wire;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Hub.Ui.Flows;

/// <summary>A rule behind a decision, read in place from a <c>flow.Policy</c>.</summary>
internal readonly ref struct RuleView
{
    private static ReadOnlySpan<byte> Label => "weir:rule="u8;

    /// <summary>Reads it.</summary>
    public RuleView(ReadOnlySpan<byte> policy)
    {
        Index = -1;
        var fields = new WireFields(policy);
        while (fields.TryNext(out var field, out _, out var value))
        {
            switch (field)
            {
                case Msg.Policy.NameFieldNumber: Name = value; break;
                case Msg.Policy.NamespaceFieldNumber: Namespace = value; break;
                case Msg.Policy.KindFieldNumber: Kind = value; break;
                case Msg.Policy.LabelsFieldNumber when value.StartsWith(Label):
                    var text = value[Label.Length..];
                    var open = text.LastIndexOf((byte)'[');
                    if (open < 0 || !Utf8Parser.TryParse(text[(open + 1)..], out int index, out _)) break;
                    Field = text[..open];
                    Index = index;
                    break;
            }
        }
    }

    /// <summary>The policy's kind.</summary>
    public ReadOnlySpan<byte> Kind { get; }

    /// <summary>The policy's namespace; empty for a clusterwide one.</summary>
    public ReadOnlySpan<byte> Namespace { get; }

    /// <summary>The policy's name.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>The list that the rule stands in, such as <c>egress</c> or <c>specs[1].ingressDeny</c>; empty for a default deny.</summary>
    public ReadOnlySpan<byte> Field { get; }

    /// <summary>Its place in that list, from 0; -1 for a default deny.</summary>
    public int Index { get; }

    /// <summary>Whether a field of <c>flow.Flow</c> lists rules.</summary>
    public static bool IsRule(int field) => field is Msg.Flow.EgressAllowedByFieldNumber or Msg.Flow.IngressAllowedByFieldNumber or Msg.Flow.EgressDeniedByFieldNumber or Msg.Flow.IngressDeniedByFieldNumber;

    /// <summary>Whether rules of such a field allow.</summary>
    public static bool IsAllow(int field) => field is Msg.Flow.EgressAllowedByFieldNumber or Msg.Flow.IngressAllowedByFieldNumber;

    /// <summary>Whether rules of such a field are about the sender's side.</summary>
    public static bool IsEgress(int field) => field is Msg.Flow.EgressAllowedByFieldNumber or Msg.Flow.EgressDeniedByFieldNumber;
}
