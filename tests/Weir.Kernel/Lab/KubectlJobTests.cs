using Xunit;

namespace Weir.Kernel.Lab;

/// <summary>Jobs, made, waited for and looked at by the stock command line.</summary>
public sealed class KubectlJobTests(KubectlLab lab) : IClassFixture<KubectlLab>
{
    [Fact]
    public async Task A_job_completes_and_is_waited_for()
    {
        await lab.KubectlAsync("create", "job", "pi", "--image=busybox", "--", "echo", "3.14");
        Assert.Contains("condition met", await lab.KubectlAsync("wait", "--for=condition=complete", "job/pi", "--timeout=60s"), StringComparison.Ordinal);

        Assert.Equal("3.14\n", await lab.KubectlAsync("logs", "job/pi"));
        var described = await lab.KubectlAsync("describe", "job", "pi");
        Assert.Matches("Pods Statuses: +0 Active .*/ 1 Succeeded / 0 Failed", described);
        Assert.Contains("Job completed", described, StringComparison.Ordinal);
        await lab.KubectlAsync("delete", "job", "pi");
    }

    [Fact]
    public async Task A_job_that_fails_too_often_is_failed()
    {
        await File.WriteAllTextAsync(Path.Combine(lab.Folder, "bad.yaml"), """
            apiVersion: batch/v1
            kind: Job
            metadata: { name: bad }
            spec:
              backoffLimit: 0
              template: { spec: { restartPolicy: Never, containers: [{ name: c, image: busybox, command: ["false"] }] } }
            """, TestContext.Current.CancellationToken);
        await lab.KubectlAsync("apply", "-f", "bad.yaml");

        await lab.KubectlAsync("wait", "--for=condition=failed", "job/bad", "--timeout=60s");
        Assert.Equal("BackoffLimitExceeded", await lab.KubectlAsync("get", "job", "bad", "-o", "jsonpath={.status.conditions[?(@.type==\"Failed\")].reason}"));
    }

    [Fact]
    public async Task Several_completions_run_side_by_side()
    {
        await File.WriteAllTextAsync(Path.Combine(lab.Folder, "many.yaml"), """
            apiVersion: batch/v1
            kind: Job
            metadata: { name: many }
            spec:
              completions: 4
              parallelism: 2
              template: { spec: { restartPolicy: Never, containers: [{ name: c, image: busybox, command: ["true"] }] } }
            """, TestContext.Current.CancellationToken);
        await lab.KubectlAsync("apply", "-f", "many.yaml");

        await lab.KubectlAsync("wait", "--for=condition=complete", "job/many", "--timeout=60s");
        Assert.Equal("4", await lab.KubectlAsync("get", "job", "many", "-o", "jsonpath={.status.succeeded}"));
        await File.WriteAllTextAsync(Path.Combine(lab.Folder, "tick.yaml"), """
            apiVersion: batch/v1
            kind: CronJob
            metadata: { name: tick }
            spec:
              schedule: "0 0 1 1 *"
              jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: c, image: busybox, command: ["true"] }] } } } }
            """, TestContext.Current.CancellationToken);
        await lab.KubectlAsync("apply", "-f", "tick.yaml");
        await lab.KubectlAsync("create", "job", "tock", "--from=cronjob/tick");
        await lab.KubectlAsync("wait", "--for=condition=complete", "job/tock", "--timeout=60s");
    }
}
