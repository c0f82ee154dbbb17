using System.Diagnostics;
using System.Net;
using Weir.Cluster;
using Weir.Lab.Api;
using Weir.Lab.Controllers;
using Xunit;

namespace Weir.Unit.Lab;

/// <summary>The stock command line against the server. Skipped, with the reason, where the machine has none.</summary>
public sealed class KubectlTests : IAsyncLifetime
{
    private const string Manifest = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: store-front, namespace: pets }
        spec:
          replicas: 2
          selector: { matchLabels: { app: store-front } }
          template:
            metadata: { labels: { app: store-front } }
            spec: { containers: [{ name: store-front, image: "pets/store-front:v1", ports: [{ containerPort: 8080 }] }] }
        ---
        apiVersion: v1
        kind: Service
        metadata: { name: store-front, namespace: pets }
        spec: { type: LoadBalancer, selector: { app: store-front }, ports: [{ port: 80, targetPort: 8080 }] }
        ---
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata: { name: allow-front, namespace: pets }
        spec: { endpointSelector: { matchLabels: { app: store-front } }, ingress: [{}] }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("weir-kubectl-");
    private ApiServer _server = null!;
    private KubernetesConnection _connection = null!;
    private Running _controllers = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = new ApiServer(new ApiServerOptions { Loopback = new IPEndPoint(IPAddress.Loopback, 0) });
        await _server.StartAsync(Ct);
        _connection = KubernetesConnection.Open($"http://127.0.0.1:{_server.Port}");
        var controllers = new LabControllers(_connection);
        await controllers.PrepareAsync(Ct);
        _controllers = new Running(controllers.RunAsync);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "m.yaml"), Manifest, Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _controllers.DisposeAsync();
        _connection.Dispose();
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task What_people_type_first_works()
    {
        await PetsAsync();
        Assert.Equal(
            "deployment.apps/store-front unchanged\nservice/store-front unchanged\nciliumnetworkpolicy.cilium.io/allow-front unchanged\n",
            await KubectlAsync("apply", "-f", "m.yaml"));

        Assert.Matches("""NAME +AGE +VALID""", await KubectlAsync("get", "cnp", "-n", "pets"));
        Assert.Matches("store-front +LoadBalancer +10\\.0\\.0\\.11 +198\\.51\\.100\\.1", await KubectlAsync("get", "svc", "-n", "pets"));
        Assert.Contains("deployment.apps/store-front", await KubectlAsync("get", "all", "-n", "pets"), StringComparison.Ordinal);
        Assert.Contains("StrategyType:           RollingUpdate", await KubectlAsync("describe", "deploy", "store-front", "-n", "pets"), StringComparison.Ordinal);
        Assert.Contains("FIELD: strategy <DeploymentStrategy>", await KubectlAsync("explain", "deployment.spec.strategy"), StringComparison.Ordinal);
        Assert.Equal("yes\n", await KubectlAsync("auth", "can-i", "create", "pods"));
    }

    [Fact]
    public async Task Fields_are_explained_with_their_types_what_they_are_for_and_what_must_be_there()
    {
        var containers = await KubectlAsync("explain", "pod.spec.containers");
        Assert.Matches("""(?s)FIELD: containers <\[\]Container>.*The containers, at least one.*name\s+<string> -required-\s+Its name within the pod""", containers);
        Assert.Matches("""imagePullPolicy\s+<string>\s+enum: Always, IfNotPresent, Never""", containers);
        Assert.Matches("""toFQDNs\s+<\[\]Object>""", await KubectlAsync("explain", "cnp.spec.egress"));
        Assert.Matches("""(?s)includefilters\s+<\[\]Object> -required-.*namespacedPod\s+<\[\]string>""", await KubectlAsync("explain", "containernetworklog", "--recursive"));
        Assert.Matches("""maxSurge\s+<(string|IntOrString)>""", await KubectlAsync("explain", "deployment.spec.strategy", "--recursive"));
    }

    [Fact]
    public async Task Changes_in_every_form_arrive()
    {
        await PetsAsync();
        await KubectlAsync("label", "cnp", "allow-front", "-n", "pets", "a=b");
        await KubectlAsync("scale", "deploy", "store-front", "-n", "pets", "--replicas=3");
        await KubectlAsync("set", "image", "deploy/store-front", "store-front=pets/store-front:v2", "-n", "pets");
        await KubectlAsync("patch", "svc", "store-front", "-n", "pets", "--type=json", "-p", """[{"op":"replace","path":"/spec/ports/0/port","value":81}]""");
        await KubectlAsync("create", "configmap", "x", "--from-literal=a=b");
        await KubectlAsync("create", "deployment", "web", "--image=nginx", "--replicas=2");

        Assert.Equal("3 pets/store-front:v2", await KubectlAsync(
            "get", "deploy", "store-front", "-n", "pets", "-o", "jsonpath={.spec.replicas} {.spec.template.spec.containers[0].image}"));
        Assert.Equal("81", await KubectlAsync("get", "svc", "store-front", "-n", "pets", "-o", "jsonpath={.spec.ports[0].port}"));
        Assert.Equal("b", await KubectlAsync("get", "cm", "x", "-o", "jsonpath={.data.a}"));
        Assert.Equal("2", await KubectlAsync("get", "deploy", "web", "-o", "jsonpath={.spec.replicas}"));
        await KubectlAsync("delete", "-f", "m.yaml");
        Assert.Contains("NotFound", await FailAsync("get", "deploy", "store-front", "-n", "pets"), StringComparison.Ordinal);
        await KubectlAsync("delete", "ns", "pets");
    }

    [Fact]
    public async Task Rights_that_are_given_by_the_command_line_hold()
    {
        await KubectlAsync("create", "ns", "pets");
        await KubectlAsync("create", "role", "reader", "-n", "pets", "--verb=get,list", "--resource=pods");
        await KubectlAsync("create", "rolebinding", "readers", "-n", "pets", "--role=reader", "--user=jane");
        await KubectlAsync("create", "clusterrolebinding", "viewers", "--clusterrole=view", "--group=vets");

        Assert.Equal("", await KubectlAsync("get", "pods", "-n", "pets", "--as", "jane"));
        Assert.Equal(
            "Error from server (Forbidden): pods is forbidden: User \"jane\" cannot list resource \"pods\" in API group \"\" in the namespace \"default\"\n",
            await FailAsync("get", "pods", "--as", "jane"));
        Assert.Equal("", await KubectlAsync("get", "deploy", "--as", "kim", "--as-group", "vets"));
        Assert.Equal("yes\n", await KubectlAsync("auth", "can-i", "list", "pods", "-n", "pets", "--as", "jane"));
        Assert.Contains("vets", await KubectlAsync("auth", "whoami", "--as", "kim", "--as-group", "vets"), StringComparison.Ordinal);
        Assert.Matches("""pods +\[\] +\[\] +\[get list\]""", await KubectlAsync("auth", "can-i", "--list", "-n", "pets", "--as", "jane"));
        Assert.Matches("""readers +Role/reader +""", await KubectlAsync("get", "rolebindings", "-n", "pets"));
    }

    [Theory]
    [InlineData("kind: Deployment\napiVersion: apps/v1\nmetadata: {name: d}\nspec: {replicass: 1}", "strict decoding error: unknown field \"spec.replicass\"")]
    [InlineData("kind: Deployment\napiVersion: apps/v1\nmetadata: {name: d}\nspec: {replicas: three}", "cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32")]
    [InlineData("kind: Nothing\napiVersion: v1\nmetadata: {name: d}", "no matches for kind \"Nothing\" in version \"v1\"")]
    [InlineData("kind: ConfigMap\napiVersion: v1\nmetadata: {name: Upper}", "a lowercase RFC 1123 subdomain must consist of")]
    public async Task Bad_input_is_refused_in_the_words_of_a_real_server(string manifest, string expected)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "bad.yaml"), manifest, Ct);
        Assert.Contains(expected, await FailAsync("apply", "-f", "bad.yaml"), StringComparison.Ordinal);
    }

    private async Task PetsAsync()
    {
        Assert.Equal("namespace/pets created\n", await KubectlAsync("create", "ns", "pets"));
        Assert.Contains("allow-front created", await KubectlAsync("apply", "-f", "m.yaml"), StringComparison.Ordinal);
    }

    private async Task<string> KubectlAsync(params string[] arguments)
    {
        var (code, output, error) = await RunAsync(arguments);
        Assert.True(code == 0, $"kubectl {string.Join(' ', arguments)}: exit {code}\n{output}{error}");
        return output;
    }

    private async Task<string> FailAsync(params string[] arguments)
    {
        var (code, _, error) = await RunAsync(arguments);
        Assert.NotEqual(0, code);
        return error;
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(string[] arguments)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(p => Path.Combine(p, "kubectl")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, "no kubectl on this machine");
        var start = new ProcessStartInfo(path!, [$"--server=http://127.0.0.1:{_server.Port}", .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder.FullName,
        };

        // Its own home: no cache and no context of the user's.
        start.Environment["HOME"] = _folder.FullName;
        start.Environment["KUBECONFIG"] = "/dev/null";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Ct);
        var error = process.StandardError.ReadToEndAsync(Ct);
        await process.WaitForExitAsync(Ct);
        return (process.ExitCode, await output, await error);
    }
}
