using System.Text.Json.Nodes;

namespace PaymentGateway.Simulators.Engine;

/// <summary>One way to misbehave, for the requests that it names.</summary>
/// <param name="Method">Null: any.</param>
/// <param name="Path">What the path must contain; null: anything.</param>
/// <param name="Times">How often it still happens; null: until it is taken away.</param>
/// <param name="Share">Which share of those requests, from 0 to 1.</param>
/// <param name="Delay">For <see cref="FaultKind.Slow"/>.</param>
/// <param name="Status">For <see cref="FaultKind.Status"/>.</param>
/// <param name="AfterWork">For <see cref="FaultKind.Status"/>, <see cref="FaultKind.Drop"/> and <see cref="FaultKind.Hang"/>: the work is done first.</param>
internal sealed record Fault(
    string Id, FaultKind Kind, string? Method, string? Path, int? Times, double Share, TimeSpan Delay, int Status, bool AfterWork)
{
    public JsonObject ToJson() => new()
    {
        ["id"] = Id,
        ["kind"] = Words[Kind],
        ["method"] = Method,
        ["path"] = Path,
        ["times"] = Times,
        ["share"] = Share,
        ["delayMs"] = (long)Delay.TotalMilliseconds,
        ["status"] = Status,
        ["afterWork"] = AfterWork,
    };

    public static IReadOnlyDictionary<FaultKind, string> Words { get; } = new Dictionary<FaultKind, string>
    {
        [FaultKind.Slow] = "slow",
        [FaultKind.Hang] = "hang",
        [FaultKind.Drop] = "drop",
        [FaultKind.HalfClose] = "half_close",
        [FaultKind.Status] = "status",
        [FaultKind.Malformed] = "malformed",
        [FaultKind.WebhookTwice] = "webhook_twice",
        [FaultKind.WebhookLate] = "webhook_late",
        [FaultKind.WebhookLost] = "webhook_lost",
        [FaultKind.WebhookForged] = "webhook_forged",
        [FaultKind.WebhookExpired] = "webhook_expired",
        [FaultKind.WebhookFuture] = "webhook_future",
        [FaultKind.WrongSettlement] = "wrong_settlement",
    };
}

internal enum FaultKind
{
    /// <summary>The work is done, the answer waits.</summary>
    Slow,

    /// <summary>No answer, until the caller gives up.</summary>
    Hang,

    /// <summary>The connection is closed without a byte of answer.</summary>
    Drop,

    /// <summary>The work is done, the answer breaks off in its middle.</summary>
    HalfClose,

    /// <summary>429, 500, 503 in the processor's own words.</summary>
    Status,

    /// <summary>The work is done, the answer is not JSON.</summary>
    Malformed,

    /// <summary>A webhook is sent twice. <c>path</c> is looked for in its type.</summary>
    WebhookTwice,

    /// <summary>A webhook waits until the next one was sent: they arrive in the wrong order.</summary>
    WebhookLate,

    /// <summary>A webhook is never sent.</summary>
    WebhookLost,

    /// <summary>Its signature fits nothing.</summary>
    WebhookForged,

    /// <summary>It was signed an hour ago.</summary>
    WebhookExpired,

    /// <summary>It was signed in an hour.</summary>
    WebhookFuture,

    /// <summary>A line of the settlement says one minor unit less.</summary>
    WrongSettlement,
}
