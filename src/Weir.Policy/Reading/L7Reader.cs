using Weir.Model;
using Weir.Policy.Rules;

namespace Weir.Policy.Reading;

/// <summary>Reads <c>rules</c> and <c>serverNames</c> of an item of <c>toPorts</c>.</summary>
internal static class L7Reader
{
    /// <summary>What may be said; null where nothing limits it.</summary>
    public static L7Spec? Read(Field portRule, IReadOnlyList<PortRange> ports, bool ingress)
    {
        var names = portRule["serverNames"].ListOf(n => n.Text()) ?? [];
        var rules = portRule["rules"];
        L7Spec? spec = null;
        if (rules.IsObject())
        {
            rules.Only("http", "kafka", "dns", "l7proto", "l7");
            if (!rules.Node!.Fields.Any(f => f.Value.Kind != Documents.NodeKind.Null))
                rules.Schema("The object is empty and limits nothing. Give http or dns rules, or remove it.");
            spec = ReadRules(rules, ports, ingress);
        }

        if (names.Count > 0)
        {
            if (spec is not null && portRule["terminatingTLS"].IsMissing)
                portRule["serverNames"].Invalid("serverNames are not allowed beside L7 rules without TLS termination: what is encrypted cannot be read. Make an item of toPorts of each.");
            if (names.Any(n => n.Length == 0)) portRule["serverNames"].Invalid("A server name is empty.");
            spec ??= new L7Spec("tls") { ServerNames = names };
        }

        if (spec is null) return null;
        foreach (var port in ports)
        {
            if (spec.Parser == "dns") continue;
            if (port.Name is null && port.First == 0 && spec.Parser != "tls") rules.Invalid("L7 rules cannot be used on port 0 (every port). Name the port.");
            if (port.Protocol != IpProtocol.Tcp && spec.Parser != "tls")
                rules.Invalid($"L7 rules other than dns apply to TCP only, not to {port}. Write protocol: TCP.");
        }

        return spec;
    }

    private static L7Spec? ReadRules(Field rules, IReadOnlyList<PortRange> ports, bool ingress)
    {
        var http = rules["http"].ListOf(ReadHttp);
        var dns = rules["dns"].ListOf(d => NameReader.Read(d));
        var kafka = rules["kafka"].Items();
        var parser = rules["l7proto"].Text();
        var other = rules["l7"].Items();
        foreach (var item in kafka ?? []) ReadKafka(item);
        if (kafka is { Count: > 0 }) rules["kafka"].Unsupported("Weir does not read Kafka. Allow the port without rules, or deny it.");
        if (!string.IsNullOrEmpty(parser)) rules["l7proto"].Unsupported("Weir has no L7 parsers of the user's own. Use http or dns rules.");
        if (other is { Count: > 0 } && string.IsNullOrEmpty(parser)) rules["l7"].Invalid("'l7' may only be written beside 'l7proto'.");
        var kinds = (http is null ? 0 : 1) + (dns is null ? 0 : 1) + (kafka is null ? 0 : 1) + (string.IsNullOrEmpty(parser) ? 0 : 1);
        if (kinds > 1) rules.Invalid("Rules of more than one L7 protocol stand together. Make an item of toPorts of each.");
        if (dns is { Count: > 0 })
        {
            if (ingress) rules["dns"].Invalid("DNS rules are allowed on egress only.");
            if (ports.Count == 0) rules["dns"].Invalid("DNS rules need port 53: write it under ports.");
            if (ports.Any(p => p.Last > p.First)) rules["dns"].Invalid("DNS rules do not support port ranges. Name port 53.");
            if (ports.Any(p => p.Protocol == IpProtocol.Sctp)) rules["dns"].Unsupported("DNS is not spoken over SCTP. Write UDP, TCP or ANY.");
            if (ports.Any(p => p.Name is null && p.First == 0)) rules["dns"].Invalid("L7 rules cannot be used on port 0 (every port). Name port 53.");
        }

        if (http is { Count: > 0 }) return new L7Spec("http") { Http = http };
        if (dns is { Count: > 0 }) return new L7Spec("dns") { Dns = dns };
        if (kafka is { Count: > 0 }) return new L7Spec("kafka") { Other = [.. kafka.Select(Write)] };
        return string.IsNullOrEmpty(parser) ? null : new L7Spec(parser) { Other = [.. (other ?? []).Select(Write)] };
    }

