using Weir.Lab.Manifests;
using Weir.Lab.Pods;
using Xunit;

namespace Weir.Unit.Lab;

public sealed class PodSpecTests
{
    [Fact]
    public void What_a_pod_leaves_out_has_Kubernetes_defaults()
    {
        var spec = Read("{ containers: [{ name: a, image: busybox }] }");

        Assert.Equal(("Always", "ClusterFirst", true, "one", TimeSpan.FromSeconds(30), false),
            (spec.RestartPolicy, spec.DnsPolicy, spec.ServiceLinks, spec.Hostname, spec.Grace, spec.IsDeleted));
        var container = Assert.Single(spec.Containers);
        Assert.Null(container.Command);
        Assert.Equal("/", container.WorkingFolder);
        Assert.Null(container.ReadinessProbe);
    }

    [Fact]
    public void Probes_have_their_numbers_and_ports_may_be_named()
    {
        var spec = Read("""
            { containers: [
              { name: a, readinessProbe: { httpGet: { path: /health, port: 80 }, periodSeconds: 3, failureThreshold: 1 }, startupProbe: { exec: { command: [x, y] } } },
              { name: b, ports: [{ name: amqp, containerPort: 5672 }], readinessProbe: { tcpSocket: { port: amqp } }, livenessProbe: { grpc: { port: 1 } } }] }
            """);

        var http = spec.Containers[0].ReadinessProbe!;
        Assert.Equal((80, "/health", TimeSpan.FromSeconds(3), 1L), (http.Port, http.HttpPath, http.Period, http.FailureThreshold));
        Assert.Equal(["x", "y"], spec.Containers[0].StartupProbe!.Command!);
        var tcp = spec.Containers[1].ReadinessProbe!;
        Assert.Equal((5672, null, TimeSpan.FromSeconds(10), 3L), (tcp.Port, tcp.HttpPath, tcp.Period, tcp.FailureThreshold));
        Assert.Null(spec.Containers[1].LivenessProbe);
        Assert.Equal(["spec.containers[1].livenessProbe.grpc"], spec.Unknown);
    }

    [Fact]
    public void A_volume_that_the_lab_lacks_is_kept_with_the_reason()
    {
        var spec = Read("{ containers: [], volumes: [{ name: a, hostPath: { path: /x } }, { name: b, emptyDir: {} }, { name: c, nfs: { server: s } }] }");

        Assert.Equal(("/x", null), (spec.Volumes["a"].HostPath, spec.Volumes["a"].Problem));
        Assert.Equal((null, null), (spec.Volumes["b"].HostPath, spec.Volumes["b"].Problem));
        Assert.Equal("volume 'c' is of kind nfs; the lab provides configMap, downwardAPI, emptyDir, hostPath, projected and secret", spec.Volumes["c"].Problem);
    }

    [Theory]
    [InlineData("$(A)/x", "1/x")]
    [InlineData("$(UNKNOWN)", "$(UNKNOWN)")]
    [InlineData("$$(A) $$", "$(A) $")]
    public void A_variable_may_name_those_before_it(string text, string expected) =>
        Assert.Equal(expected, ContainerEnvironment.Expand(text, new Dictionary<string, string> { ["A"] = "1" }));

    [Fact]
    public void A_container_that_failed_to_pull_shows_why_and_one_that_ended_shows_how()
    {
        var spec = Read("{ containers: [{ name: a, image: nginx }] }").Containers[0];
        var waiting = new ContainerState { WaitingReason = "ErrImagePull", WaitingMessage = "there is no image" }.ToJson(spec);
        Assert.Equal("{\"waiting\":{\"reason\":\"ErrImagePull\",\"message\":\"there is no image\"}}", waiting["state"]!.ToJsonString());

        var end = new ContainerEnd(3, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddSeconds(2));
        var over = new ContainerState { LastEnd = end, IsOver = true }.ToJson(spec);
        Assert.Equal(3, (int)over["state"]!["terminated"]!["exitCode"]!);
        Assert.Equal("1970-01-01T00:00:02Z", (string?)over["state"]!["terminated"]!["finishedAt"]);
        var again = new ContainerState { LastEnd = end, WaitingReason = "CrashLoopBackOff", Restarts = 1 }.ToJson(spec);
        Assert.Equal("CrashLoopBackOff", (string?)again["state"]!["waiting"]!["reason"]);
        Assert.Equal(3, (int)again["lastState"]!["terminated"]!["exitCode"]!);
    }

    private static PodSpec Read(string spec)
    {
        var pod = ManifestReader.Read($"{{ apiVersion: v1, kind: Pod, metadata: {{ name: one, namespace: pets, uid: u }}, spec: {spec} }}")[0];
        return PodSpec.Read(pod);
    }
}
