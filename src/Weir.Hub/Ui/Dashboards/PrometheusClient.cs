using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Weir.Hub.Ui.Dashboards.PromQl;

namespace Weir.Hub.Ui.Dashboards;

/// <summary>Asks a Prometheus for a panel's series.</summary>
/// <param name="address">Where it is.</param>
internal sealed class PrometheusClient(Uri address) : IDisposable
{
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>The series of a time.</summary>
    /// <exception cref="UiProblem">It does not answer, or refuses the expression; the message is its own.</exception>
    public async Task<IReadOnlyList<(PromLabels Labels, IReadOnlyList<(double Time, double Value)> Points)>> RangeAsync(string expr, double from, double until, double step, CancellationToken cancellation)
    {
        var query = string.Create(CultureInfo.InvariantCulture, $"api/v1/query_range?query={Uri.EscapeDataString(expr)}&start={from:0.###}&end={until:0.###}&step={step:0.###}");
        try
        {
            using var response = await _client.GetAsync(new Uri(new Uri(address.ToString().TrimEnd('/') + "/"), query), cancellation);
            using var body = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellation), cancellationToken: cancellation);
            if (body.RootElement.GetProperty("status").GetString() != "success") throw new UiProblem($"Prometheus refuses the expression: {body.RootElement.GetProperty("error").GetString()}") { Code = "promql" };
            return [.. body.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(Series)];
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or KeyNotFoundException or InvalidOperationException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new UiProblem($"Prometheus at {address} does not answer: {e.Message}", e) { Status = StatusCodes.Status502BadGateway, Code = "prometheus" };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static (PromLabels, IReadOnlyList<(double, double)>) Series(JsonElement series) => (
        new PromLabels(series.GetProperty("metric").EnumerateObject().Select(l => (l.Name, l.Value.GetString() ?? ""))),
        [.. series.GetProperty("values").EnumerateArray().Select(v => (v[0].GetDouble(), Number(v[1].GetString())))]);

    private static double Number(string? text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN,
    };
}
