using System.Text;
using Weir.Model;
using Weir.Policy.Compile;
using Weir.Policy.Documents;
using Weir.Policy.Lint;
using Weir.Policy.Reading;

namespace Weir.Fuzz;

/// <summary>The YAML reader, the policy reader, the compiler and the linter: whatever the text, none may throw or hang.</summary>
internal static class PolicyTarget
{
    private static readonly LabelSet Subject = IdentityLabels.ForPod("shop", [new("app", "web"), new("tier", "front")], [new("team", "red")], "default");

    public static void Run(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        var repository = new PolicyRepository();
        repository.SetIdentity(new SecurityIdentity(SecurityIdentity.FirstAllocated), Subject);
        foreach (var reading in PolicyReader.ReadText(text))
        {
            if (reading.HasMeaning) repository.Upsert(reading.Policy!);
        }

        var policy = repository.Resolve(new EndpointSubject(Subject));
        for (var port = 0; port < 100; port++)
        {
            Decision.Decide(policy.Ingress, SecurityIdentity.World, IpProtocol.Tcp, (ushort)port, ["www.example.com"]);
            Decision.Decide(policy.Egress, SecurityIdentity.Host, IpProtocol.Udp, (ushort)port);
        }

        Linter.Check([new TextFile("fuzz.yaml", text)]).ToJson();
    }
}
