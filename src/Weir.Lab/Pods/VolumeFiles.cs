using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Pods;

/// <summary>Puts the files of a volume together: keys of config maps and secrets, the pod's own fields, tokens.</summary>
/// <param name="documents">Where they come from.</param>
/// <param name="addresses">The pod's.</param>
/// <param name="node">The pod's node.</param>
internal sealed class VolumeFiles(PodDocuments documents, IReadOnlyList<IPAddress> addresses, int node)
{
    /// <summary>The files by path below the volume.</summary>
    /// <exception cref="LabException">Something that they come from is missing; the message says what.</exception>
    public async Task<SortedDictionary<string, VolumeFile>> BuildAsync(PodVolume volume, CancellationToken cancellation)
    {
        var files = new SortedDictionary<string, VolumeFile>(StringComparer.Ordinal);
        foreach (var source in volume.Sources)
        {
            foreach (var (kind, spec) in source)
            {
                if (spec is JsonObject from) await AddAsync(files, kind, from, volume.Mode, cancellation);
            }
        }

        return files;
    }

    private async Task AddAsync(SortedDictionary<string, VolumeFile> files, string kind, JsonObject from, int mode, CancellationToken cancellation)
    {
        switch (kind)
        {
            case "configMap":
                await AddKeysAsync(files, "configmaps", from, mode, cancellation);
                break;
            case "secret":
                await AddKeysAsync(files, "secrets", from, mode, cancellation);
                break;
            case "downwardAPI":
                foreach (var item in PodSpec.Items(from, "items")) Add(files, item, Encoding.UTF8.GetBytes(Field(item)), mode);
                break;
            case "serviceAccountToken":
                var token = await documents.TokenAsync(from.Text("audience"), from.Number("expirationSeconds") ?? 3600, cancellation);
                Add(files, from, Encoding.UTF8.GetBytes(token), mode);
                break;
            default:
                throw new LabException($"a projected volume has a source of kind {kind}; the lab provides configMap, downwardAPI, secret and serviceAccountToken");
        }
    }

    private async Task AddKeysAsync(SortedDictionary<string, VolumeFile> files, string plural, JsonObject from, int mode, CancellationToken cancellation)
    {
        var (name, isOptional) = (from.Text("name") ?? "", from.Flag("optional") ?? false);
        if (await documents.FindAsync(plural, name, cancellation) is not { } document)
        {
            if (isOptional) return;
            throw new LabException($"{plural[..^1]} \"{name}\" not found");
        }

        var keys = VariableSources.Keys(plural, document);
        if (from["items"] is null)
        {
            foreach (var (key, value) in keys) files[key] = new VolumeFile(value, mode);
            return;
        }

        foreach (var item in PodSpec.Items(from, "items"))
        {
            var found = keys.Where(k => k.Key == item.Text("key")).Select(k => k.Value).FirstOrDefault();
            if (found is not null) Add(files, item, found, mode);
            else if (!isOptional) throw new LabException($"references non-existent {plural[..^1]} key: {item.Text("key")}");
        }
    }

    private static void Add(SortedDictionary<string, VolumeFile> files, JsonObject item, byte[] bytes, int mode)
    {
        var path = item.Text("path") ?? "";
        if (path.Length == 0 || Path.IsPathRooted(path) || path.Split('/').Contains("..")) throw new LabException($"'{path}' is no path below a volume");
        files[path] = new VolumeFile(bytes, (int)(item.Number("mode") ?? mode));
    }

    private string Field(JsonObject item)
    {
        if (item.Text("resourceFieldRef", "resource") is { } resource)
        {
            var container = documents.Pod.Containers.FirstOrDefault(c => c.Name == item.Text("resourceFieldRef", "containerName"))
                ?? throw new LabException($"a volume names {resource} of a container that the pod does not have");
            return FieldReference.Resource(resource, item.Text("resourceFieldRef", "divisor"), container);
        }

        var path = item.Text("fieldRef", "fieldPath") ?? "";
        return FieldReference.Value(path, documents.Pod, addresses, node) ?? throw new LabException($"a volume names the field {path}, which the lab does not know");
    }
}

/// <summary>A file of a volume, with its permissions.</summary>
internal sealed record VolumeFile(byte[] Bytes, int Mode);
