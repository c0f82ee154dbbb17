using System.Text.Json.Nodes;
using Weir.Cluster.Objects;
using Weir.Lab.Manifests;
using Xunit;

namespace Weir.Kernel.Lab;

/// <summary>What a kubelet does for a pod beside running it, seen by the stock command line.</summary>
public sealed class NodeTests(KubectlLab lab) : IClassFixture<KubectlLab>
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Config_maps_secrets_and_the_pods_own_fields_are_variables_and_files_and_follow_changes()
    {
        await ApplyAsync("""
            apiVersion: v1
            kind: ConfigMap
            metadata: { name: settings, namespace: default }
            data: { color: blue, app.conf: "a=1\n" }
            ---
            apiVersion: v1
            kind: Secret
            metadata: { name: keys, namespace: default }
            data: { password: aHVudGVyMg== }
            ---
            apiVersion: v1
            kind: Pod
            metadata: { name: configured, namespace: default, labels: { tier: gold } }
            spec:
              terminationGracePeriodSeconds: 0
              hostname: myhost
              subdomain: mysub
              dnsConfig: { searches: [example.com], options: [{ name: ndots, value: "2" }] }
              containers:
                - name: main
                  image: busybox
                  command: [sh, -c, "echo $(COLOR) $(FROM_password); exec sleep 3600"]
                  resources: { limits: { cpu: 1500m, memory: 64Mi } }
                  envFrom: [{ prefix: FROM_, secretRef: { name: keys } }]
                  env:
                    - { name: COLOR, valueFrom: { configMapKeyRef: { name: settings, key: color } } }
                    - { name: ABSENT, valueFrom: { configMapKeyRef: { name: nope, key: x, optional: true } } }
                    - { name: TIER, valueFrom: { fieldRef: { fieldPath: "metadata.labels['tier']" } } }
                    - { name: CPU, valueFrom: { resourceFieldRef: { resource: limits.cpu } } }
                  volumeMounts:
                    - { name: conf, mountPath: /conf }
                    - { name: conf, mountPath: /one.conf, subPath: app.conf }
                    - { name: all, mountPath: /all }
              volumes:
                - { name: conf, configMap: { name: settings } }
                - name: all
                  projected:
                    defaultMode: 256
                    sources:
                      - secret: { name: keys, items: [{ key: password, path: deep/pw }] }
                      - downwardAPI: { items: [{ path: labels, fieldRef: { fieldPath: metadata.labels } }] }
            """);
        await lab.Started.WaitForPodAsync("configured", s_bound);

        Assert.Equal("gold 2 -\n", await ShellAsync("echo $TIER $CPU $ABSENT-"));
        Assert.Equal("a=1\na=1\nhunter2tier=\"gold\"", await ShellAsync("cat /conf/app.conf /one.conf /all/deep/pw /all/labels"));
        Assert.Equal("400\n", await ShellAsync("stat -L -c %a /all/labels"));
        Assert.Contains("\tmyhost.mysub.default.svc.cluster.local\tmyhost", await ShellAsync("cat /etc/hosts"), StringComparison.Ordinal);
        Assert.Contains("cluster.local example.com\noptions ndots:2", await ShellAsync("cat /etc/resolv.conf"), StringComparison.Ordinal);

        Assert.Equal("blue hunter2\n", await lab.KubectlAsync("logs", "configured"));
        await lab.KubectlAsync("patch", "cm", "settings", "-p", """{"data":{"color":"red"}}""");
        Assert.Equal("red", await ShellAsync("until grep -q red /conf/color; do sleep 0.1; done; cat /conf/color"));

        Task<string> ShellAsync(string line) => lab.KubectlAsync("exec", "configured", "--", "sh", "-c", line);
    }

    [Fact]
    public async Task A_container_that_fails_backs_off_and_its_pod_tells_all()
    {
        await ApplyAsync("""
            apiVersion: v1
            kind: Pod
            metadata: { name: crash, namespace: default }
            spec:
              terminationGracePeriodSeconds: 0
              containers: [{ name: main, image: busybox, command: [sh, -c, "echo run; exit 3"] }]
            """);
        await lab.Started.WaitForAsync("pods", "crash", p => Status(p).Text("state", "waiting", "reason") == "CrashLoopBackOff" && Status(p).Number("restartCount") >= 1, "", s_bound);

        var described = await lab.KubectlAsync("describe", "pod", "crash");
        Assert.Matches(@"Last State: +Terminated\s+Reason: +Error\s+Exit Code: +3", described);
        Assert.Matches(@"Normal +Created +.* kubelet +Created container: main", described);
        Assert.Matches(@"Warning +BackOff +.* kubelet +Back-off restarting failed container main in pod crash_default\(", described);
        Assert.Equal("run\n", await lab.KubectlAsync("logs", "crash", "--previous"));
        Assert.Contains("Scheduled", await lab.KubectlAsync("events", "--for", "pod/crash"), StringComparison.Ordinal);
        Assert.Contains("pod/crash", await lab.KubectlAsync("get", "events"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probes_decide_over_readiness_and_life()
    {
        await ApplyAsync("""
            apiVersion: v1
            kind: Pod
            metadata: { name: probed, namespace: default }
            spec:
              terminationGracePeriodSeconds: 0
              containers:
                - name: main
                  image: busybox
                  command: [sh, -c, "exec sleep 3600"]
                  startupProbe: { exec: { command: [test, -e, /tmp/started] }, periodSeconds: 1, failureThreshold: 100 }
                  readinessProbe: { exec: { command: [test, -e, /tmp/ready] }, periodSeconds: 1, failureThreshold: 1 }
                  livenessProbe: { exec: { command: [sh, -c, "test ! -e /tmp/sick || { echo feeling bad; exit 1; }"] }, periodSeconds: 1, failureThreshold: 2 }
            """);
        await lab.Started.WaitForAsync("pods", "probed", p => Status(p).Text("state", "running", "startedAt") is not null, "", s_bound);
        Assert.False(Status(await lab.Started.GetAsync("/api/v1/namespaces/default/pods/probed")).Flag("started"));

        await lab.KubectlAsync("exec", "probed", "--", "touch", "/tmp/started", "/tmp/ready");
        await lab.Started.WaitForPodAsync("probed", s_bound);
        await lab.KubectlAsync("exec", "probed", "--", "rm", "/tmp/ready");
        await lab.Started.WaitForAsync("pods", "probed", p => Status(p).Flag("ready") == false, "", s_bound);
        await lab.KubectlAsync("exec", "probed", "--", "touch", "/tmp/sick");
        await lab.Started.WaitForAsync("pods", "probed", p => Status(p).Number("restartCount") == 1, "", s_bound);

        Assert.Equal(137, Status(await lab.Started.GetAsync("/api/v1/namespaces/default/pods/probed")).Number("lastState", "terminated", "exitCode"));
        var events = await lab.KubectlAsync("events", "--for", "pod/probed");
        Assert.Contains("Liveness probe failed: feeling bad", events, StringComparison.Ordinal);
        Assert.Contains("Container main failed liveness probe, will be restarted", events, StringComparison.Ordinal);
        Assert.Contains("Readiness probe failed:", events, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Init_containers_go_first_sidecars_stay_and_hooks_run()
    {
        await ApplyAsync("""
            apiVersion: v1
            kind: Pod
            metadata: { name: staged, namespace: default }
            spec:
              restartPolicy: Never
              terminationGracePeriodSeconds: 10
              securityContext: { runAsUser: 1000 }
              initContainers:
                - { name: first, image: busybox, command: [sh, -c, "echo first >> /shared/order"], volumeMounts: [{ name: shared, mountPath: /shared }] }
                - { name: beside, image: busybox, restartPolicy: Always, command: [sh, -c, "echo beside >> /shared/order; exec sleep 3600"], volumeMounts: [{ name: shared, mountPath: /shared }] }
              containers:
                - name: main
                  image: busybox
                  command: [sh, -c, "until test -e /shared/go; do sleep 0.1; done; id -u; cat /shared/order"]
                  lifecycle: { postStart: { exec: { command: [sh, -c, "echo hook >> /shared/order; touch /shared/go"] } } }
                  volumeMounts: [{ name: shared, mountPath: /shared }]
              volumes: [{ name: shared, hostPath: { path: FOLDER } }]
              hostPID: true
            """.Replace("FOLDER", Shared(), StringComparison.Ordinal));
        await lab.Started.WaitForAsync("pods", "staged", p => p.Text("status", "phase") == "Succeeded", "", s_bound);

        Assert.Equal("1000\nfirst\nbeside\nhook\n", await lab.KubectlAsync("logs", "staged", "-c", "main"));
        Assert.Contains("spec.hostPID is not supported by the lab and is ignored", await lab.KubectlAsync("describe", "pod", "staged"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pod_that_waits_for_its_volume_says_so_and_starts_when_it_comes()
    {
        await ApplyAsync("""
            apiVersion: v1
            kind: Pod
            metadata: { name: waiting, namespace: default }
            spec:
              terminationGracePeriodSeconds: 0
              containers: [{ name: main, image: busybox, command: [sleep, "3600"], volumeMounts: [{ name: late, mountPath: /late }] }]
              volumes: [{ name: late, configMap: { name: late } }]
            """);
        await lab.Started.WaitForListAsync(
            "/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3Dwaiting",
            all => all.Any(e => e.Text("reason") == "FailedMount" && e.Text("message") == "MountVolume.SetUp failed for volume \"late\" : configmap \"late\" not found"),
            s_bound);
        Assert.Contains("container \"main\" in pod \"waiting\" is waiting to start: ContainerCreating", (await lab.RunAsync(null, "logs", "waiting")).Error, StringComparison.Ordinal);

        await lab.KubectlAsync("create", "configmap", "late", "--from-literal=a=b");
        await lab.Started.WaitForPodAsync("waiting", s_bound);
        Assert.Equal("b", await lab.KubectlAsync("exec", "waiting", "--", "cat", "/late/a"));
    }

    private static JsonNode? Status(JsonObject pod) => pod.Items("status", "containerStatuses").FirstOrDefault();

    private string Shared()
    {
        var folder = Directory.CreateDirectory(Path.Combine(lab.Folder, "shared"));
        File.SetUnixFileMode(folder.FullName, (UnixFileMode)0x1FF);
        File.SetUnixFileMode(lab.Folder, (UnixFileMode)0x1ED);
        return folder.FullName;
    }

    private async Task ApplyAsync(string manifests) => await new ManifestApplier(lab.Started.Lab.Connection).ApplyAsync(manifests, Stop);
}
