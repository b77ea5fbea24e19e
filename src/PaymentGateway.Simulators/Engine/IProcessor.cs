using System.Text.Json.Nodes;
using PaymentGateway.Simulators.OpenApi;

namespace PaymentGateway.Simulators.Engine;

/// <summary>
/// What is one processor's own in a simulator: its words, its rules and its pages. Everything that all have, from reading the
/// request to misbehaving, is around it once, in <see cref="Simulator"/>.
/// </summary>
/// <remarks>The simulator calls it for one request at a time, so it needs no locks.</remarks>
internal interface IProcessor
{
    /// <summary>Lower case: <c>stripe</c>.</summary>
    string Name { get; }

    ApiDescription Description { get; }

    /// <summary>Null: the caller may come in. Otherwise the processor's own refusal of its credentials.</summary>
    Reply? CheckCaller(Call call);

    /// <summary>How it answers what its description does not allow; null: it would take this one all the same.</summary>
    /// <param name="violations">At least one.</param>
    Reply? Refuse(Call call, IReadOnlyList<Violation> violations);

    /// <summary>Whether this is no violation: it does so today, and its description, being older, does not know it.</summary>
    /// <param name="answer">Of an answer; otherwise of a request.</param>
    bool Allows(Call call, Violation violation, bool answer) => false;

    /// <summary>How it answers a request that it has no operation for.</summary>
    Reply NotFound(Call call);

    /// <summary>How it says that it is broken or busy: 429, 500, 503.</summary>
    Reply Fail(Call call, int status);

    /// <summary>The key that the caller repeats by, or null.</summary>
    string? IdempotencyKey(Call call);

    /// <summary>How it answers the repeat of a request that it answered before.</summary>
    /// <param name="first">What it said then.</param>
    Reply Repeat(Call call, Reply first) => first;

    /// <summary>The same key came with another request.</summary>
    Reply KeyReused(Call call);

    /// <summary>The first request with the key is still being worked on.</summary>
    Reply KeyInUse(Call call);

    /// <summary>Does what is due by the clock: holds that end, refunds that arrive. Before every request and command, and now and then.</summary>
    void Tick();

    /// <summary>The operation itself.</summary>
    Reply Handle(Call call);

    /// <summary>A page for the payer's browser, outside the description; null: there is none here.</summary>
    Reply? Page(Call call);

    /// <summary>The request that carries an event to a webhook endpoint, signed as the processor does it.</summary>
    /// <param name="signedAt">What the signature says about the time.</param>
    IReadOnlyDictionary<string, string> Sign(Webhook webhook, DateTimeOffset signedAt);

    /// <summary>What only it has under <c>/_control</c>: open a dispute, pay out. Null: it does not know the command.</summary>
    Reply? Command(string name, JsonObject fields);
}

/// <summary>An event on its way to one endpoint.</summary>
/// <param name="Secret">Of the endpoint, whatever that is for the processor.</param>
internal sealed record Webhook(string Id, string EventId, string Type, string Url, string Secret, byte[] Body);
