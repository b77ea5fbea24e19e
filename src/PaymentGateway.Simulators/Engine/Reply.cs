using System.Text.Json.Nodes;
using PaymentGateway.Simulators.OpenApi;

namespace PaymentGateway.Simulators.Engine;

/// <summary>What a simulator answers.</summary>
/// <param name="Json">Null: no body, or <paramref name="Page"/>.</param>
/// <param name="Page">An HTML page.</param>
internal sealed record Reply(int Status, JsonNode? Json = null, string? Page = null)
{
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Whether a repeat with the same key is answered by this again. A processor forgets the key of a request that it refused before
    /// it began to work.
    /// </summary>
    public bool Keep { get; init; } = true;

    /// <summary>How long it is kept; null: for ever.</summary>
    public TimeSpan? KeepFor { get; init; }

    /// <summary>What <see cref="Page"/> is.</summary>
    public string PageType { get; init; } = "text/html; charset=utf-8";

    public string ContentType => Page is null ? Operation.Json : PageType;

    public string Text => Page ?? Json?.ToJsonString() ?? "";

    public static Reply Redirect(string address) => new(StatusCodes.Status303SeeOther) { Headers = new Dictionary<string, string> { ["Location"] = address } };

    public Reply With(string header, string value) =>
        this with { Headers = new Dictionary<string, string>(Headers) { [header] = value } };
}
