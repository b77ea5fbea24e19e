using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Http;
using PaymentGateway.Identity;

namespace PaymentGateway.Payments;

/// <param name="ClientSecret">Of the order or payment; needed with a publishable key.</param>
public sealed record ClientSecretBody(string? ClientSecret);

/// <summary>What the payment endpoints share: who may see an object, and what a payment's state is answered with.</summary>
internal sealed class PaymentAnswers(Idempotency idempotency, ViewWriter views, SecretVault vault)
{
    public static Audience AudienceOf(Caller caller) => caller.Kind == KeyKind.Publishable ? Audience.Page : Audience.Server;

    /// <summary>How the sandbox shall misbehave for this one call.</summary>
    public static string? Behaviour(HttpRequest request) => SandboxBehaviour.AskedBy(request);

    /// <summary>A publishable key sees the one object whose client secret comes with it.</summary>
    public Answer? RefuseAccess(Caller caller, string objectId, string? clientSecret) =>
        caller.Kind == KeyKind.Secret || (clientSecret is not null && vault.IsClientSecretOf(objectId, clientSecret))
            ? null
            : Answer.Of(new Refusal(Errors.UnauthorizedAccess, "A publishable key needs the clientSecret of this object."), caller.RequestId);

    /// <summary>A status in a filter that no object can have is a mistake of the caller, not an empty list.</summary>
    public static Refusal? UnknownStatus(ListQuery query, string[] states) =>
        query["status"] is not null && states.Length == 0 ? Refusal.Field("status", "is not a status of these objects") : null;

    /// <inheritdoc cref="Idempotency.RunSteps{T}"/>
    public Task<Answer> Run(
        Caller caller, HttpRequest request, byte[] fingerprint, Func<Payment, Answer> answerOf,
        Func<IdempotentCall, Func<Payment, Answer>, Task<Outcome<Payment>?>> run, CancellationToken cancel) =>
        idempotency.RunSteps(caller, request, fingerprint, answerOf, run, cancel);

    /// <summary>The answer to an attempt: done or an action (200, 201), not known yet (202), declined (402 with the payment inside).</summary>
    public Answer OfAttempt(Caller caller, Payment payment, bool created)
    {
        var view = views.Of(payment, charges: null, AudienceOf(caller));
        var answer = payment switch
        {
            { State: PaymentState.RequiresPaymentMethod or PaymentState.Failed, FailureCode: { } code } => Declined(caller, payment, code),
            _ when IsProcessing(payment) => Answer.Accepted(view),
            _ => created ? Answer.Created(view, $"/api/payments/{payment.Id}") : Answer.Ok(view),
        };
        return answer with { CustomerId = payment.Purpose.CustomerId };
    }

    /// <summary>The answer to a command of the merchant: what the payment is now, 202 while the processor is asked.</summary>
    public Answer OfCommand(Caller caller, Payment payment)
    {
        var view = views.Of(payment, charges: null, AudienceOf(caller));
        return (IsProcessing(payment) ? Answer.Accepted(view) : Answer.Ok(view)) with { CustomerId = payment.Purpose.CustomerId };
    }

    /// <summary>As <see cref="OfCommand"/> for a capture or increment, which the processor can decline: 402 with the payment inside.</summary>
    public Answer OfOperation(Caller caller, Payment payment) => payment is { FailureCode: { } code } && !IsProcessing(payment)
        ? Declined(caller, payment, code)
        : OfCommand(caller, payment);

    public Answer OfAbandoned(Caller caller, Outcome<Payment> outcome) =>
        outcome.IsRefused ? Answer.Of(outcome.Refusal!, caller.RequestId) : OfCommand(caller, outcome.Value);

    private Answer Declined(Caller caller, Payment payment, string code) => Answer.Of(
        new Refusal(Errors.ByCode(code), payment.FailureReason,
            new Dictionary<string, object?> { ["payment"] = views.Of(payment, charges: null, AudienceOf(caller)) }), caller.RequestId) with
    {
        CustomerId = payment.Purpose.CustomerId,
    };

    private static bool IsProcessing(Payment payment) => StateWords.Status(payment.State) == "processing";
}
