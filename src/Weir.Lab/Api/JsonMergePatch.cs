using System.Text.Json.Nodes;

namespace Weir.Lab.Api;

/// <summary>RFC 7386: objects merge, null removes, everything else replaces.</summary>
internal static class JsonMergePatch
{
    /// <summary>Changes <paramref name="target"/> in place.</summary>
    public static void Apply(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            switch (value)
            {
                case null:
                    target.Remove(name);
                    break;
                case JsonObject map:
                    if (target[name] is not JsonObject inner) target[name] = inner = [];
                    Apply(inner, map);
                    break;
                default:
                    target[name] = value.DeepClone();
                    break;
            }
        }
    }
}
