using Weir.Lab.Api;
using Weir.Lab.Api.Schema;
using Xunit;

namespace Weir.Unit.Lab;

public sealed class OpenApiV2Tests
{
    [Fact]
    public void It_is_written_once_and_again_when_a_kind_came_or_went()
    {
        var registry = new ResourceRegistry();
        var openApi = new OpenApiV2(registry);
        var before = openApi.Document();

        Assert.Same(before, openApi.Document());
        registry.Replace("gadgets.example.org", [new ResourceKind("example.org", "v1", "gadgets", "Gadget")]);
        var after = openApi.Document();
        registry.Replace("gadgets.example.org", []);

        Assert.Contains("/apis/example.org/v1/namespaces/{namespace}/gadgets/{name}", System.Text.Encoding.UTF8.GetString(after), StringComparison.Ordinal);
        Assert.Equal(before, openApi.Document());
    }
}
