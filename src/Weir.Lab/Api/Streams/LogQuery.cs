using Microsoft.AspNetCore.Http;
using Weir.Lab.Pods;

namespace Weir.Lab.Api.Streams;

/// <summary>What of a log is asked for.</summary>
/// <param name="Follow">Whether to wait for more while the container runs.</param>
/// <param name="Previous">Whether the run before the newest is meant.</param>
/// <param name="Timestamps">Whether each line begins with its time.</param>
/// <param name="Since">Records from then on, as records have times; empty is all.</param>
/// <param name="Tail">How many of the last lines; null is all.</param>
/// <param name="LimitBytes">How many bytes at most; null is all.</param>
internal sealed record LogQuery(bool Follow, bool Previous, bool Timestamps, string Since, long? Tail, long? LimitBytes)
{
    /// <summary>Reads a query.</summary>
    /// <exception cref="ApiStatusException">A value is out of range; the message names it.</exception>
    public static LogQuery Read(IQueryCollection query, TimeProvider time)
    {
        var since = "";
        var (seconds, moment) = (Number("sinceSeconds", 1), query["sinceTime"].ToString());
        if (seconds is not null && moment.Length > 0) throw Invalid("at most one of `sinceTime` or `sinceSeconds` may be specified");
        if (seconds is { } ago) since = ContainerLog.Stamp(time.GetUtcNow() - TimeSpan.FromSeconds(ago));
        else if (moment.Length > 0)
        {
            since = DateTimeOffset.TryParse(moment, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? ContainerLog.Stamp(at)
                : throw ApiFaults.BadRequest($"sinceTime: '{moment}' is no time like 2026-01-02T03:04:05Z");
        }

        return new LogQuery(Is("follow"), Is("previous"), Is("timestamps"), since, Number("tailLines", 0), Number("limitBytes", 1));

        bool Is(string name) => query[name].ToString() is "true" or "1";

        long? Number(string name, long least)
        {
            var text = query[name].ToString();
            if (text.Length == 0) return null;
            if (!long.TryParse(text, CultureInfo.InvariantCulture, out var number)) throw ApiFaults.BadRequest($"{name}: '{text}' is no number");
            return number >= least ? number : throw Invalid($"{name}: Invalid value: {number}: must be greater than or equal to {least}");
        }
    }

    private static ApiStatusException Invalid(string what) => new(422, "Invalid", $"PodLogOptions \"\" is invalid: {what}");
}