    private static HttpRule? ReadHttp(Field field)
    {
        if (!field.IsObject()) return null;
        field.Only("path", "method", "host", "headers", "headerMatches");
        CheckPattern(field["path"]);
        CheckPattern(field["method"]);
        var matches = field["headerMatches"].ListOf(ReadHeaderMatch) ?? [];
        return new HttpRule(Value(field["path"]), Value(field["method"]), Value(field["host"]))
        {
            Headers = field["headers"].ListOf(h => h.Text()) ?? [],
            HeaderMatches = matches,
        };
    }

    private static HeaderMatch? ReadHeaderMatch(Field field)
    {
        if (!field.IsObject()) return null;
        field.Only("name", "value", "mismatch", "secret");
        var name = field["name"].Text() ?? "";
        if (name.Length == 0) field["name"].Invalid("The header's name is missing.");
        var mismatch = field["mismatch"].Text() ?? "";
        if (mismatch is not ("" or "LOG" or "ADD" or "DELETE" or "REPLACE"))
            field["mismatch"].Invalid($"Found {field["mismatch"].Found}; expected LOG, ADD, DELETE or REPLACE, or no such field to refuse the request.");
        var secret = field["secret"];
        if (secret.IsObject())
        {
            secret.Only("namespace", "name");
            if (string.IsNullOrEmpty(secret["name"].Text())) secret["name"].Invalid("The secret's name is missing.");
            secret.Unsupported("Weir does not read header values from secrets. Write the value, or leave the header out.");
        }

        return new HeaderMatch(name, field["value"].Text() ?? "", mismatch, secret.IsMissing ? "" : secret["name"].Text() ?? "");
    }

    private static void CheckPattern(Field field)
    {
        if (field.Text() is { Length: > 0 } pattern && LinearPattern.Check(pattern) is { } fault) field.Invalid($"'{pattern}' is no pattern: {fault}");
    }

    private static void ReadKafka(Field field)
    {
        if (!field.IsObject()) return;
        field.Only("role", "apiKey", "apiVersion", "clientID", "topic");
        string role = field["role"].Text() ?? "", key = field["apiKey"].Text() ?? "", version = field["apiVersion"].Text() ?? "";
        if (role.Length > 0 && key.Length > 0) field.Invalid("role and apiKey cannot be set together.");
        if (role.Length > 0 && role is not ("produce" or "consume")) field["role"].Invalid($"Found {field["role"].Found}; expected produce or consume.");
        if (key.Length > 0 && !KafkaKeys.Contains(key)) field["apiKey"].Invalid($"Found {field["apiKey"].Found}; expected the name of a Kafka request such as produce or fetch.");
        if (version.Length > 0 && !short.TryParse(version, out _)) field["apiVersion"].Invalid($"Found {field["apiVersion"].Found}; expected a number in quotes.");
        var topic = field["topic"].Text() ?? "";
        if (topic.Length > 255 || topic.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-')))
            field["topic"].Invalid("A topic has at most 255 letters, digits, '.', '_' and '-'.");
    }

    private static readonly HashSet<string> KafkaKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        "produce", "fetch", "offsets", "metadata", "leaderandisr", "stopreplica", "updatemetadata", "controlledshutdown",
        "offsetcommit", "offsetfetch", "findcoordinator", "joingroup", "heartbeat", "leavegroup", "syncgroup",
        "describegroups", "listgroups", "saslhandshake", "apiversions", "createtopics", "deletetopics", "deleterecords",
        "initproducerid", "offsetforleaderepoch", "addpartitionstotxn", "addoffsetstotxn", "endtxn", "writetxnmarkers",
        "txnoffsetcommit", "describeacls", "createacls", "deleteacls", "describeconfigs", "alterconfigs",
    };

    private static string? Value(Field field) => field.Text() is { Length: > 0 } text ? text : null;

    private static string Write(Field field) =>
        "{" + string.Join(",", field.Entries().Select(e => $"\"{e.Name}\":\"{e.Value.Node?.Text}\"")) + "}";
}
