using PaymentGateway.Database;

namespace PaymentGateway.Connectors;

/// <summary>What a connector has besides when its processor collects by mandate. Which types, is declared in its capabilities.</summary>
/// <remarks>Every call carries our key, the mandate's id; what holds for charges holds here: a repeat is the same mandate.</remarks>
public interface IMandateConnector
{
    /// <summary>Sets a mandate up. Where the payer must agree, it is pending until they have.</summary>
    Task<MandateOutcome> CreateMandate(MandateCall call, CancellationToken cancel);

    /// <summary>What the processor knows about the mandate with our key now.</summary>
    Task<MandateOutcome> MandateStatus(MandateStatusCall call, CancellationToken cancel);

    /// <summary>Ends it: nothing is debited by it any more. A key that was never heard of is kept out.</summary>
    Task<MandateOutcome> RevokeMandate(MandateStatusCall call, CancellationToken cancel);
}

/// <param name="Key">Our mandate id: the processor deduplicates by it.</param>
/// <param name="Type"><c>sepa_debit</c>, <c>ach_debit</c> or <c>upi_autopay</c>.</param>
/// <param name="AccountToken">Of the bank account, from the processor's own tokenizer.</param>
/// <param name="Vpa">The payer's UPI address.</param>
/// <param name="AmountMax">The most that one debit takes.</param>
/// <param name="Frequency"><c>daily</c>, <c>weekly</c>, <c>monthly</c>, <c>yearly</c> or <c>as_presented</c>.</param>
/// <param name="Behaviour">Sandbox only: how to misbehave, as the merchant's test asked for.</param>
public sealed record MandateCall(
    Tenant Tenant, string Key, string Type, string? AccountToken, string? Vpa, Money AmountMax, string Frequency,
    DateTimeOffset StartsAt, DateTimeOffset? EndsAt, string? Description, string? Behaviour);

/// <param name="Key">Our mandate id.</param>
/// <param name="Type">As it was created.</param>
/// <param name="Reference">The processor's own id, when it gave one.</param>
public sealed record MandateStatusCall(Tenant Tenant, string Key, string Type, string? Reference);

/// <summary>What the processor said about a mandate, in our words.</summary>
/// <param name="Reference">The processor's own id, when it gave one.</param>
public abstract record MandateOutcome(string? Reference)
{
    /// <summary>It can be debited.</summary>
    public sealed record Active(string? Reference, MethodSummary Summary) : MandateOutcome(Reference);

    /// <summary>The payer has not agreed yet, or the bank has not.</summary>
    /// <param name="Action">What the payer must do; null: only wait.</param>
    public sealed record Pending(string? Reference, MethodSummary Summary, NextAction? Action = null) : MandateOutcome(Reference);

    /// <summary>A clear no: there is no mandate.</summary>
    /// <param name="Code">A code of the error catalogue.</param>
    /// <param name="Sentence">For the merchant.</param>
    /// <param name="ProcessorCode">The processor's own word, for support.</param>
    public sealed record Rejected(string? Reference, string Code, string Sentence, string? ProcessorCode) : MandateOutcome(Reference);

    /// <summary>It was ended, by us or by the payer.</summary>
    public sealed record Revoked(string? Reference) : MandateOutcome(Reference);

    /// <inheritdoc cref="ConnectorOutcome.NotFound"/>
    public sealed record NotFound() : MandateOutcome((string?)null);

    /// <inheritdoc cref="ConnectorOutcome.Unknown"/>
    public sealed record Unknown(string Why) : MandateOutcome((string?)null);

    /// <inheritdoc cref="ConnectorOutcome.NotCalled"/>
    public sealed record NotCalled(string Why) : MandateOutcome((string?)null);
}
