using System.Text.Json.Nodes;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Lab.Manifests;
using Xunit;

namespace Weir.Unit.Lab;

/// <summary>Kinds that come, change and go while the server runs.</summary>
public sealed class CustomKindTests : IAsyncLifetime
{
    private const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private const string Boats = "/apis/sea.example/v1/namespaces/default/boats";

    private const string Definition = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: { name: boats.sea.example }
        spec:
          group: sea.example
          scope: Namespaced
          names: { kind: Boat, plural: boats, shortNames: [bt], categories: [all] }
          versions:
            - name: v1
              served: true
              storage: true
              subresources:
                status: {}
                scale: { specReplicasPath: .spec.crew, statusReplicasPath: .status.crew }
              selectableFields: [{ jsonPath: .spec.flag }]
              additionalPrinterColumns:
                - { name: Crew, type: integer, jsonPath: .spec.crew }
                - { name: Afloat, type: string, jsonPath: ".status.conditions[?(@.type=='Afloat')].status" }
              schema:
                openAPIV3Schema:
                  type: object
                  properties:
                    spec:
                      type: object
                      required: [crew]
                      properties:
                        crew: { type: integer, minimum: 1, maximum: 9 }
                        flag: { type: string, enum: [red, blue], default: red }
                        name: { type: string, pattern: "^[a-z]+$", maxLength: 5 }
                        ports: { type: array, x-kubernetes-list-type: set, items: { type: string } }
                        masts:
                          type: array
                          x-kubernetes-list-type: map
                          x-kubernetes-list-map-keys: [name]
                          items: { type: object, required: [name], properties: { name: { type: string }, height: { type: integer } } }
                        draft: { x-kubernetes-int-or-string: true }
                        cargo: { type: object, x-kubernetes-preserve-unknown-fields: true }
                        notes: { type: object, additionalProperties: { type: string } }
                    status: { type: object, x-kubernetes-preserve-unknown-fields: true }
            - name: v1beta1
              served: true
              storage: false
              schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
        """;

    private LabServer _lab = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _lab = await LabServer.StartAsync(onDisk: true);
        await _lab.CreateAsync(Definitions, ManifestReader.Read(Definition)[0].ToJsonString());
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task A_kind_is_there_as_soon_as_its_definition_is_and_survives_a_restart()
    {
        var made = await _lab.GetAsync($"{Definitions}/boats.sea.example");
        Assert.Equal(["NamesAccepted", "Established"], made.Items("status", "conditions").Where(c => c.Text("status") == "True").Select(c => c.Text("type")));
        Assert.Equal(("boat", "BoatList"), (made.Text("status", "acceptedNames", "singular"), made.Text("status", "acceptedNames", "listKind")));

        await _lab.CreateAsync(Boats, """{"metadata":{"name":"a"},"spec":{"crew":2}}""");
        var resources = (await _lab.GetAsync("/apis/sea.example/v1")).Items("resources").Select(r => r.Text("name")).ToList();
        Assert.Equal(["boats", "boats/status", "boats/scale"], resources);
        Assert.NotNull((await _lab.GetAsync("/openapi/v3/apis/sea.example/v1")).At("paths", "/apis/sea.example/v1/namespaces/{namespace}/boats"));

        await _lab.DownAsync();
        await _lab.UpAsync();
        Assert.Equal("red", (await _lab.GetAsync($"{Boats}/a")).Text("spec", "flag"));
        Assert.Equal("sea.example/v1beta1", (await _lab.GetAsync($"{Boats.Replace("/v1/", "/v1beta1/", StringComparison.Ordinal)}/a")).Text("apiVersion"));
    }

    [Fact]
    public async Task A_definition_goes_with_all_its_objects_once_their_finalizers_let_them()
    {
        await _lab.CreateAsync(Boats, """{"metadata":{"name":"a"},"spec":{"crew":2}}""");
        await _lab.CreateAsync(Boats, """{"metadata":{"name":"b","finalizers":["x.example/y"]},"spec":{"crew":2}}""");
        await _lab.DeleteAsync($"{Definitions}/boats.sea.example");

        Assert.Equal("b", Assert.Single((await _lab.GetAsync(Boats)).Items("items")).Text("metadata", "name"));
        var refused = await Assert.ThrowsAsync<ApiRefusedException>(() => _lab.CreateAsync(Boats, """{"metadata":{"name":"c"},"spec":{"crew":2}}"""));
        Assert.Equal((405, "create not allowed while custom resource definition is terminating"), (refused.Code, refused.Message));

        await _lab.MergeAsync($"{Boats}/b", """{"metadata":{"finalizers":null}}""");
        await Eventually.HoldsAsync(async () => await CodeAsync($"{Definitions}/boats.sea.example") == 404, "the definition goes");
        Assert.Equal(404, await CodeAsync(Boats));
    }

    [Theory]
    [InlineData("""{"crew":"two"}""", "spec.crew: Invalid value: \"string\": spec.crew in body must be of type integer: \"string\"")]
    [InlineData("""{}""", "spec.crew: Required value")]
    [InlineData("""{"crew":0}""", "spec.crew: Invalid value: 0: spec.crew in body should be greater than or equal to 1")]
    [InlineData("""{"crew":10}""", "spec.crew: Invalid value: 10: spec.crew in body should be less than or equal to 9")]
    [InlineData("""{"crew":1,"flag":"green"}""", "spec.flag: Unsupported value: \"green\": supported values: \"red\", \"blue\"")]
    [InlineData("""{"crew":1,"name":"A"}""", "spec.name: Invalid value: \"A\": spec.name in body should match '^[a-z]+$'")]
    [InlineData("""{"crew":1,"name":"abcdef"}""", "spec.name: Too long: may not be more than 5 bytes")]
    [InlineData("""{"crew":1,"ports":["a","a"]}""", "spec.ports[1]: Duplicate value: \"a\"")]
    [InlineData("""{"crew":1,"masts":[{"name":"m"},{"name":"m"}]}""", "spec.masts[1]: Duplicate value: map[string]interface {}{\"name\":\"m\"}")]
    [InlineData("""{"crew":1,"masts":[{}]}""", "spec.masts[0].name: Required value")]
    [InlineData("""{"crew":1,"draft":1.5}""", "spec.draft: Invalid value: \"number\": spec.draft in body must be of type integer,string: \"number\"")]
    [InlineData("""{"crew":1,"notes":{"a":1}}""", "spec.notes.a: Invalid value: \"integer\": spec.notes.a in body must be of type string: \"integer\"")]
    public async Task A_value_that_does_not_fit_is_refused_with_its_place(string spec, string expected)
    {
        var fault = await Assert.ThrowsAsync<ApiRefusedException>(() => _lab.CreateAsync(Boats, $$"""{"metadata":{"name":"a"},"spec":{{spec}}}"""));
        Assert.Equal((422, "Invalid", $"Boat.sea.example \"a\" is invalid: {expected}"), (fault.Code, fault.Reason, fault.Message));
    }

    [Fact]
    public async Task Unknown_fields_go_except_where_the_schema_keeps_them()
    {
        var made = await _lab.CreateAsync(Boats, """{"metadata":{"name":"a"},"spec":{"crew":2,"sail":1,"cargo":{"tea":{"tons":3}},"draft":"2m"}}""");
        Assert.Equal("""{"crew":2,"cargo":{"tea":{"tons":3}},"draft":"2m","flag":"red"}""", made["spec"]!.ToJsonString());

        var fault = await Assert.ThrowsAsync<ApiRefusedException>(
            () => _lab.CreateAsync(Boats + "?fieldValidation=Strict", """{"metadata":{"name":"b"},"spec":{"crew":2,"sail":1}}"""));
        Assert.Equal(
            (400, "Boat in version \"v1\" cannot be handled as a Boat: strict decoding error: unknown field \"spec.sail\""), (fault.Code, fault.Message));
    }

    [Fact]
    public async Task Status_and_scale_have_paths_of_their_own_and_fields_select()
    {
        await _lab.CreateAsync(Boats, """{"metadata":{"name":"a"},"spec":{"crew":2,"flag":"blue"},"status":{"crew":9}}""");
        await _lab.CreateAsync(Boats, """{"metadata":{"name":"b"},"spec":{"crew":2}}""");
        Assert.Null((await _lab.GetAsync($"{Boats}/a"))["status"]);

        await _lab.MergeAsync($"{Boats}/a/status", """{"status":{"crew":1},"spec":{"crew":7}}""");
        await _lab.MergeAsync($"{Boats}/a/scale", """{"spec":{"replicas":4}}""");
        var scale = await _lab.GetAsync($"{Boats}/a/scale");
        Assert.Equal((4, 1), (scale.Number("spec", "replicas"), scale.Number("status", "replicas")));
        Assert.Equal("a", Assert.Single((await _lab.GetAsync(Boats + "?fieldSelector=spec.flag=blue")).Items("items")).Text("metadata", "name"));
    }

    [Fact]
    public async Task An_apply_merges_lists_by_the_keys_that_the_definition_names()
    {
        await ApplyAsync("x", """{"apiVersion":"sea.example/v1","kind":"Boat","spec":{"crew":1,"masts":[{"name":"fore","height":3}]}}""");
        var both = await ApplyAsync("y", """{"apiVersion":"sea.example/v1","kind":"Boat","spec":{"masts":[{"name":"main","height":9}]}}""");

        Assert.Equal(["fore", "main"], both.Items("spec", "masts").Select(m => m.Text("name")));
    }

    [Fact]
    public async Task A_name_that_is_taken_is_not_accepted_and_its_kind_not_served()
    {
        var second = ManifestReader.Read(Definition)[0];
        second["metadata"]!["name"] = "ships.sea.example";
        second["spec"]!["names"]!["plural"] = "ships";
        var made = await _lab.CreateAsync(Definitions, second.ToJsonString());

        Assert.Contains(made.Items("status", "conditions"), c => c.Text("type") == "NamesAccepted" && c.Text("reason") == "KindConflict");
        Assert.Equal(404, await CodeAsync("/apis/sea.example/v1/ships"));
    }

    [Fact]
    public async Task A_definition_without_a_schema_or_under_another_name_is_refused()
    {
        var wrong = ManifestReader.Read(Definition)[0];
        wrong["metadata"]!["name"] = "x.example";
        wrong.Items("spec", "versions").First().AsObject().Remove("schema");
        var fault = await Assert.ThrowsAsync<ApiRefusedException>(() => _lab.CreateAsync(Definitions, wrong.ToJsonString()));

        Assert.Contains("metadata.name: Invalid value: \"x.example\": must be spec.names.plural+\".\"+spec.group", fault.Message, StringComparison.Ordinal);
        Assert.Contains("spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_comes_with_weir_is_a_definition_like_any_other()
    {
        var names = (await _lab.GetAsync(Definitions)).Items("items").Select(d => d.Text("metadata", "name")).ToList();
        Assert.Contains("ciliumnetworkpolicies.cilium.io", names);
        Assert.Contains("containernetworklogs.acn.azure.com", names);

        var fault = await Assert.ThrowsAsync<ApiRefusedException>(() => _lab.CreateAsync(
            "/apis/cilium.io/v2/namespaces/default/ciliumnetworkpolicies", """{"metadata":{"name":"p"},"spec":{"endpointSelector":{},"ingresss":[{}]}}"""));
        Assert.Equal(422, fault.Code);
        Assert.Contains("ingresss", fault.Message, StringComparison.Ordinal);
        var log = await Assert.ThrowsAsync<ApiRefusedException>(() => _lab.CreateAsync(
            "/apis/acn.azure.com/v1alpha1/containernetworklogs", """{"metadata":{"name":"l"},"spec":{"includefilters":[{"verdict":["lost"]}]}}"""));
        Assert.Equal(
            "ContainerNetworkLog.acn.azure.com \"l\" is invalid: spec.includefilters[0].verdict[0]: Unsupported value: \"lost\": supported values: \"forwarded\", \"dropped\"",
            log.Message);
    }

    private async Task<int> CodeAsync(string path)
    {
        try
        {
            await _lab.GetAsync(path);
            return 200;
        }
        catch (ApiRefusedException refused)
        {
            return refused.Code;
        }
    }

    private Task<JsonObject> ApplyAsync(string manager, string body) => _lab.Connection.SendAsync(
        HttpMethod.Patch, $"{Boats}/a?fieldManager={manager}", JsonNode.Parse(body), Ct, "application/apply-patch+yaml");
}
