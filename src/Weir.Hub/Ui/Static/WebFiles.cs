using System.Collections.Concurrent;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;

namespace Weir.Hub.Ui.Static;

/// <summary>Serves the page's files from a folder. Paths that are none of them and want HTML get the page, which knows its own views.</summary>
/// <param name="folder">The folder with <c>index.html</c>; where it has none, a plain page says how to make it.</param>
internal sealed class WebFiles(string folder)
{
    private const string Index = "index.html";
    private static readonly FileExtensionContentTypeProvider _types = new();
    private static readonly byte[] _notBuilt = """
        <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Weir</title></head><body>
        <h1>The web UI was not built</h1>
        <p>The hub runs, and its APIs answer. To build the page, install Node.js with npm and start Weir again by <code>./weir</code>,
        or run <code>npm ci</code> and <code>npm run build</code> in the folder <code>web</code>.</p>
        </body></html>
        """u8.ToArray();

    private readonly ConcurrentDictionary<string, WebFile> _files = new(StringComparer.Ordinal);
    private readonly string _root = Path.GetFullPath(folder) + Path.DirectorySeparatorChar;

    /// <summary>Answers a GET that no API took.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var path = request.Path.Value!.TrimStart('/');
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)) context.Response.StatusCode = StatusCodes.Status404NotFound;
        else if (path.Length > 0 && Find(path) is { } file) await SendAsync(context, file, path.StartsWith("assets/", StringComparison.Ordinal));
        else if (!WantsPage(request, path)) context.Response.StatusCode = StatusCodes.Status404NotFound;
        else await SendAsync(context, Find(Index) ?? new WebFile("text/html; charset=utf-8", _notBuilt, null, "\"not-built\""), isHashed: false);
    }

    private static bool WantsPage(HttpRequest request, string path) =>
        path.Length == 0 || (request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal) && !path.StartsWith("ui/api/", StringComparison.Ordinal) && !path.StartsWith("assets/", StringComparison.Ordinal));

    private static async Task SendAsync(HttpContext context, WebFile file, bool isHashed)
    {
        var (request, response) = (context.Request, context.Response);

        // A file below assets has a hash in its name: another content is another name.
        response.Headers.CacheControl = isHashed ? "public, max-age=31536000, immutable" : "no-cache";
        response.Headers.ETag = file.Tag;
        response.Headers.Vary = "Accept-Encoding";
        if (request.Headers.IfNoneMatch.ToString() == file.Tag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var packed = file.Packed is not null && request.Headers.AcceptEncoding.ToString().Split(',').Any(e => e.Trim() == "br");
        var bytes = packed ? file.Packed! : file.Bytes;
        response.ContentType = file.Type;
        response.ContentLength = bytes.Length;
        if (packed) response.Headers.ContentEncoding = "br";
        if (!HttpMethods.IsHead(request.Method)) await response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    // The page may be built again while the hub runs, so only files whose name holds their content are kept.
    private WebFile? Find(string path)
    {
        if (!path.StartsWith("assets/", StringComparison.Ordinal)) return Read(path);
        if (_files.TryGetValue(path, out var known)) return known;
        if (Read(path) is not { } file) return null; // not kept: there are as many such paths as anybody likes to ask for
        return _files[path] = file;
    }

    private WebFile? Read(string path)
    {
        var full = Path.GetFullPath(Path.Combine(_root, path));
        if (!full.StartsWith(_root, StringComparison.Ordinal) || !File.Exists(full)) return null;
        var bytes = File.ReadAllBytes(full);
        if (!_types.TryGetContentType(full, out var type)) type = "application/octet-stream";
        var isText = type.StartsWith("text/", StringComparison.Ordinal) || type is "application/json" or "image/svg+xml" or "application/wasm" || type.EndsWith("javascript", StringComparison.Ordinal);
        if (type.StartsWith("text/", StringComparison.Ordinal)) type += "; charset=utf-8";
        return new WebFile(type, bytes, isText ? Packed(bytes) : null, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..20]}\"");
    }

    private static byte[]? Packed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, new BrotliCompressionOptions { Quality = 6 }, leaveOpen: true)) brotli.Write(bytes);
        return packed.Length < bytes.Length ? packed.ToArray() : null;
    }
}
