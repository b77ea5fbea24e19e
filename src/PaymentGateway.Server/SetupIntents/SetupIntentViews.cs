using System.Text.Json.Nodes;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Identity;
using PaymentGateway.Payments;

namespace PaymentGateway.SetupIntents;

/// <summary>A set-up as it is sent. A page sees what it shows and nothing else.</summary>
public sealed record SetupIntentView
{
    public required string Id { get; init; }
    public required string SetupIntentId { get; init; }
    public required string MerchantId { get; init; }

    /// <summary>To a server only.</summary>
    public string? CustomerId { get; init; }
    public required string Status { get; init; }
    public required string Usage { get; init; }

    /// <summary>card, upi or bank_debit; absent while nothing was chosen.</summary>
    public string? PaymentMethod { get; init; }
    public SetupCardView? Card { get; init; }

    /// <summary>Masked.</summary>
    public string? Vpa { get; init; }
    public BankAccountSummary? BankAccount { get; init; }

    /// <summary>The saved method, once it has succeeded.</summary>
    public string? PaymentMethodId { get; init; }

    /// <summary>The mandate, once it has succeeded.</summary>
    public string? MandateId { get; init; }
    public NextAction? NextAction { get; init; }
    public ThreeDSecureView? ThreeDSecure { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public SetupErrorView? LastError { get; init; }

    /// <summary>How often it was confirmed.</summary>
    public required int Attempts { get; init; }
    public string? CancellationReason { get; init; }
    public string? Description { get; init; }
    public string? ReturnUrl { get; init; }

    /// <summary>To a server only.</summary>
    public JsonNode? Metadata { get; init; }

    /// <summary>To a server only: a page gets it from there.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>To a server only.</summary>
    public string? Connector { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? SucceededAt { get; init; }
    public DateTimeOffset? CanceledAt { get; init; }

    internal static SetupIntentView Of(SetupIntent setup, bool isServer, SecretVault vault)
    {
        var isDone = setup.State == SetupState.Succeeded;
        var view = new SetupIntentView
        {
            Id = setup.Id,
            SetupIntentId = setup.Id,
            MerchantId = setup.Tenant.MerchantId,
            Status = Words.Of(setup.State),
            Usage = Words.Of(setup.Usage),
            PaymentMethod = setup.Method,
            Card = setup.Summary is { Last4: { } last4 } card ? new(card.Network, last4, card.Funding, card.Expiry) : null,
            Vpa = setup.Summary?.Vpa,
            BankAccount = setup.Summary?.BankAccount,
            PaymentMethodId = isDone ? setup.PaymentMethodId : null,
            MandateId = isDone ? setup.MandateId : null,
            NextAction = setup.State == SetupState.RequiresAction ? setup.NextAction : null,
            ThreeDSecure = ThreeDSecureView.Of(setup.Authentication),
            LastError = setup.LastError is { } error ? new(error.Code, error.Sentence, isServer ? error.ProcessorCode : null) : null,
            Attempts = setup.Attempts,
            CancellationReason = setup.CancellationReason,
            Description = setup.Description,
            ReturnUrl = setup.ReturnUrl,
            CreatedAt = setup.CreatedAt,
            SucceededAt = setup.SucceededAt,
            CanceledAt = setup.CanceledAt,
        };
        return !isServer ? view : view with
        {
            CustomerId = setup.CustomerId,
            Metadata = JsonNode.Parse(setup.Metadata),
            ClientSecret = vault.ClientSecretOf(setup.Id),
            Connector = setup.Connector,
        };
    }
}

/// <param name="Expiry">As MM/YY.</param>
public sealed record SetupCardView(string? Network, string Last4, string? Funding, string? Expiry);

/// <param name="Code">See <c>/docs/errors</c>.</param>
/// <param name="Message">For the customer.</param>
/// <param name="ProcessorCode">The processor's own word, for support; to a server only.</param>
public sealed record SetupErrorView(string Code, string Message, string? ProcessorCode);
