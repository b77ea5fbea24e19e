namespace PaymentGateway.Ledger;

public static class LedgerArea
{
    public static IServiceCollection AddLedger(this IServiceCollection services) => services
        .AddSingleton<LedgerStore>()
        .AddSingleton<BookVerifier>()
        .AddSingleton<LedgerCheckpoints>()
        .AddHostedService(provider => provider.GetRequiredService<LedgerCheckpoints>());
}
