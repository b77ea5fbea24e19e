using PaymentGateway.Database;

namespace PaymentGateway.Payments;

/// <summary>Where an order stands.</summary>
public enum OrderState
{
    /// <summary>Nobody has tried to pay it yet.</summary>
    Created,

    /// <summary>At least one attempt was made. A part may be captured already, while more is held.</summary>
    Attempted,

    /// <summary>Its payment is complete: everything, or the part that the merchant captured before the rest was released.</summary>
    Paid,

    /// <summary>It was paid, and the customer's bank took the money back: what is due is owed again, by a new order.</summary>
    Unpaid,

    /// <summary>Its time passed with nothing authorized.</summary>
    Expired,

    Canceled,
}

public enum CaptureMethod
{
    /// <summary>The money is taken as soon as it is authorized.</summary>
    Automatic,

    /// <summary>The money is held until the merchant captures it.</summary>
    Manual,
}

/// <summary>Whom and what a payment is for: copied from the order to its payment, so that each stands alone in events and lists.</summary>
/// <param name="Metadata">The merchant's own JSON object, as sent.</param>
public sealed record Purpose(
    string? MerchantOrderId, string? CustomerId, string? CustomerEmail, string? CustomerPhone,
    string? Description, string Metadata, string? ReturnUrl, string? WebhookUrl);

/// <summary>What a merchant wants to be paid for. At most one payment belongs to it, beside the parts of split payments.</summary>
public sealed record Order
{
    public required string Id { get; init; }
    public required Tenant Tenant { get; init; }
    public required Money Amount { get; init; }
    public required Money AmountAuthorized { get; init; }
    public required Money AmountPaid { get; init; }

    /// <inheritdoc cref="Payment.AmountRefunded"/>
    public required Money AmountRefunded { get; init; }
    public required OrderState State { get; init; }

    /// <summary>The split payment that pays it or has paid it; null: its own payment may.</summary>
    public string? SplitPaymentId { get; init; }
    public required CaptureMethod Capture { get; init; }

    /// <summary>The only methods the customer may use; null for all that the merchant has.</summary>
    public IReadOnlyList<string>? AllowedMethods { get; init; }
    public required Purpose Purpose { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? PaidAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Counts the writes; a write names the version it was decided on.</summary>
    public required int Version { get; init; }

    /// <summary>What can still be paid: nothing once it is paid, also when that was a part.</summary>
    public Money AmountDue => State == OrderState.Paid ? Money.Zero(Amount.Currency) : Amount - AmountPaid;

    /// <summary>An order that nobody has tried to pay.</summary>
    internal static Order New(string id, Tenant tenant, Money amount, Purpose purpose, DateTimeOffset createdAt, DateTimeOffset expiresAt) => new()
    {
        Id = id,
        Tenant = tenant,
        Amount = amount,
        AmountAuthorized = Money.Zero(amount.Currency),
        AmountPaid = Money.Zero(amount.Currency),
        AmountRefunded = Money.Zero(amount.Currency),
        State = OrderState.Created,
        Capture = CaptureMethod.Automatic,
        Purpose = purpose,
        CreatedAt = createdAt,
        ExpiresAt = expiresAt,
        Version = 1,
    };
}
