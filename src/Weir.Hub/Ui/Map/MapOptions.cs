using Microsoft.AspNetCore.Http;
using Weir.Hub.Ui.Flows;

namespace Weir.Hub.Ui.Map;

/// <summary>How a map is drawn.</summary>
/// <param name="ByNamespace">Whether a card is a namespace, and not a workload.</param>
/// <param name="ExpandsWorld">Whether the world is split by DNS name, or by network where no name is known.</param>
/// <param name="ShowsSystem">Whether the system's own traffic is shown.</param>
internal sealed record MapOptions(bool ByNamespace, bool ExpandsWorld, bool ShowsSystem)
{
    /// <summary>Reads <c>group</c>, <c>expand</c> and <c>system</c>.</summary>
    /// <exception cref="UiProblem">One of them makes no sense.</exception>
    public static MapOptions Read(IQueryCollection query, UiScope scope)
    {
        var group = query["group"].ToString();
        if (group is not ("" or "workload" or "namespace")) throw new UiProblem($"'group' is '{group}'; give workload or namespace.");

        // Who asks for the system's namespace by name wants to see it.
        return new MapOptions(group == "namespace", query["expand"] == "world", scope.ShowsSystem || scope.Namespaces.Contains("kube-system"));
    }
}
