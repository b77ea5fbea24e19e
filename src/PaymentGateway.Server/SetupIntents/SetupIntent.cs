using System.Text.Json;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Mandates;

namespace PaymentGateway.SetupIntents;

/// <summary>Where a set-up stands.</summary>
public enum SetupState
{
    /// <summary>Nothing is chosen, or the last attempt failed.</summary>
    RequiresPaymentMethod,

    /// <summary>Chosen, and not asked of anybody yet.</summary>
    RequiresConfirmation,

    /// <summary>The customer must do something.</summary>
    RequiresAction,

    /// <summary>The processor has it, or what it said is being saved.</summary>
    Processing,
    Succeeded,
    Canceled,
}

/// <summary>
/// A way to pay that is to be made ready for later without a payment. The processor knows each attempt by <see cref="AttemptKey"/>; what
/// comes of it is a saved method of the customer, or a mandate.
/// </summary>
public sealed record SetupIntent
{
    public const string IdPrefix = "seti";

    public required string Id { get; init; }
    public required Tenant Tenant { get; init; }
    public required string CustomerId { get; init; }
    public required SetupState State { get; init; }
    public required SetupFutureUsage Usage { get; init; }

    /// <summary>card, upi or bank_debit; of the last attempt, or as chosen.</summary>
    public string? Method { get; init; }

    /// <summary>Gone with the confirmation: from then on only the processor has it.</summary>
    public SetupChoice? Choice { get; init; }

    /// <summary>How often it was confirmed.</summary>
    public int Attempts { get; init; }

    /// <summary>Of the last attempt.</summary>
    public string? Connector { get; init; }

    /// <summary>The processor's own id of the last attempt.</summary>
    public string? Reference { get; init; }
    public NextAction? NextAction { get; init; }

    /// <summary>What may be shown of the way to pay.</summary>
    public MethodSummary? Summary { get; init; }

    /// <summary>What 3-D Secure said in the last attempt.</summary>
    public Authentication? Authentication { get; init; }

    /// <summary>What the card network calls the attempt; the method that it makes ready keeps it, and the set-up does not.</summary>
    public string? NetworkTransactionId { get; init; }

    /// <summary>Fingerprints of cards that their issuers rejected: they are not asked again for this set-up.</summary>
    public IReadOnlyList<string> RejectedCards { get; init; } = [];

    /// <summary>The saved method; while it is processing, the one that is being saved.</summary>
    public string? PaymentMethodId { get; init; }

    /// <summary>The mandate; while it is under way, the one that is asked for.</summary>
    public string? MandateId { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public SetupError? LastError { get; init; }
    public string? CancellationReason { get; init; }
    public string? Description { get; init; }

    /// <summary>The merchant's own object as its JSON text.</summary>
    public required string Metadata { get; init; }
    public string? ReturnUrl { get; init; }

    /// <summary>Where the last attempt asked the browser to be sent; null: <see cref="ReturnUrl"/>.</summary>
    public string? AttemptReturnUrl { get; init; }

    /// <summary>Sandbox only: the misbehaviour that the merchant's test asked for in the last attempt.</summary>
    public string? Behaviour { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the last attempt began.</summary>
    public DateTimeOffset? CalledAt { get; init; }

    /// <summary>When the next step is due; null: nothing is open.</summary>
    public DateTimeOffset? CheckAt { get; init; }
    public int Checks { get; init; }
    public DateTimeOffset? SucceededAt { get; init; }
    public DateTimeOffset? CanceledAt { get; init; }

    /// <summary>Counts the writes; a write names the version it was decided on.</summary>
    public required int Version { get; init; }

    /// <summary>What the processor knows the last attempt by.</summary>
    public string AttemptKey => $"{Id}-{Attempts}";

    /// <summary>The set-up of an attempt's key; null: it is no such key.</summary>
    public static string? IdIn(string attemptKey) =>
        attemptKey.LastIndexOf('-') is var dash and > 0 && Database.Id.IsValid(IdPrefix, attemptKey[..dash]) ? attemptKey[..dash] : null;

    public bool IsOpen => State is not (SetupState.Succeeded or SetupState.Canceled);

    /// <summary>The processor is asked about the card holder or payer, and nothing is being saved yet.</summary>
    public bool IsAsking => State is SetupState.Processing or SetupState.RequiresAction && PaymentMethodId is null && MandateId is null;

    /// <summary>The processor agreed, and the customer's method is being saved.</summary>
    public bool IsSaving => State == SetupState.Processing && PaymentMethodId is not null;

    /// <summary>A mandate is asked for.</summary>
    public bool IsMandating => State is SetupState.Processing or SetupState.RequiresAction && MandateId is not null;
}

/// <summary>What was chosen to be set up. It may hold a token or an address, so nothing prints it.</summary>
/// <param name="Mandate">Asked for instead of a saved method; then it has the token or the address.</param>
/// <param name="Processor">Whose the token is, where it was said.</param>
public sealed record SetupChoice(
    string Method, string? CardToken = null, string? Vpa = null, CreateMandateBody? Mandate = null, string? Processor = null)
{
    public string ToJson() => JsonSerializer.Serialize(this, Json.Options);

    public static SetupChoice FromJson(string json) => JsonSerializer.Deserialize<SetupChoice>(json, Json.Options)!;

    public override string ToString() => nameof(SetupChoice);
}

/// <param name="Code">Of the error catalogue.</param>
/// <param name="Sentence">For the customer.</param>
/// <param name="ProcessorCode">The processor's own word, for support.</param>
public sealed record SetupError(string Code, string Sentence, string? ProcessorCode = null);
