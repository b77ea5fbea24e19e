namespace PaymentGateway.Http;

/// <summary>Endpoint metadata: one caller may call it so often a minute, whatever else they call.</summary>
public sealed record RequestLimit(int PerMinute);
