using System.Text;
using System.Text.Json;
using Weir.Hub.Ui.Flows;

namespace Weir.Hub.Ui.Map;

/// <summary>A rule that decided, kept beyond the flow that named it.</summary>
internal sealed record MapRule(byte[] Kind, byte[] Namespace, byte[] Name, byte[] Field, int Index, bool Allows, bool IsEgress)
{
    /// <summary>Keeps a rule.</summary>
    public static MapRule Of(in RuleView rule, bool allows, bool isEgress) =>
        new(rule.Kind.ToArray(), rule.Namespace.ToArray(), rule.Name.ToArray(), rule.Field.ToArray(), rule.Index, allows, isEgress);

    /// <summary>Whether it is this rule.</summary>
    public bool IsEqual(in RuleView rule, bool allows, bool isEgress) =>
        Allows == allows && IsEgress == isEgress && Index == rule.Index && rule.Name.SequenceEqual(Name) && rule.Namespace.SequenceEqual(Namespace) && rule.Kind.SequenceEqual(Kind) && rule.Field.SequenceEqual(Field);

    /// <summary>Its policy's name, with the namespace.</summary>
    public string Policy => Namespace.Length == 0 ? Encoding.UTF8.GetString(Name) : $"{Encoding.UTF8.GetString(Namespace)}/{Encoding.UTF8.GetString(Name)}";

    /// <summary>Writes it as rows have it.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("effect", Allows ? "allow" : "deny");
        json.WriteString("direction", IsEgress ? "egress" : "ingress");
        json.WriteString("kind", Kind);
        json.WriteString("namespace", Namespace);
        json.WriteString("name", Name);
        if (Index >= 0)
        {
            json.WriteNumber("rule", Index);
            json.WriteString("field", Field);
        }

        json.WriteEndObject();
    }
}
