using System.Text.Json.Nodes;
using Weir.FlowLog.Selection;
using Weir.Unit.Observe.Metrics;
using Xunit;

namespace Weir.Unit.FlowLog;

public sealed class MetricReaderTests
{
    [Fact]
    public void A_flow_counts_that_fits_an_include_filter_and_no_exclude_filter()
    {
        var selection = Assert.Single(Read("""{"metric":"flow","includeFilters":[{"from":{"namespacedPod":["pets/"]}}],"excludeFilters":[{"to":{"namespacedPod":["kube-system/"]}}]}""").Selections);
        var (inside, toDns, fromDns) = (MetricsScene.Egress(), MetricsScene.Dns(isResponse: false), MetricsScene.Dns(isResponse: true));

        Assert.True(selection.Counts(inside));
        Assert.False(selection.Counts(toDns));
        Assert.False(selection.Counts(fromDns));
    }

    [Fact]
    public void Exclude_filters_alone_leave_everything_else()
    {
        var selection = Assert.Single(Read("""{"metric":"drop","excludeFilters":[{"protocol":["tcp"]}]}""").Selections);

        Assert.False(selection.Counts(MetricsScene.Egress()));
        Assert.True(selection.Counts(MetricsScene.Dns(isResponse: false)));
    }

    [Fact]
    public void Addresses_make_it_depend_on_them() => Assert.True(Assert.Single(Read("""{"metric":"tcp","includeFilters":[{"to":{"ip":["10.0.0.0/8"]}}]}""").Selections).UsesAddresses);

    [Theory]
    [InlineData("""{"metric":"http","includeFilters":[{"protocol":["tcp"]}]}""", "spec.filters[0].metric: 'http' is no metric: expected dns, flow, tcp, drop.")]
    [InlineData("""{"metric":"dns"}""", "spec.filters[0]: There is no filter; give includeFilters, excludeFilters or both.")]
    [InlineData("""{"metric":"dns","includeFilters":[{"protocol":["icmp"]}]}""", "spec.filters[0].includeFilters[0].protocol[0]: 'icmp' is unknown: expected tcp, udp, dns.")]
    [InlineData("""{"metric":"dns","includeFilters":{"protocol":["dns"]}}""", "spec.filters[0].includeFilters: Expected a list.")]
    [InlineData("""{"metric":"dns","excludeFilters":[{"from":{"namespacedPod":["pets"]}}]}""", "spec.filters[0].excludeFilters[0].from.namespacedPod[0]: 'pets' names no pods")]
    public void What_is_wrong_is_named_with_its_place(string filter, string fault) =>
        Assert.StartsWith(fault, Read(filter).Faults[0].ToString(), StringComparison.Ordinal);

    [Fact]
    public void The_resource_has_one_name_and_each_metric_one_entry()
    {
        const string Dns = """{"metric":"dns","includeFilters":[{"protocol":["dns"]}]}""";
        Assert.StartsWith("metadata.name: 'other' is ignored", Assert.Single(Read(Dns, "other").Faults).ToString(), StringComparison.Ordinal);
        Assert.Equal("spec.filters: The metric dns has 2 entries; join them into one.", Assert.Single(Read($"{Dns},{Dns}").Faults).ToString());
    }

    /// <summary>The mistakes of the vendor's own documentation.</summary>
    [Theory]
    [InlineData("""{"metric":"dns","includeFilters":[{"from":null,"labelSelector":{"matchLabels":{"app":"x"}}}]}""", "spec.filters[0].includeFilters[0].labelSelector: labelSelector stands beside from and to")]
    [InlineData("""{"metric":"flow","excludeFilters":[{"from":{"namespacedPod":["kube-system/*"]}}]}""", "spec.filters[0].excludeFilters[0].from.namespacedPod[0]: 'kube-system/*' matches no pod: names are matched by how they begin, and * stands for itself. Write kube-system/.")]
    [InlineData("""{"metric":"drop","includeFilters":[{"verdict":["dropped"],"reason":["Policy denied","Invalid"]}]}""", "spec.filters[0].includeFilters[0].reason: There is no field reason here")]
    [InlineData("""{"metric":"tcp","includeFilters":[{"protocol":["tcp"]},{"from":{"namespacedPod":["prod/"]}}]}""", "spec.filters[0].includeFilters[1]: Items of a list are alternatives")]
    [InlineData("""{"metric":"tcp","includeFilters":[{"name":"all"}]}""", "spec.filters[0].includeFilters[0]: The filter says nothing, so it fits every flow")]
    public void What_is_valid_and_means_something_else_is_pointed_out(string filter, string finding)
    {
        var document = Document(filter, MetricReader.OnlyName);
        MetricReader.Read(document, out var faults);

        Assert.Empty(faults);
        Assert.Contains(MetricLint.Find(document), f => f.ToString().StartsWith(finding, StringComparison.Ordinal));
    }

    [Fact]
    public void A_filter_that_means_what_it_says_has_no_finding() =>
        Assert.Empty(MetricLint.Find(Document("""{"metric":"dns","includeFilters":[{"name":"shop","protocol":["dns"],"from":{"namespacedPod":["pets/"]}}]}""", MetricReader.OnlyName)));

    private static (IReadOnlyList<MetricSelection> Selections, IReadOnlyList<LogFault> Faults) Read(string filters, string name = MetricReader.OnlyName) =>
        (MetricReader.Read(Document(filters, name), out var faults), faults);

    private static JsonObject Document(string filters, string name) =>
        JsonNode.Parse($$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"filters":[{{{filters}}}]}}""")!.AsObject();
}
