using PaymentGateway.Database;
namespace PaymentGateway.Merchants;
public sealed record Merchant { public required string Name { get; init; } public decimal FeePercent { get; init; } public decimal FeeTaxPercent { get; init; } public IReadOnlyList<string> PaymentMethods { get; init; } = []; }
public sealed class MerchantStore { public ValueTask<Merchant?> Find(Tenant t, CancellationToken c) => throw new NotImplementedException(); }
