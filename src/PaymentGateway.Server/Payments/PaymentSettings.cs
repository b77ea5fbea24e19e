namespace PaymentGateway.Payments;

/// <param name="ConnectorTimeout">How long one call to a processor may take; the resolver asks a little later.</param>
/// <param name="OrderLifetime">How long an order can be paid when its creator does not say.</param>
public sealed record PaymentSettings(TimeSpan ConnectorTimeout, TimeSpan OrderLifetime)
{
    /// <summary>If no answer of a processor is recorded by then, it is asked.</summary>
    public TimeSpan AskAfter => ConnectorTimeout + TimeSpan.FromSeconds(5);
}
