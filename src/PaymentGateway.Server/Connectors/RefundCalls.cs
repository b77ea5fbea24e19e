using PaymentGateway.Database;

namespace PaymentGateway.Connectors;

/// <summary>What a processor can do about refunds.</summary>
/// <param name="DaysByMethod">Days until the customer sees the money, by the method that was paid with.</param>
/// <param name="DaysOtherwise">The same for every other method.</param>
/// <param name="CanCancel">Whether a refund that it has not finished can be taken back.</param>
public sealed record RefundCapabilities(IReadOnlyDictionary<string, int> DaysByMethod, int DaysOtherwise, bool CanCancel)
{
    public int DaysFor(string method) => DaysByMethod.GetValueOrDefault(method, DaysOtherwise);
}

/// <param name="Key">Our refund id: the processor deduplicates by it.</param>
/// <param name="ChargeKey">The key that the charge was authorized with.</param>
/// <param name="ChargeReference">The processor's own id of the charge, when it gave one.</param>
/// <param name="Reason">One of <c>requested_by_customer</c>, <c>duplicate</c>, <c>fraudulent</c>, <c>other</c>.</param>
/// <param name="Behaviour">Sandbox only: how to misbehave, as the merchant's test asked for.</param>
public sealed record RefundCall(
    Tenant Tenant, string Key, string ChargeKey, string? ChargeReference, Money Amount, string Reason, string? Behaviour);

/// <param name="Key">Our refund id.</param>
/// <param name="ChargeKey">The key that the charge was authorized with.</param>
/// <param name="Reference">The processor's own id of the refund, when it gave one.</param>
public sealed record RefundStatusCall(Tenant Tenant, string Key, string ChargeKey, string? Reference);

/// <summary>What the processor said about a refund, in our words.</summary>
/// <param name="Reference">The processor's own id of the refund, when it gave one.</param>
public abstract record RefundOutcome(string? Reference)
{
    /// <summary>The money is on its way to the customer.</summary>
    /// <param name="TraceNumber">The number by which the customer's bank finds it, such as an ARN.</param>
    public sealed record Succeeded(string? Reference, string? TraceNumber) : RefundOutcome(Reference);

    /// <summary>The processor has it and has not done it yet.</summary>
    public sealed record Pending(string? Reference) : RefundOutcome(Reference);

    /// <summary>A clear no, or a refund that came back: the customer does not have the money.</summary>
    /// <param name="Code">A code of the error catalogue, such as <c>REFUND_DECLINED</c>.</param>
    /// <param name="Sentence">For the merchant.</param>
    /// <param name="ProcessorCode">The processor's own word, for support.</param>
    public sealed record Failed(string? Reference, string Code, string Sentence, string? ProcessorCode) : RefundOutcome(Reference);

    /// <summary>Taken back before it was done.</summary>
    public sealed record Canceled(string? Reference) : RefundOutcome(Reference);

    /// <inheritdoc cref="ConnectorOutcome.NotFound"/>
    public sealed record NotFound() : RefundOutcome((string?)null);

    /// <inheritdoc cref="ConnectorOutcome.Unknown"/>
    public sealed record Unknown(string Why) : RefundOutcome((string?)null);

    /// <inheritdoc cref="ConnectorOutcome.NotCalled"/>
    public sealed record NotCalled(string Why) : RefundOutcome((string?)null);
}
