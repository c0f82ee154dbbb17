using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weir.Lab.Api.Tables;

namespace Weir.Lab.Api;

/// <summary>Sends answers: an object as it is stored, or as a row where the client prints tables.</summary>
internal sealed class Answer(TimeProvider time)
{
    /// <summary>The client's table, where it asks for one; else null.</summary>
    public TableWriter? Table(HttpContext http, ResourceKind kind) => TableWriter.IsWanted(http.Request.Headers.Accept.ToString())
        ? new TableWriter(kind, http.Request.Query["includeObject"].ToString(), time)
        : null;

    /// <summary>Sends one object.</summary>
    public Task ObjectAsync(HttpContext http, int code, ResourceKind kind, StoredObject stored)
    {
        if (http.Request.Method == "GET" && Table(http, kind) is { } table)
        {
            var revision = stored.Revision.ToString(CultureInfo.InvariantCulture);
            return DocumentAsync(http, code, table.Write([Document(kind, stored)], new JsonObject { ["resourceVersion"] = revision }));
        }

        var bytes = ListWriter.BytesFor(kind, stored).ToArray();
        http.Response.StatusCode = code;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = bytes.Length;
        return http.Response.Body.WriteAsync(bytes, http.RequestAborted).AsTask();
    }

    /// <summary>Sends a page of a list.</summary>
    public async Task ListAsync(HttpContext http, ResourceKind kind, ListWriter.Page page)
    {
        if (Table(http, kind) is { } table)
        {
            http.Response.ContentType = "application/json";
            await table.WriteAsync(http.Response.BodyWriter, page.Objects.Select(o => Document(kind, o)), page.Metadata(), http.RequestAborted);
            return;
        }

        http.Response.ContentType = "application/json";
        await ListWriter.WriteAsync(http.Response.BodyWriter, kind, page, http.RequestAborted);
    }

    /// <summary>Sends any document.</summary>
    public static Task DocumentAsync(HttpContext http, int code, JsonObject document)
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(document.ToJsonString(ApiJson.Options), Encoding.UTF8, http.RequestAborted);
    }

    /// <summary>Sends a refusal, unless an answer has begun.</summary>
    public static Task FaultAsync(HttpContext http, ApiStatusException fault) =>
        http.Response.HasStarted ? Task.CompletedTask : DocumentAsync(http, fault.Code, fault.ToStatus());

    /// <summary>Says that it is done.</summary>
    public static Task SuccessAsync(HttpContext http, int code, JsonObject? details = null)
    {
        var status = new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success" };
        if (details is not null) status["details"] = details;
        else status["code"] = code;
        return DocumentAsync(http, code, status);
    }

    /// <summary>The document in the version that was asked for.</summary>
    public static JsonObject Document(ResourceKind kind, StoredObject stored)
    {
        var document = stored.Document();
        if (kind.StoredVersion is not null) VersionConversion.FromStored(kind, document);
        return document;
    }
}
